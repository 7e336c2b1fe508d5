import { Migration } from "@allfunds/platform/database";
import { acrossTenants } from "@allfunds/platform/tenancy";

const LEG = "account_id, is_debit";

/** The entries of transactions, by side of account, as one leg each. */
const legsOf = (condition: string): string => `
  SELECT e.tenant_id, e.book_id, e.account_id, e.amount > 0 AS is_debit,
         sum(abs(e.amount)) AS amount
  FROM transaction t JOIN entry e USING (tenant_id, book_id, position)
  WHERE ${condition} GROUP BY 1, 2, 3, 4`;

/**
 * Of no leg of a transaction can more be reversed than it had, whatever program writes: reversals are counted
 * by the database itself, when the transaction that brings them is committed. Postings that reverse nothing
 * pay nothing for it.
 */
export class BoundReversals extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE reversed_leg (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      transaction_id uuid NOT NULL,
      account_id uuid NOT NULL,
      is_debit boolean NOT NULL,
      amount numeric NOT NULL,
      reversed numeric NOT NULL,
      CONSTRAINT reversed_leg_pkey PRIMARY KEY (tenant_id, transaction_id, ${LEG}),
      CONSTRAINT reversed_within_original CHECK (reversed > 0 AND reversed <= amount)
    ) WITH (fillfactor = 70)`);
    this.addSql(`COMMENT ON TABLE reversed_leg IS
      'How much of a transaction was reversed, by account and side of the original; minor units'`);
    this.addSql(`CREATE INDEX reversed_leg_by_book ON reversed_leg (tenant_id, book_id)`);
    this.fill();
    this.addSql(`SELECT enforce_tenancy()`);
    this.addSql(`SELECT enforce_grants()`);
    this.addSql(`REVOKE DELETE, TRUNCATE ON reversed_leg FROM PUBLIC, CURRENT_USER`);
    this.count();
  }

  private fill(): void {
    this.addSql(
      ...acrossTenants(
        ["transaction", "entry"],
        `
      INSERT INTO reversed_leg (tenant_id, book_id, transaction_id, ${LEG}, amount, reversed)
      SELECT r.tenant_id, r.book_id, r.reverses, r.account_id, NOT r.is_debit,
             coalesce(o.amount, 0), r.amount
      FROM (
        SELECT t.tenant_id, t.book_id, t.reverses, e.account_id, e.amount > 0 AS is_debit,
               sum(abs(e.amount)) AS amount
        FROM transaction t JOIN entry e USING (tenant_id, book_id, position)
        WHERE t.reverses IS NOT NULL GROUP BY 1, 2, 3, 4, 5
      ) r
      LEFT JOIN LATERAL (${legsOf("t.tenant_id = r.tenant_id AND t.id = r.reverses")}) o
        ON o.account_id = r.account_id AND o.is_debit <> r.is_debit`,
      ),
    );
  }

  private count(): void {
    // In the order of the key, so that two who count the same legs wait for each other and no more.
    this.addSql(`CREATE FUNCTION count_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO reversed_leg AS leg
          (tenant_id, book_id, transaction_id, ${LEG}, amount, reversed)
        SELECT r.tenant_id, r.book_id, NEW.reverses, r.account_id, NOT r.is_debit,
               coalesce(o.amount, 0), r.amount
        FROM (${legsOf("t.tenant_id = NEW.tenant_id AND t.id = NEW.id")}) r
        LEFT JOIN (${legsOf(`t.tenant_id = NEW.tenant_id AND t.id = NEW.reverses
          AND t.book_id = NEW.book_id AND t.reverses IS NULL`)}) o
          ON o.account_id = r.account_id AND o.is_debit <> r.is_debit
        ORDER BY 4, 5
        ON CONFLICT (tenant_id, transaction_id, ${LEG})
          DO UPDATE SET reversed = leg.reversed + EXCLUDED.reversed;
        RETURN NULL;
      END $$`);
    // Deferred, because the entries come after the row that they belong to.
    this.addSql(`CREATE CONSTRAINT TRIGGER reversal_is_counted AFTER INSERT OR UPDATE OF reverses
      ON transaction DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (NEW.reverses IS NOT NULL) EXECUTE FUNCTION count_reversal()`);
  }
}
