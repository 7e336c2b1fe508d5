import { feedMigrations, Migration } from "@allfunds/platform";
import type { NamedMigration } from "@allfunds/platform";
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

/** Tables of the books that are followed and of their series, laid out as the profile says. */
export const seriesMigrations = (profile: StorageProfile): readonly NamedMigration[] => [
  ...feedMigrations,
  { name: "metrics-0001-books", class: CreateBooks },
  createSeries(profile),
];
