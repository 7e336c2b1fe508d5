import { Migration } from "@allfunds/platform/database";

/** What one transaction moved, by account and side. */
const legsAt = (position: string): string => `
  SELECT account_id, amount > 0 AS is_debit, sum(abs(amount)) AS amount FROM entry
  WHERE tenant_id = NEW.tenant_id AND book_id = NEW.book_id AND position = ${position}
  GROUP BY 1, 2`;

/**
 * Counts a reversal by two reads of entries at a position that is known. A join of transactions with entries leaves
 * the planner a choice: on tables that it has no statistics of, it read the whole book for each reversal, and kept
 * that plan for as long as the connection lived. The undo of 2,900 lines read 60 million rows.
 */
export class CountReversalsByKey extends Migration {
  override up(): void {
    // The key alone finds the original (OFFSET keeps the other conditions from choosing another index). The legs are
    // written in the order of the key, so that two who count the same legs wait for each other and no more.
    this.addSql(`CREATE OR REPLACE FUNCTION count_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE original bigint;
      BEGIN
        SELECT found.position INTO original FROM (
          SELECT book_id, position, reverses FROM transaction
          WHERE tenant_id = NEW.tenant_id AND id = NEW.reverses OFFSET 0
        ) found WHERE found.book_id = NEW.book_id AND found.reverses IS NULL;
        INSERT INTO reversed_leg AS leg
          (tenant_id, book_id, transaction_id, account_id, is_debit, amount, reversed)
        SELECT NEW.tenant_id, NEW.book_id, NEW.reverses, r.account_id, NOT r.is_debit,
               coalesce(o.amount, 0), r.amount
        FROM (${legsAt("NEW.position")}) r
        LEFT JOIN (${legsAt("original")}) o ON o.account_id = r.account_id AND o.is_debit <> r.is_debit
        ORDER BY 4, 5
        ON CONFLICT (tenant_id, transaction_id, account_id, is_debit)
          DO UPDATE SET reversed = leg.reversed + EXCLUDED.reversed;
        RETURN NULL;
      END $$`);
  }
}
