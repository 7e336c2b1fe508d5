import type { TenantReads } from "@allfunds/platform/tenancy";
import { DAYS_OF_RUN, RUN_SHAPE, runSizes, type RunShape } from "./balance-runs.ts";

/** Every row is found by index, and planning a sum of runs takes longer than the sum. */
const BY_INDEX = { prepared: true, plannedOnce: true } as const;

/** A point in both times: value dates up to `asOf`, as recorded up to position `knownAt`. */
export interface PointInTime {
  readonly asOf: string;
  /** The book's end when absent. */
  readonly knownAt: number | undefined;
}

// One statement, so that runs, their generation and the entries behind them are of one instant.
// Books are mostly written in the order of their days. Up to the first run with a later day the running balance is the
// sum, and runs that begin behind the day have no part in it: what is left are runs in which the day lies. Runs of an
// earlier version have no days and are all read.
// OFFSET 0 and the sub-selects keep each run one index probe, whatever the statistics are.
const DAY_OF_RUN = `
  SELECT r.effective_date FROM balance_run r
  WHERE r.tenant_id = $1 AND r.book_id = $2 AND r.generation = all_runs.generation
    AND r.account_id = '${DAYS_OF_RUN}' AND r.size = all_runs.size AND r.run = all_runs.run
  ORDER BY r.effective_date`;
const SUM_UNTIL = `
  WITH sealed AS (
    SELECT generation, least(position, $4::bigint) / $5::bigint * $5::bigint AS until FROM projection
    WHERE tenant_id = $1 AND book_id = $2 AND name = 'balances' AND active
    UNION ALL SELECT 0, 0 ORDER BY 2 DESC LIMIT 1
  ), all_runs AS (
    SELECT generation, size, run
    FROM sealed, unnest($6::bigint[], $7::bigint[]) AS l (size, above),
      generate_series(coalesce(until / above * (above / size), 0), until / size - 1) AS run
  ), dated AS MATERIALIZED (
    SELECT generation, size, run, (${DAY_OF_RUN} LIMIT 1) AS oldest, (${DAY_OF_RUN} DESC LIMIT 1) AS newest FROM all_runs
  ), settled AS MATERIALIZED (
    SELECT coalesce(min(size * run), (SELECT until FROM sealed)) AS until FROM dated
    WHERE newest IS NULL OR newest > $8::date
  ), runs AS MATERIALIZED (
    SELECT generation, size, run FROM dated
    WHERE size * run >= (SELECT until FROM settled) AND (oldest IS NULL OR oldest <= $8::date)
  )
  SELECT a.id, coalesce((
    SELECT CASE WHEN (SELECT o.type FROM account o WHERE o.tenant_id = $1 AND o.id = a.id) IN ('ASSET', 'EXPENSE')
      THEN n.balance_after ELSE -n.balance_after END
    FROM entry n
    WHERE n.tenant_id = $1 AND n.account_id = a.id AND n.position <= (SELECT until FROM settled)
    ORDER BY n.position DESC, n.leg DESC LIMIT 1), 0
  ) + (
    SELECT coalesce(sum((
      SELECT r.amount FROM balance_run r
      WHERE r.tenant_id = $1 AND r.book_id = $2 AND r.generation = runs.generation
        AND r.account_id = a.id AND r.size = runs.size AND r.run = runs.run
        AND r.effective_date <= $8::date
      ORDER BY r.effective_date DESC LIMIT 1)), 0)
    FROM runs
  ) + (
    SELECT coalesce(sum(amount), 0) FROM (
      SELECT e.amount, e.effective_date FROM entry e
      WHERE e.tenant_id = $1 AND e.account_id = a.id
        AND e.position > (SELECT until FROM sealed) AND e.position <= $4
      OFFSET 0
    ) behind WHERE effective_date <= $8::date
  ) AS debit_minor
  FROM unnest($3::uuid[]) AS a (id)`;

const LAST_POSITION = "9223372036854775807";

/** Debits less credits of accounts of one book at a point in time, in minor units, by account. */
export async function readDebitMinor(
  reads: TenantReads,
  book: { readonly tenantId: string; readonly bookId: string },
  accountIds: readonly string[],
  { asOf, knownAt }: PointInTime,
  shape: RunShape = RUN_SHAPE,
): Promise<Map<string, bigint>> {
  const sizes = runSizes(shape);
  const above = sizes.map((_, level) => sizes[level + 1] ?? null);
  const { rows } = await reads.query<{ id: string; debit_minor: string }>(
    SUM_UNTIL,
    [
      book.tenantId,
      book.bookId,
      accountIds,
      knownAt ?? LAST_POSITION,
      shape.base,
      sizes,
      above,
      asOf,
    ],
    BY_INDEX,
  );
  return new Map(rows.map((row) => [row.id, BigInt(row.debit_minor)]));
}

// No day lies behind the last one, so the running balances are the sums.
const SUM_ALL_DAYS = `
  SELECT a.id, coalesce((
    SELECT CASE WHEN o.type IN ('ASSET', 'EXPENSE') THEN n.balance_after ELSE -n.balance_after END FROM entry n
    WHERE n.tenant_id = $1 AND n.account_id = a.id AND n.position <= $3
    ORDER BY n.position DESC, n.leg DESC LIMIT 1), 0)::text AS debit_minor
  FROM unnest($2::uuid[]) AS a (id) JOIN account o ON o.tenant_id = $1 AND o.id = a.id`;

/** The same of all value dates: one look-up for each account, however long the book is. */
export async function readDebitMinorOfAllDays(
  reads: TenantReads,
  tenantId: string,
  accountIds: readonly string[],
  knownAt: number,
): Promise<Map<string, bigint>> {
  const { rows } = await reads.query<{ id: string; debit_minor: string }>(
    SUM_ALL_DAYS,
    [tenantId, accountIds, knownAt],
    BY_INDEX,
  );
  return new Map(rows.map((row) => [row.id, BigInt(row.debit_minor)]));
}

const NEWEST_DAY = `
  SELECT effective_date::text AS day FROM transaction WHERE tenant_id = $1 AND book_id = $2
  ORDER BY effective_date DESC, position DESC LIMIT 1`;

/** True when no transaction of a book has a value date behind the day. */
export async function isBehindAllDays(
  reads: TenantReads,
  { tenantId, bookId }: { readonly tenantId: string; readonly bookId: string },
  day: string,
): Promise<boolean> {
  const parameters = [tenantId, bookId] as const;
  const { rows } = await reads.query<{ day: string }>(NEWEST_DAY, parameters, BY_INDEX);
  return (rows[0]?.day ?? "") <= day;
}

const LAST_KNOWN = `
  SELECT balance_after FROM entry
  WHERE tenant_id = $1 AND account_id = $2 AND position <= $3
  ORDER BY position DESC, leg DESC LIMIT 1`;

/** The balance on the normal side as of a position of the book, whatever the value dates. */
export async function readBalanceKnownAt(
  reads: TenantReads,
  tenantId: string,
  accountId: string,
  position: number,
): Promise<bigint> {
  const { rows } = await reads.query<{ balance_after: string }>(
    LAST_KNOWN,
    [tenantId, accountId, position],
    BY_INDEX,
  );
  return BigInt(rows[0]?.balance_after ?? 0);
}
