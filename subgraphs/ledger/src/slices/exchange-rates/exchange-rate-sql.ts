import { invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { PageRequest } from "../../graph/page-args.ts";
import type { KnownRate } from "./rate-between.ts";

/** Which rates are meant when there are several. */
export interface RatesAsOf {
  /** The last day whose rates may be used. */
  readonly asOf: string;
  /** Only what the tenant's own book had at this position; all of it when absent. */
  readonly knownAt?: number | undefined;
  /** Sources in order of precedence on the same day; others come behind them, the newest record first. */
  readonly sources?: readonly string[] | undefined;
}

// The pairs are few and their rates many: each pair costs one probe of the index, and each newest rate one more.
const READ_NEWEST = `
  WITH RECURSIVE pair AS (
    (SELECT base, quote FROM exchange_rate WHERE tenant_id = $1 ORDER BY base, quote LIMIT 1)
    UNION ALL
    SELECT next.base, next.quote FROM pair CROSS JOIN LATERAL (
      SELECT base, quote FROM exchange_rate
      WHERE tenant_id = $1 AND (base, quote) > (pair.base, pair.quote) ORDER BY base, quote LIMIT 1) next
  )
  SELECT r.date::text, pair.base, pair.quote, r.rate, r.source, r.position::int, r.line
  FROM pair CROSS JOIN LATERAL (
    SELECT date, rate, source, position, line FROM exchange_rate
    WHERE tenant_id = $1 AND base = pair.base AND quote = pair.quote AND date <= $2
      AND ($3::bigint IS NULL OR position <= $3)
    ORDER BY date DESC, coalesce(array_position($4::text[], source), 1000), position DESC, line DESC LIMIT 1) r`;

/** The newest rate of each pair of currencies on or before a day, as known at a position. */
export async function readNewestRates(
  reads: TenantReads,
  tenantId: string,
  { asOf, knownAt, sources = [] }: RatesAsOf,
): Promise<KnownRate[]> {
  const parameters = [tenantId, asOf, knownAt ?? null, [...sources]] as const;
  return (await reads.query<KnownRate>(READ_NEWEST, [...parameters])).rows;
}

/** Which rates to list. */
export interface RateFilter {
  readonly base: string | null;
  readonly quote: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

const READ_PAGE = `
  SELECT date::text, base, quote, rate, source, position::int, line FROM exchange_rate
  WHERE tenant_id = $1 AND ($2::text IS NULL OR base = $2) AND ($3::text IS NULL OR quote = $3)
    AND ($4::date IS NULL OR date >= $4) AND ($5::date IS NULL OR date <= $5)
    AND ($6::bigint IS NULL OR (position, line) < ($6, $7::int))
  ORDER BY position DESC, line DESC LIMIT $8`;

/** Rates as they were recorded, the last first; one more than `first`, to show that more follow. */
export async function readRatePage(
  reads: TenantReads,
  tenantId: string,
  { base, quote, from, to }: RateFilter,
  { first, after }: PageRequest,
): Promise<KnownRate[]> {
  const [position, line] = recordCursor(after);
  const parameters = [tenantId, base, quote, from, to, position, line, first + 1] as const;
  return (await reads.query<KnownRate>(READ_PAGE, [...parameters])).rows;
}

/** Position and line of a record behind which a list goes on; nulls at its beginning. */
export function recordCursor(after: string | null | undefined): [number, number] | [null, null] {
  if (typeof after !== "string") return [null, null];
  const [position, line] = decodeCursor(after, 2);
  if (!Number.isSafeInteger(position) || !Number.isSafeInteger(line)) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  return [position as number, line as number];
}
