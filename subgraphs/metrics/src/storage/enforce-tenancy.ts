import { Migration } from "@allfunds/platform/database";
import type { NamedMigration } from "@allfunds/platform/database";
import { enforceGrants, TENANT_RULE } from "@allfunds/platform/tenancy";

/**
 * What TimescaleDB allows no row-level security on, a compressed table and aggregates over it: before each
 * stands a view with the same rule.
 */
export const BEHIND_VIEWS: readonly string[] = [
  "price_point_rows",
  "price_hour_bars",
  "price_day_bars",
];

/** Places in the feed: the follower reads and moves those of every tenant, and they hold no figure. */
export const OF_THE_FEED: readonly string[] = ["feed_book_position"];

const FUND_TABLES = [
  "fund",
  "account",
  "fund_day",
  "fund_month",
  "flow_part",
  "posted_transaction",
  "book_rate",
] as const;

const EXEMPT = [...BEHIND_VIEWS, ...OF_THE_FEED].map((name) => `'${name}'`).join(", ");

// A partition has rules of its own for queries that name it.
const ENFORCE = `
  DO $$
  DECLARE owned record;
  BEGIN
    FOR owned IN
      SELECT c.oid::regclass AS name FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
      WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema::regnamespace
        AND NOT c.relforcerowsecurity AND c.relname NOT IN (${EXEMPT})
    LOOP
      EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', owned.name);
      EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', owned.name);
      EXECUTE format('CREATE POLICY tenant_only ON %s USING (%s)', owned.name,
        ${literal(TENANT_RULE)});
    END LOOP;
  END $$`;

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

// The refresh of aggregates takes what every tenant has changed.
const SHOW_PENDING = `
  DO $$
  BEGIN
    IF to_regclass('roll_up_pending') IS NOT NULL THEN
      CREATE POLICY roll_up ON roll_up_pending
        USING ((SELECT current_setting('app.roll_up', true)) = 'on');
    END IF;
  END $$`;

class EnforceTenancy extends Migration {
  override up(): void {
    this.addSql(ENFORCE);
    this.addSql(SHOW_PENDING);
    for (const statement of enforceGrants(...FUND_TABLES)) this.addSql(statement);
  }
}

/**
 * Row-level security on every table with a tenant, forced on the owner too. A table that is created later
 * needs `enforceTenancy` in its own migration.
 */
export const tenancyMigration: NamedMigration = {
  name: "metrics-0008-tenancy",
  class: EnforceTenancy,
};
