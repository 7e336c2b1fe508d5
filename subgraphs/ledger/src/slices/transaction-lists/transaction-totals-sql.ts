import { and, entrySql, Written } from "./transaction-conditions-sql.ts";
import type { TransactionConditions } from "./transaction-filter.ts";
import {
  findPositions,
  indexGroups,
  placesSql,
  positionsSql,
  WHOLE,
  type ListSource,
} from "./transaction-list-sql.ts";

/** What the entries of one currency sum to. */
interface CurrencySums {
  readonly currency: string;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

/** How many fit, up to a bound. */
export interface ListCount {
  readonly count: number;
  readonly isComplete: boolean;
}

export interface ListTotals extends ListCount {
  readonly sums: readonly CurrencySums[];
}

/** A total is of so many transactions at most. */
export const MOST_TOTALLED = 10_000;

interface SumRow {
  readonly count: number;
  readonly currency: string | null;
  readonly debit: string;
  readonly credit: string;
}

/** Counts what fits, up to a bound; what it comes to costs several times as much. */
export async function readCount(
  source: ListSource,
  conditions: TransactionConditions,
): Promise<ListCount> {
  const written = new Written(conditions.tenantId);
  const counted = await findCounted(source, conditions);
  if (counted !== undefined) return toCount(counted.length);
  const places = placesSql(written, conditions, WHOLE, MOST_TOTALLED + 1);
  const { rows } = await source.reads.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (${places}) fitting`,
    written.parameters,
  );
  return toCount(rows[0]?.count ?? 0);
}

/** The positions of what is counted, where the index of terms leads to them. */
async function findCounted(
  source: ListSource,
  conditions: TransactionConditions,
): Promise<number[] | undefined> {
  const groups = indexGroups(conditions, WHOLE);
  if (groups === undefined) return undefined;
  return findPositions(source, conditions, { groups, window: WHOLE, limit: MOST_TOTALLED + 1 });
}

const toCount = (count: number): ListCount => ({
  count: Math.min(count, MOST_TOTALLED),
  isComplete: count <= MOST_TOTALLED,
});

/** Counts what fits, up to a bound, and sums the entries that the filter is about. */
export async function readTotals(
  source: ListSource,
  conditions: TransactionConditions,
): Promise<ListTotals> {
  const written = new Written(conditions.tenantId);
  const counted = await findCounted(source, conditions);
  const places =
    counted === undefined
      ? placesSql(written, conditions, WHOLE, MOST_TOTALLED + 1)
      : positionsSql(written, conditions, counted);
  const entries = conditions.entry === undefined ? [] : entrySql(written, conditions.entry);
  const { rows } = await source.reads.query<SumRow>(
    `WITH fitting AS (${places}),
     counted AS (SELECT position FROM fitting LIMIT ${MOST_TOTALLED}),
     sums AS (
       SELECT n.currency, coalesce(sum(n.amount) FILTER (WHERE n.amount > 0), 0)::text AS debit,
         coalesce(-sum(n.amount) FILTER (WHERE n.amount < 0), 0)::text AS credit
       FROM counted c JOIN entry n ON n.tenant_id = $1 AND n.book_id = $2 AND n.position = c.position${and(entries)}
       GROUP BY n.currency)
     SELECT found.count, s.currency, s.debit, s.credit
     FROM (SELECT count(*)::int AS count FROM fitting) found LEFT JOIN sums s ON true
     ORDER BY s.currency`,
    written.parameters,
  );
  const count = rows[0]?.count ?? 0;
  const sums = rows.flatMap(({ currency, debit, credit }) =>
    currency === null ? [] : [{ currency, debitMinor: BigInt(debit), creditMinor: BigInt(credit) }],
  );
  return { ...toCount(count), sums };
}
