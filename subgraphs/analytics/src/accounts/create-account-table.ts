import { Migration } from "@allfunds/platform/database";
import type { NamedMigration } from "@allfunds/platform/database";
import { tenantOnly } from "../tenant-table.ts";

class CreateAccountTable extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE account (
        tenant_id uuid NOT NULL,
        account_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        type text NOT NULL,
        PRIMARY KEY (tenant_id, account_id)
      )`);
    for (const statement of tenantOnly("account")) this.addSql(statement);
  }
}

export const accountTable: NamedMigration = {
  name: "analytics-0001-account",
  class: CreateAccountTable,
};

/** Accounts opened earlier stay unmarked: their codes and names go on telling what they hold. */
class MarkCashAccounts extends Migration {
  override up(): void {
    this.addSql("ALTER TABLE account ADD COLUMN counts_as_cash boolean");
  }
}

export const cashMarks: NamedMigration = {
  name: "analytics-0006-cash-marks",
  class: MarkCashAccounts,
};
