import { invalidInput } from "@allfunds/contract/errors";
import { Migration, withTransaction } from "@allfunds/platform/database";
import type { DatabaseClient, NamedMigration, Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import type { StorageProfile } from "./profile.ts";

// A policy for the one transaction that deletes points of every tenant.
const ALLOW_EXPIRY = `
  DO $$
  DECLARE name text;
  BEGIN
    FOREACH name IN ARRAY ARRAY['price_point', 'price_point_history'] LOOP
      IF (SELECT relkind IN ('r', 'p') FROM pg_class WHERE oid = to_regclass(name)) THEN
        EXECUTE format('CREATE POLICY expiry ON %s
          USING ((SELECT current_setting(''app.expiry'', true)) = ''on'')', name);
      END IF;
    END LOOP;
  END $$`;

class CreateHorizon extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE point_horizon (
      is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
      kept_from timestamptz NOT NULL
    )`);
    this.addSql(`COMMENT ON TABLE point_horizon IS
      'Prices at instants before it were deleted by age; their roll-ups stay, and are not counted again'`);
    this.addSql(ALLOW_EXPIRY);
  }
}

/** The table of the instant before which prices at instants were deleted by age. */
export const retentionMigration: NamedMigration = {
  name: "metrics-0010-retention",
  class: CreateHorizon,
};

// The lock makes an import and an expiry follow each other.
const READ_HORIZON = "SELECT kept_from FROM point_horizon FOR SHARE";

/** Throws INVALID_INPUT for prices at instants that are older than what is kept. */
export async function refuseExpired(client: DatabaseClient, oldest: Date | null): Promise<void> {
  const { rows } = await client.query<{ kept_from: Date }>(READ_HORIZON);
  const [horizon] = rows;
  if (horizon === undefined || oldest === null || oldest >= horizon.kept_from) return;
  const day = horizon.kept_from.toISOString().slice(0, 10);
  throw invalidInput("content", `prices at instants are kept from ${day} on; there are older ones`);
}

const MOVE_HORIZON = `
  INSERT INTO point_horizon AS horizon (kept_from) VALUES ($1)
  ON CONFLICT (is_only) DO UPDATE SET kept_from = greatest(horizon.kept_from, excluded.kept_from)`;

const MS_PER_DAY = 86_400_000;

/**
 * Deletes prices at instants that are older than a number of days; hours and days that were made of them stay.
 */
export async function expirePoints(
  pool: Pool,
  profile: StorageProfile,
  keptDays: number,
  now: Date,
): Promise<void> {
  const horizon = new Date((Math.floor(now.getTime() / MS_PER_DAY) - keptDays) * MS_PER_DAY);
  // What is pending has to be rolled up before its points go.
  await profile.afterCommit(pool);
  await withTransaction(pool, undefined, async (client) => {
    await client.query("SELECT set_config('app.expiry', 'on', true)");
    await client.query(MOVE_HORIZON, [horizon]);
    await profile.dropPointsBefore(client, horizon);
  });
}

const EVERY_MS = 6 * 3_600_000;

interface ExpiryOptions {
  readonly pool: Pool;
  readonly profile: StorageProfile;
  /** Zero keeps every point. */
  readonly keptDays: number;
  readonly logger: Logger;
}

/** Expires points now and every six hours; returns a function that ends it. */
export function startExpiry({ pool, profile, keptDays, logger }: ExpiryOptions): () => void {
  if (keptDays === 0) return () => undefined;
  const expire = (): void => {
    expirePoints(pool, profile, keptDays, new Date()).catch((error: unknown) => {
      logger.warn({ err: error }, "old prices could not be deleted; trying again in six hours");
    });
  };
  expire();
  const timer = setInterval(expire, EVERY_MS).unref();
  return () => clearInterval(timer);
}
