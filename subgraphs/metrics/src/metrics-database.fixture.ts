import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createLogger } from "@allfunds/platform/logging";
import { createPool, migrate } from "@allfunds/platform/database";
import { createTestDatabase, serverOffers } from "@allfunds/platform/testing";
import type { DatabaseTemplate, TestDatabase } from "@allfunds/platform/testing";
import { migrationsFor } from "./migrations.ts";
import { chooseStorageProfile } from "./storage/storage-profile.ts";

const logger = createLogger("metrics", "silent");

const TEMPLATE: DatabaseTemplate = { name: "metrics", prepare: migrateToProfile };

async function migrateToProfile(url: string): Promise<void> {
  const pool = createPool({ url, logger, max: 1 });
  const migrations = migrationsFor(await chooseStorageProfile(pool));
  await pool.end();
  await migrate({ url, migrations, logger });
}

/** A database migrated to the storage profile that the server of the tests offers. */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  // A database of TimescaleDB has processes of its own connected, so the server would not copy it.
  if (!(await serverOffers("timescaledb"))) return createTestDatabase(TEMPLATE);
  const database = await createTestDatabase();
  await migrateToProfile(database.url);
  return database;
}

/** Has the pool of a database read as the demo tenant. */
function asDemo(database: TestDatabase): TestDatabase {
  const url = new URL(database.url);
  url.searchParams.set("options", `-c app.tenant=${DEMO_TENANT_ID}`);
  const pool = createPool({ url: url.href, logger });
  const drop = async (): Promise<void> => {
    await pool.end();
    await database.drop();
  };
  return { ...database, pool, drop };
}

/** An empty database whose pool reads as the demo tenant. */
export const createDemoDatabase = async (): Promise<TestDatabase> =>
  asDemo(await createTestDatabase());

/** The same, migrated. */
export const createMetricsDatabase = async (): Promise<TestDatabase> =>
  asDemo(await createMigratedDatabase());
