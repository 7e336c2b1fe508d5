import type { TenantReads } from "@allfunds/platform/tenancy";
import { Written } from "./transaction-conditions-sql.ts";
import type { TransactionConditions, TransactionOrder } from "./transaction-filter.ts";
import {
  findPositions,
  indexGroups,
  placesSql,
  WHOLE,
  type ListPlace,
  type ListSource,
  type ListWindow,
} from "./transaction-list-sql.ts";

/** Places in a list, from which any other is at most `MARK_EVERY` further. */
export interface ListMarks {
  /** Places that were counted. */
  readonly count: number;
  readonly isComplete: boolean;
  /** Every `MARK_EVERY`th place, beginning with the last of the first so many. */
  readonly places: readonly ListPlace[];
}

export const MARK_EVERY = 1_000;
/** So many are counted at most where the rows of the book lead there, and where the index of terms does. */
export const MOST_MARKED = 1_000_000;
export const MOST_MARKED_BY_INDEX = 100_000;

interface MarkRow {
  readonly count: number;
  readonly dates: string[] | null;
  readonly positions: number[] | null;
}

/** Counts a list, up to a bound, and marks places along it. */
export async function readMarks(
  source: ListSource,
  conditions: TransactionConditions,
  order: TransactionOrder,
): Promise<ListMarks> {
  const window = { ...WHOLE, order };
  const groups = indexGroups(conditions, window);
  const most = groups === undefined ? MOST_MARKED : MOST_MARKED_BY_INDEX;
  const limit = most + 1;
  const { count, places } =
    groups === undefined
      ? await markRows(source.reads, conditions, window, limit)
      : await markPositions(
          source.reads,
          conditions,
          await findPositions(source, conditions, { groups, window, limit }),
        );
  return {
    count: Math.min(count, most),
    isComplete: count <= most,
    places: places.slice(0, Math.floor(most / MARK_EVERY)),
  };
}

type Marked = Pick<ListMarks, "count" | "places">;

async function markRows(
  reads: TenantReads,
  conditions: TransactionConditions,
  window: ListWindow,
  limit: number,
): Promise<Marked> {
  const written = new Written(conditions.tenantId);
  const places = placesSql(written, conditions, window, limit);
  // Numbered as they come: the places are in order already, and a sort of all would cost more than the rest.
  const { rows } = await reads.query<MarkRow>(
    `SELECT count(*)::int AS count,
       array_agg(n.effective_date::text ORDER BY n.nth) FILTER (WHERE n.nth % ${MARK_EVERY} = 0) AS dates,
       array_agg(n.position::int ORDER BY n.nth) FILTER (WHERE n.nth % ${MARK_EVERY} = 0) AS positions
     FROM (SELECT p.position, p.effective_date, row_number() OVER () AS nth FROM (${places}) p) n`,
    written.parameters,
  );
  const [row] = rows;
  const positions = row?.positions ?? [];
  return {
    count: row?.count ?? 0,
    places: (row?.dates ?? []).map((effectiveDate, at) => ({
      effectiveDate,
      position: positions[at] ?? 0,
    })),
  };
}

const READ_DATES = `
  SELECT effective_date::text AS date FROM unnest($3::bigint[]) WITH ORDINALITY AS p (position, nth)
  JOIN entry f ON f.tenant_id = $1 AND f.book_id = $2 AND f.position = p.position AND f.leg = 0
  ORDER BY p.nth`;

async function markPositions(
  reads: TenantReads,
  { tenantId, fundId }: TransactionConditions,
  found: readonly number[],
): Promise<Marked> {
  const marked = found.filter((_, at) => (at + 1) % MARK_EVERY === 0);
  const { rows } = await reads.query<{ date: string }>(READ_DATES, [tenantId, fundId, marked]);
  return {
    count: found.length,
    places: rows.map(({ date }, at) => ({ effectiveDate: date, position: marked[at] ?? 0 })),
  };
}
