import { Migration } from "@allfunds/platform/database";
import { feedMigrations } from "@allfunds/platform/feed";
import type { NamedMigration } from "@allfunds/platform/database";
import { FOLLOWER_NAME } from "./follower-name.ts";
import type { StorageProfile } from "./storage/storage-profile.ts";

class CreateBooks extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE fund (
        tenant_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        name text NOT NULL,
        currency text NOT NULL,
        PRIMARY KEY (tenant_id, fund_id)
      )`);
    this.addSql(`
      CREATE TABLE account (
        tenant_id uuid NOT NULL,
        account_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        type text NOT NULL,
        currency text NOT NULL,
        is_cash boolean NOT NULL,
        PRIMARY KEY (tenant_id, account_id)
      )`);
    this.addSql("CREATE INDEX account_of_fund ON account (tenant_id, fund_id)");
  }
}

const createSeries = (profile: StorageProfile): NamedMigration => ({
  name: `metrics-0002-series-${profile.name}`,
  class: class extends Migration {
    override up(): void {
      for (const statement of profile.createSeries) this.addSql(statement);
    }
  },
});

/**
 * Keeps flows and marks accounts as cash. What moved between which accounts is not in the series, so they
 * are followed anew from the ledger's first event, by which accounts opened earlier get their mark from
 * their code. Until a book is reached again its figures are refused with CONSISTENCY_TIMEOUT. The column is
 * renamed, so that a replica of the version before cannot follow without keeping flows.
 */
const keepFlows = (profile: StorageProfile): NamedMigration => ({
  name: `metrics-0004-flows-${profile.name}`,
  class: class extends Migration {
    override up(): void {
      for (const statement of profile.createFlows) this.addSql(statement);
      this.addSql("ALTER TABLE account RENAME COLUMN is_cash TO counts_as_cash");
      this.addSql(
        "CREATE INDEX cash_account_of_fund ON account (tenant_id, fund_id, code) WHERE counts_as_cash",
      );
      this.addSql("TRUNCATE fund, account, account_day, account_month, fund_day, fund_month");
      this.addSql(`DELETE FROM feed_book_position WHERE follower = '${FOLLOWER_NAME}'`);
      this.addSql(`DELETE FROM feed_cursor WHERE follower = '${FOLLOWER_NAME}'`);
    }
  },
});

/** Tables of the books that are followed and of their series, laid out as the profile says. */
export const seriesMigrations = (profile: StorageProfile): readonly NamedMigration[] => [
  ...feedMigrations,
  { name: "metrics-0001-books", class: CreateBooks },
  createSeries(profile),
  keepFlows(profile),
];
