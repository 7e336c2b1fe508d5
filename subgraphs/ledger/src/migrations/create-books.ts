import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { Migration } from "@allfunds/platform/database";

// Minor units up to 2^127 need 39 digits.
const MINOR = "numeric(39, 0)";

/** Tenants, books and their append-only events and entries, guarded by the database itself. */
export class CreateBooks extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE tenant (
      id uuid PRIMARY KEY,
      name text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
    this.addSql(`INSERT INTO tenant (id, name) VALUES ('${DEMO_TENANT_ID}', 'Demo')`);

    // Updated by every batch: free space on its page keeps those updates in place.
    this.addSql(`CREATE TABLE book (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      position bigint NOT NULL,
      hash bytea NOT NULL,
      recorded_at timestamptz NOT NULL,
      CONSTRAINT book_pkey PRIMARY KEY (tenant_id, id)
    ) WITH (fillfactor = 50)`);

    this.addSql(`CREATE TABLE event (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      type text NOT NULL,
      actor text NOT NULL,
      recorded_at timestamptz NOT NULL,
      command_key uuid,
      request_hash bytea,
      command_events integer,
      payload jsonb NOT NULL,
      hash bytea NOT NULL,
      CONSTRAINT event_pkey PRIMARY KEY (tenant_id, book_id, position)
    )`);
    this.addSql(`CREATE UNIQUE INDEX event_command_key ON event (tenant_id, book_id, command_key)
      WHERE command_key IS NOT NULL`);

    this.addSql(`CREATE TABLE entry (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      leg smallint NOT NULL,
      account_id uuid NOT NULL,
      effective_date date NOT NULL,
      currency text NOT NULL,
      amount ${MINOR} NOT NULL CONSTRAINT entry_amount_not_zero CHECK (amount <> 0),
      balance_after ${MINOR} NOT NULL,
      CONSTRAINT entry_pkey PRIMARY KEY (tenant_id, book_id, position, leg)
    )`);
    this.addSql(
      `COMMENT ON COLUMN entry.amount IS 'Minor units, debit positive and credit negative'`,
    );
    this.addSql(
      `COMMENT ON COLUMN entry.balance_after IS 'Minor units on the normal side of the account'`,
    );
    this.addSql(`CREATE INDEX entry_by_account ON entry (tenant_id, account_id, position, leg)`);
    this.addSql(`CREATE INDEX entry_by_account_date
      ON entry (tenant_id, account_id, effective_date, position, leg) INCLUDE (amount)`);

    this.guardEntries();
  }

  private guardEntries(): void {
    // Double entry is checked where entries land, for the whole statement at once.
    this.addSql(`CREATE FUNCTION entry_must_sum_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (
          SELECT FROM added GROUP BY tenant_id, book_id, position, currency HAVING sum(amount) <> 0
        ) THEN
          RAISE EXCEPTION 'entries of a transaction do not sum to zero'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_sums_to_zero';
        END IF;
        RETURN NULL;
      END $$`);
    this.addSql(`CREATE TRIGGER entry_sums_to_zero AFTER INSERT ON entry
      REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION entry_must_sum_to_zero()`);

    this.addSql(`CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% of % is refused: the books are append-only', TG_OP, TG_TABLE_NAME
          USING ERRCODE = 'restrict_violation', CONSTRAINT = 'books_are_append_only';
      END $$`);
    for (const table of ["event", "entry"]) {
      this.addSql(`CREATE TRIGGER ${table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()`);
    }
  }
}
