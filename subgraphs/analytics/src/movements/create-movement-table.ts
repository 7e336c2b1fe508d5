import { Migration } from "@allfunds/platform/database";
import type { NamedMigration } from "@allfunds/platform/database";
import { tenantOnly } from "../tenant-table.ts";

/** One row for each posted transaction: what moved and the category it has now. */
class CreateMovementTable extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE movement (
        tenant_id uuid NOT NULL,
        transaction_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        position bigint NOT NULL,
        effective_date date NOT NULL,
        description text NOT NULL,
        reference text,
        counterparty text,
        counterparty_key text NOT NULL,
        direction text NOT NULL CHECK (direction IN ('IN', 'OUT', 'NONE')),
        amount_minor numeric(39, 0) NOT NULL CHECK (amount_minor >= 0),
        currency text NOT NULL,
        category text NOT NULL,
        confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
        source text NOT NULL CHECK (source IN ('RULE', 'MODEL', 'GEMINI')),
        model text NOT NULL,
        evidence jsonb NOT NULL,
        needs_review boolean NOT NULL,
        categorised_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, transaction_id)
      )`);
    this.addSql("CREATE UNIQUE INDEX movement_book ON movement (tenant_id, fund_id, position)");
    this.addSql("CREATE INDEX movement_by_date ON movement (tenant_id, fund_id, effective_date)");
    this.addSql(
      "CREATE INDEX movement_by_category ON movement (tenant_id, fund_id, currency, direction, category, position)",
    );
    this.addSql(
      "CREATE INDEX movement_by_payee ON movement (tenant_id, fund_id, counterparty_key, effective_date)",
    );
    this.addSql(
      "CREATE INDEX movement_to_review ON movement (tenant_id, fund_id, position) WHERE needs_review",
    );
    for (const statement of tenantOnly("movement")) this.addSql(statement);
  }
}

/** Indexes that answer by position however long the history is; the place in the book needs none. */
class IndexPaymentsByPosition extends Migration {
  override up(): void {
    this.addSql("DROP INDEX movement_by_payee");
    this.addSql("DROP INDEX movement_book");
    this.addSql(
      "CREATE INDEX movement_by_payee ON movement (tenant_id, fund_id, counterparty_key, direction, position)",
    );
  }
}

/** What a transaction moved is read again when an account is marked otherwise; older ones stay as they were read. */
class KeepEntries extends Migration {
  override up(): void {
    this.addSql("ALTER TABLE movement ADD COLUMN entries jsonb");
  }
}

export const movementEntries: NamedMigration = {
  name: "analytics-0007-movement-entries",
  class: KeepEntries,
};

export const movementTable: NamedMigration = {
  name: "analytics-0002-movement",
  class: CreateMovementTable,
};

export const movementIndexes: NamedMigration = {
  name: "analytics-0005-movement-indexes",
  class: IndexPaymentsByPosition,
};
