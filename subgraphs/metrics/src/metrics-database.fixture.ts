import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createLogger } from "@allfunds/platform/logging";
import { createPool, migrate } from "@allfunds/platform/database";
import { createTestDatabase } from "@allfunds/platform/testing";
import type { TestDatabase } from "@allfunds/platform/testing";
import { migrationsFor } from "./migrations.ts";
import { chooseStorageProfile } from "./storage/storage-profile.ts";

const logger = createLogger("metrics", "silent");

/** A database whose pool reads as the demo tenant; not migrated yet. */
export async function createDemoDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const url = new URL(database.url);
  url.searchParams.set("options", `-c app.tenant=${DEMO_TENANT_ID}`);
  const pool = createPool({ url: url.href, logger });
  const drop = async (): Promise<void> => {
    await pool.end();
    await database.drop();
  };
  return { ...database, pool, drop };
}

/** The same, migrated to the storage profile that the server of the tests offers. */
export async function createMetricsDatabase(): Promise<TestDatabase> {
  const database = await createDemoDatabase();
  const migrations = migrationsFor(await chooseStorageProfile(database.pool));
  await migrate({ url: database.url, migrations, logger });
  return database;
}
