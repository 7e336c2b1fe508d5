import { sparse } from "../../engine/array-literal.ts";
import type { Statements } from "../../engine/statements.ts";
import type { StoredBatch } from "../../engine/stored-batch.ts";
import { reversedId } from "../reversals/reversible.ts";
import { clientReference, type PostedEntry, type TransactionPosted } from "./transaction-posted.ts";

const INSERT_TRANSACTIONS = `
  INSERT INTO transaction (tenant_id, book_id, position, id, effective_date, import_id,
                           client_reference, reverses)
  SELECT $1, $2, unnest($3::bigint[]), unnest($4::uuid[]), unnest($5::date[]), unnest($6::uuid[]),
    unnest($7::text[]), unnest($8::uuid[])`;

const INSERT_ENTRIES = `
  INSERT INTO entry (tenant_id, book_id, position, leg, account_id, effective_date,
                     currency, amount, balance_after)
  SELECT $1, $2, unnest($3::bigint[]), unnest($4::smallint[]), unnest($5::uuid[]),
    unnest($6::date[]), unnest($7::text[]), unnest($8::numeric[]), unnest($9::numeric[])`;

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
  const { tenantId, bookId } = batch.book;
  const transactions = statements.query(INSERT_TRANSACTIONS, [
    tenantId,
    bookId,
    posted.map(({ position }) => position),
    posted.map(({ event }) => event.transactionId),
    posted.map(({ event }) => event.effectiveDate),
    sparse(posted.map(({ event }) => importId(event))),
    sparse(posted.map(({ event }) => clientReference(event))),
    sparse(posted.map(({ event }) => reversedId(event))),
  ]);
  const rows = entryRows(posted);
  const entries = statements.query(INSERT_ENTRIES, [
    tenantId,
    bookId,
    rows.map(({ position }) => position),
    rows.map(({ leg }) => leg),
    rows.map(({ entry }) => entry.accountId),
    rows.map(({ effectiveDate }) => effectiveDate),
    rows.map(({ entry }) => entry.currency),
    rows.map(({ entry }) => signedMinor(entry)),
    rows.map(({ entry }) => entry.balanceAfterMinor),
  ]);
  await Promise.all([transactions, entries]);
}

const importId = ({ source }: TransactionPosted): string | null =>
  source.kind === "STATEMENT" ? source.importId : null;

interface EntryRow {
  readonly position: number;
  readonly leg: number;
  readonly effectiveDate: string;
  readonly entry: PostedEntry;
}

/** By account, as the index does that leads to them: its pages are then visited once each, in order. */
function entryRows(posted: readonly Posted[]): EntryRow[] {
  const rows: EntryRow[] = [];
  for (const { event, position } of posted) {
    const { effectiveDate, entries } = event;
    entries.forEach((entry, leg) => rows.push({ position, leg, effectiveDate, entry }));
  }
  return rows.sort((a, b) => compare(a.entry.accountId, b.entry.accountId));
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Debit positive, credit negative, so that a transaction sums to zero. */
const signedMinor = ({ side, amountMinor }: PostedEntry): bigint =>
  side === "DEBIT" ? amountMinor : -amountMinor;
