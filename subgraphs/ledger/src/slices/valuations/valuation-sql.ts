import { decodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import type { PageRequest } from "../../graph/page-args.ts";
import {
  toNavObject,
  toValuationObject,
  type NavObject,
  type NavRow,
  type ValuationObject,
  type ValuationRow,
} from "./valuation-object.ts";
import { noSuchValuation } from "./valuation.ts";

const SELECT = `
  SELECT v.id, v.book_id AS "fundId", v.position, v.status, v.maker, v.calculated_at AS "calculatedAt",
    v.touched_at AS "touchedAt", v.decided_position AS "decidedPosition",
    v.decided_by AS "decidedBy", v.decided_at AS "decidedAt", e.payload
  FROM valuation v JOIN event e USING (tenant_id, book_id, position)`;

const READ_BY_IDS = `${SELECT} WHERE v.tenant_id = $1 AND v.id = ANY ($2::uuid[])`;

const READ_OF_DATE = `${SELECT}
  WHERE v.tenant_id = $1 AND v.book_id = $2 AND v.nav_date = $3
  ORDER BY v.status = 'PUBLISHED' DESC, v.position DESC LIMIT 1`;

const READ_PAGE = `${SELECT}
  WHERE v.tenant_id = $1 AND v.book_id = $2
    AND ($3::date IS NULL OR (v.nav_date, v.position) < ($3, $4::bigint))
  ORDER BY v.nav_date DESC, v.position DESC LIMIT $5`;

const valuationsById: BatchRead<ValuationObject> = async ({ request, stores }, ids) => {
  const { rows } = await stores.pool.query<ValuationRow>(READ_BY_IDS, [request.tenantId, ids]);
  return new Map(rows.map((row) => [row.id, toValuationObject(row)]));
};

export const findValuation = (
  context: LedgerContext,
  id: string,
): Promise<ValuationObject | null> => find(context, valuationsById, id);

/** A valuation that the caller may see; VALUATION_NOT_FOUND otherwise. */
export async function requireValuation(
  context: LedgerContext,
  id: string,
): Promise<ValuationObject> {
  const found = await findValuation(context, id);
  if (found === null) throw noSuchValuation(id);
  return found;
}

/** The published valuation of a NAV date, else the newest one. */
export async function readValuationOf(
  { request, stores }: LedgerContext,
  fundId: string,
  navDate: string,
): Promise<ValuationObject | null> {
  const parameters = [request.tenantId, fundId, navDate] as const;
  const { rows } = await stores.pool.query<ValuationRow>(READ_OF_DATE, [...parameters]);
  return rows[0] === undefined ? null : toValuationObject(rows[0]);
}

/** Valuations of a fund, the latest NAV date first; one more than `first`. */
export async function readValuationPage(
  { request, stores }: LedgerContext,
  fundId: string,
  { first, after }: PageRequest,
): Promise<ValuationObject[]> {
  const [navDate = null, position = null] = typeof after === "string" ? decodeCursor(after, 2) : [];
  const parameters = [request.tenantId, fundId, navDate, position, first + 1] as const;
  const { rows } = await stores.pool.query<ValuationRow>(READ_PAGE, [...parameters]);
  return rows.map(toValuationObject);
}

const READ_RESTATED_FROM = `
  SELECT min(nav_date)::text AS "from" FROM valuation
  WHERE tenant_id = $1 AND book_id = $2 AND restatement_id = $3`;

/** The first NAV date of a restatement. */
export async function readRestatedFrom(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
  restatementId: string,
): Promise<string> {
  const parameters = [tenantId, fundId, restatementId] as const;
  const { rows } = await reads.query<{ from: string | null }>(READ_RESTATED_FROM, [...parameters]);
  return rows[0]?.from ?? "9999-12-31";
}

// Of one date the newest record holds: a restated NAV takes the place of the one before.
const READ_NAVS = `
  SELECT DISTINCT ON (nav_date) valuation_id AS "valuationId", nav_date::text AS "navDate", units,
    net_assets AS "netAssets", nav_per_unit AS "navPerUnit", position
  FROM class_nav
  WHERE tenant_id = $1 AND class_id = $2 AND ($3::date IS NULL OR nav_date >= $3)
    AND ($4::date IS NULL OR nav_date <= $4) AND ($5::bigint IS NULL OR position <= $5)
    AND ($6::date IS NULL OR nav_date < $6)
  ORDER BY nav_date DESC, position DESC LIMIT $7`;

interface NavFilter {
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
  /** Only what the book had at this position. */
  readonly knownAt?: number | null | undefined;
}

/** Published NAVs of a class, the latest date first; one more than `first`. */
export async function readNavs(
  reads: TenantReads,
  tenantId: string,
  { id: classId, currency }: { readonly id: string; readonly currency: string },
  { from = null, to = null, knownAt = null }: NavFilter,
  { first, after }: PageRequest,
): Promise<NavObject[]> {
  const [before = null] = typeof after === "string" ? decodeCursor(after, 1) : [];
  const parameters = [tenantId, classId, from, to, knownAt, before, first + 1] as const;
  const { rows } = await reads.query<NavRow>(READ_NAVS, [...parameters]);
  return rows.map((row) => toNavObject(row, classId, currency));
}
