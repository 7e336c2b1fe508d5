import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { plainProfile } from "./plain-profile.ts";
import type { StorageProfile } from "./storage-profile.ts";

// Best first; the last one runs everywhere.
const PROFILES: readonly StorageProfile[] = [plainProfile];

/** The best profile whose extension this database has installed. */
export async function chooseStorageProfile(pool: Pool, logger: Logger): Promise<StorageProfile> {
  const { rows } = await pool.query<{ extname: string }>("SELECT extname FROM pg_extension");
  const installed = new Set(rows.map(({ extname }) => extname));
  const profile =
    PROFILES.find(({ extension }) => extension === null || installed.has(extension)) ??
    plainProfile;
  const timescaledb = installed.has("timescaledb");
  logger.info({ profile: profile.name, timescaledb }, "storage profile chosen");
  return profile;
}
