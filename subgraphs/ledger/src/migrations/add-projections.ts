import { Migration } from "@allfunds/platform/database";

const MINOR = "numeric(39, 0)";

/** Read models that follow the books in their own time, each in generations so that it can be rebuilt. */
export class AddProjections extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE projection (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      name text NOT NULL,
      generation integer NOT NULL,
      position bigint NOT NULL,
      active boolean NOT NULL,
      CONSTRAINT projection_pkey PRIMARY KEY (tenant_id, book_id, name, generation)
    ) WITH (fillfactor = 50)`);
    this.addSql(
      `COMMENT ON COLUMN projection.position IS 'Everything up to here in the book is in this generation'`,
    );
    this.addSql(`CREATE UNIQUE INDEX projection_active ON projection (tenant_id, book_id, name)
      WHERE active`);

    this.addSql(`CREATE TABLE balance_run (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      generation integer NOT NULL,
      account_id uuid NOT NULL,
      size bigint NOT NULL,
      run bigint NOT NULL,
      effective_date date NOT NULL,
      amount ${MINOR} NOT NULL,
      CONSTRAINT balance_run_pkey
        PRIMARY KEY (tenant_id, book_id, generation, account_id, size, run, effective_date)
    )`);
    this.addSql(`COMMENT ON COLUMN balance_run.amount IS
      'Debits less credits of the run up to and including the date, in minor units'`);
    this.addSql(`SELECT enforce_tenancy()`);
  }
}
