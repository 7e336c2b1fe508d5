import { Migration } from "@allfunds/platform/database";

const MINOR = "numeric(39, 0)";

/** What is read most, kept in step with the events by the transaction that appends them. */
export class CreateReadModels extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE fund (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      name text NOT NULL,
      currency text NOT NULL,
      opened_at timestamptz NOT NULL,
      CONSTRAINT fund_pkey PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(`CREATE INDEX fund_by_age ON fund (tenant_id, opened_at, id)`);

    this.addSql(`CREATE TABLE account (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      fund_id uuid NOT NULL,
      code text NOT NULL,
      name text NOT NULL,
      type text NOT NULL,
      currency text NOT NULL,
      balance ${MINOR} NOT NULL,
      version bigint NOT NULL,
      CONSTRAINT account_pkey PRIMARY KEY (tenant_id, id),
      CONSTRAINT account_code_unique UNIQUE (tenant_id, fund_id, code)
    ) WITH (fillfactor = 50)`);
    this.addSql(
      `COMMENT ON COLUMN account.balance IS 'Minor units on the normal side of the account'`,
    );

    // The content of a transaction is in its event; this finds it by id, by date and by import.
    this.addSql(`CREATE TABLE transaction (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      effective_date date NOT NULL,
      import_id uuid,
      CONSTRAINT transaction_pkey PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(`CREATE INDEX transaction_by_date
      ON transaction (tenant_id, book_id, effective_date, position)`);
    this.addSql(`CREATE INDEX transaction_by_import ON transaction (tenant_id, import_id, position)
      WHERE import_id IS NOT NULL`);

    this.addSql(`CREATE TABLE statement_import (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      account_id uuid NOT NULL,
      format text NOT NULL,
      iban text,
      imported_at timestamptz NOT NULL,
      lines integer NOT NULL,
      posted integer NOT NULL,
      duplicates integer NOT NULL,
      skipped integer NOT NULL,
      opening_balance ${MINOR},
      closing_balance ${MINOR},
      CONSTRAINT statement_import_pkey PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(`CREATE INDEX statement_import_by_account
      ON statement_import (tenant_id, account_id, imported_at)`);
  }
}
