import type { Stores } from "../../graph/ledger-context.ts";
import { readFundBalances } from "../reports/read-fund-balances.ts";

/** What a month waits for, in the order in which it is usually done. */
export const MONTH_END_CHECKS = {
  STATEMENT_LINES: "STATEMENT_LINES",
  WAITING_PROPOSALS: "WAITING_PROPOSALS",
  OPEN_HOLDS: "OPEN_HOLDS",
  SUSPENSE_BALANCES: "SUSPENSE_BALANCES",
  OPEN_DAYS: "OPEN_DAYS",
} as const;
export type MonthEndCheck = keyof typeof MONTH_END_CHECKS;

const COUNTS = `
  SELECT
    (SELECT coalesce(sum(i.possible_duplicates - (
       SELECT count(DISTINCT d.first_line)::int FROM statement_event d
       WHERE d.tenant_id = i.tenant_id AND d.import_id = i.id
         AND d.type IN ('StatementLineConfirmed', 'StatementLineRejected'))), 0)::int
     FROM statement_import i
     WHERE i.tenant_id = $1 AND i.book_id = $2 AND EXISTS (
       SELECT FROM statement_event r WHERE r.tenant_id = i.tenant_id AND r.import_id = i.id
         AND r.type = 'StatementReceived') AND NOT EXISTS (
       SELECT FROM statement_event u WHERE u.tenant_id = i.tenant_id AND u.import_id = i.id
         AND u.type = 'StatementUndone')) AS "STATEMENT_LINES",
    (SELECT count(*)::int FROM proposal
     WHERE tenant_id = $1 AND book_id = $2 AND status = 'WAITING') AS "WAITING_PROPOSALS",
    (SELECT count(*)::int FROM hold
     WHERE tenant_id = $1 AND book_id = $2 AND status = 'ACTIVE'
       AND (expires_at IS NULL OR expires_at > $4)) AS "OPEN_HOLDS",
    (SELECT count(*)::int FROM generate_series($3::date - 30, $3::date, interval '1 day') AS d (day)
     WHERE to_char(d.day, 'YYYY-MM') = to_char($3::date, 'YYYY-MM') AND NOT EXISTS (
       SELECT FROM period p WHERE p.tenant_id = $1 AND p.book_id = $2 AND p.reopened_at IS NULL
         AND d.day <= p.to_date AND (p.from_date IS NULL OR d.day >= p.from_date))) AS "OPEN_DAYS"`;

type Counts = Record<Exclude<MonthEndCheck, "SUSPENSE_BALANCES">, number>;

const SUSPENSE = `SELECT account_id AS id FROM account_class
  WHERE tenant_id = $1 AND book_id = $2 AND class = 'SUSPENSE'`;

/**
 * How much of each kind is open on the last day of a month, from the facts of the book. The balances of the
 * day are summed on the way: a book that does not balance is BOOK_CORRUPT.
 */
export async function readMonthEnd(
  stores: Stores,
  fund: { readonly tenantId: string; readonly fundId: string },
  { day, now, knownAt }: { readonly day: string; readonly now: Date; readonly knownAt: number },
): Promise<Readonly<Record<MonthEndCheck, number>>> {
  const { tenantId, fundId } = fund;
  const [counts, suspense, balances] = await Promise.all([
    stores.pool.query<Counts>(COUNTS, [tenantId, fundId, day, now]),
    stores.pool.query<{ id: string }>(SUSPENSE, [tenantId, fundId]),
    readFundBalances(stores, fund, { asOf: day, knownAt }),
  ]);
  const [open] = counts.rows;
  if (open === undefined) throw new Error("the counts of a month are one row");
  const toClear = new Set(suspense.rows.map(({ id }) => id));
  const left = balances.filter(({ account: { id } }) => toClear.has(id));
  return { ...open, SUSPENSE_BALANCES: left.length };
}
