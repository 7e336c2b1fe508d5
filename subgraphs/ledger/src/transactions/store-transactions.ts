import type { Statements } from "../books/statements.ts";
import type { StoredBatch } from "../books/stored-batch.ts";
import { reversedId } from "../reversals/reversible.ts";
import { clientReference, type PostedEntry, type TransactionPosted } from "./transaction-posted.ts";

const INSERT_POSTED = `
  WITH posted AS (
    INSERT INTO transaction (tenant_id, book_id, id, position, effective_date, import_id, client_reference,
                             reverses)
    SELECT $1, $2, id, position, effective_date, import_id, client_reference, reverses
    FROM unnest($3::uuid[], $4::bigint[], $5::date[], $6::uuid[], $14::text[],
                $15::uuid[])
      AS u (id, position, effective_date, import_id, client_reference, reverses)
  )
  INSERT INTO entry (tenant_id, book_id, position, leg, account_id, effective_date,
                     currency, amount, balance_after)
  SELECT $1, $2, position, leg, account_id, effective_date, currency, amount, balance_after
  FROM unnest($7::bigint[], $8::smallint[], $9::uuid[], $10::date[],
              $11::text[], $12::numeric[], $13::numeric[])
    AS u (position, leg, account_id, effective_date, currency, amount, balance_after)`;

interface Posted {
  readonly position: number;
  readonly event: TransactionPosted;
}

/** Stores the entries of posted transactions and what finds the transactions again. */
export async function storeTransactions(statements: Statements, batch: StoredBatch): Promise<void> {
  const posted: Posted[] = [];
  for (const { event, position } of batch.events) {
    if (event.type === "TransactionPosted") posted.push({ event, position });
  }
  if (posted.length === 0) return;
  const rows = posted.flatMap(({ event, position }) =>
    event.entries.map((entry, leg) => ({ event, position, entry, leg })),
  );
  await statements.query(INSERT_POSTED, [
    batch.book.tenantId,
    batch.book.bookId,
    posted.map(({ event }) => event.transactionId),
    posted.map(({ position }) => position),
    posted.map(({ event }) => event.effectiveDate),
    posted.map(({ event }) => (event.source.kind === "STATEMENT" ? event.source.importId : null)),
    rows.map(({ position }) => position),
    rows.map(({ leg }) => leg),
    rows.map(({ entry }) => entry.accountId),
    rows.map(({ event }) => event.effectiveDate),
    rows.map(({ entry }) => entry.currency),
    rows.map(({ entry }) => signedMinor(entry).toString()),
    rows.map(({ entry }) => entry.balanceAfterMinor.toString()),
    posted.map(({ event }) => clientReference(event)),
    posted.map(({ event }) => reversedId(event)),
  ]);
}

/** Debit positive, credit negative, so that a transaction sums to zero. */
const signedMinor = ({ side, amountMinor }: PostedEntry): bigint =>
  side === "DEBIT" ? amountMinor : -amountMinor;
