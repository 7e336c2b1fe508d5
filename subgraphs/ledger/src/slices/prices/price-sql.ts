import { AppError } from "@allfunds/contract/errors";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { PageRequest } from "../../graph/page-args.ts";
import { recordCursor } from "../exchange-rates/exchange-rate-sql.ts";
import type { Price, PriceKind } from "./price.ts";

/** A price with its place in its book. */
export interface KnownPrice extends Price {
  /** The one fund it is for; null for all of the tenant. */
  readonly fundId: string | null;
  /** Position of its event in the fund's book, or the tenant's own. */
  readonly position: number;
  /** Its place in that event, from 0. */
  readonly line: number;
}

/** Which prices are meant when there are several. */
export interface PricesAsOf {
  /** Whose prices go before the tenant's of the same day; only the tenant's when null. */
  readonly fundId: string | null;
  /** The last day whose prices may be used. */
  readonly asOf: string;
  /** Only what the books had at these positions; all of it when absent. */
  readonly knownAt?: { readonly tenant: number; readonly fund: number } | undefined;
  /** Sources in order of precedence on the same day; others come behind them. */
  readonly sources?: readonly string[] | undefined;
  /** Kinds in order of precedence on the same day, behind the source; others are not used. */
  readonly kinds?: readonly PriceKind[] | undefined;
}

const COLUMNS = `p.isin, p.date::text, p.price, p.currency, p.kind, p.source, p.fund_id AS "fundId",
  p.position::int, p.line`;

const ALL_KINDS: readonly PriceKind[] = ["LAST", "MID", "BID", "NOMINAL_PERCENT"];

// A newer day wins over every precedence; on one day the fund's own price, then source, kind and newest record.
const READ_NEWEST = `
  SELECT ${COLUMNS} FROM unnest($2::text[]) AS wanted (isin) CROSS JOIN LATERAL (
    SELECT * FROM security_price
    WHERE tenant_id = $1 AND isin = wanted.isin AND date <= $3 AND kind = ANY ($8::text[])
      AND (fund_id IS NULL AND ($5::bigint IS NULL OR position <= $5)
        OR fund_id = $4 AND ($6::bigint IS NULL OR position <= $6))
    ORDER BY date DESC, fund_id IS NULL, coalesce(array_position($7::text[], source), 1000),
      array_position($8::text[], kind), position DESC, line DESC LIMIT 1) p`;

/** The newest price of each security on or before a day, as known at a position; absent where there is none. */
export async function readNewestPrices(
  reads: TenantReads,
  tenantId: string,
  isins: readonly string[],
  { fundId, asOf, knownAt, sources = [], kinds = ALL_KINDS }: PricesAsOf,
): Promise<Map<string, KnownPrice>> {
  const { rows } = await reads.query<KnownPrice>(READ_NEWEST, [
    tenantId,
    [...isins],
    asOf,
    fundId,
    knownAt?.tenant ?? null,
    knownAt?.fund ?? null,
    [...sources],
    [...kinds],
  ]);
  return new Map(rows.map((row) => [row.isin, row]));
}

/** Which prices to list. */
export interface PriceFilter {
  readonly isin: string | null;
  readonly fundId: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

const READ_PAGE = `
  SELECT ${COLUMNS} FROM security_price p
  WHERE tenant_id = $1 AND ($2::text IS NULL OR isin = $2)
    AND (CASE WHEN $3::uuid IS NULL THEN fund_id IS NULL ELSE fund_id = $3 END)
    AND ($4::date IS NULL OR date >= $4) AND ($5::date IS NULL OR date <= $5)
    AND ($6::bigint IS NULL OR (position, line) < ($6, $7::int))
  ORDER BY position DESC, line DESC LIMIT $8`;

/** The tenant's prices, or those of one fund, the last recorded first; one more than `first`. */
export async function readPricePage(
  reads: TenantReads,
  tenantId: string,
  { isin, fundId, from, to }: PriceFilter,
  { first, after }: PageRequest,
): Promise<KnownPrice[]> {
  const [position, line] = recordCursor(after);
  const { rows } = await reads.query<KnownPrice>(READ_PAGE, [
    tenantId,
    isin,
    fundId,
    from,
    to,
    position,
    line,
    first + 1,
  ]);
  return rows;
}

const IS_KNOWN = `
  SELECT FROM security_price WHERE tenant_id = $1 AND isin = $2
  UNION ALL SELECT FROM security WHERE tenant_id = $1 AND isin = $2 LIMIT 1`;

/** Throws SECURITY_NOT_FOUND for an ISIN of which there is neither a price nor a description. */
export async function requirePriced(
  reads: TenantReads,
  tenantId: string,
  isin: string,
): Promise<void> {
  const { rows } = await reads.query(IS_KNOWN, [tenantId, isin]);
  if (rows.length > 0) return;
  throw new AppError("SECURITY_NOT_FOUND", `There is no security ${isin.slice(0, 20)}.`);
}
