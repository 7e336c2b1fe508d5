import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import { plainProfile } from "./plain-profile.ts";
import type { StorageProfile } from "./profile.ts";
import { apacheProfile, timescaleProfile } from "./timescale-profile.ts";

const PROFILES: readonly StorageProfile[] = [timescaleProfile, apacheProfile, plainProfile];

/** The migration that lays out the series; its name shows by which profile. */
export const layoutName = ({ name }: StorageProfile): string => `metrics-0006-storage-${name}`;

const APPLIED = "SELECT name FROM mikro_orm_migrations WHERE name LIKE 'metrics-0006-storage-%'";

/**
 * The profile of this database: the one it was laid out by, or, while it was not, the best that it
 * offers: TimescaleDB by its licence, or plain PostgreSQL. An extension that is installed later changes nothing by itself.
 */
export async function chooseStorageProfile(pool: Pool): Promise<StorageProfile> {
  const laidOutBy = await appliedLayout(pool);
  if (laidOutBy !== undefined) return laidOutBy;
  const { rows } = await pool.query<Offer>(READ_OFFER);
  const [offer] = rows;
  if (offer?.timescale !== true) return plainProfile;
  return offer.licence === "timescale" ? timescaleProfile : apacheProfile;
}

interface Offer {
  readonly timescale: boolean;
  /** The licence that TimescaleDB runs under; null without it. */
  readonly licence: string | null;
}

const READ_OFFER = `
  SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'timescaledb') AS timescale,
    current_setting('timescaledb.license', true) AS licence`;

async function appliedLayout(client: Pool | DatabaseClient): Promise<StorageProfile | undefined> {
  const { rows: tables } = await client.query<{ found: boolean }>(
    "SELECT to_regclass('mikro_orm_migrations') IS NOT NULL AS found",
  );
  if (tables[0]?.found !== true) return undefined;
  const { rows } = await client.query<{ name: string }>(APPLIED);
  const applied = new Set(rows.map(({ name }) => name));
  return PROFILES.find((profile) => applied.has(layoutName(profile)));
}
