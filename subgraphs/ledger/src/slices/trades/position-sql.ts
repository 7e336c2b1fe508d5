import { invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { BookId } from "../../engine/book.ts";
import type { Side } from "../lots/lot.ts";

/** A day, and a position of the book up to which postings count. */
export interface PositionsAsOf {
  /** Value dates up to this day; all when null. */
  readonly asOf: string | null;
  /** All that the book has when null. */
  readonly knownAt: number | null;
}

interface HeldLot {
  readonly lotId: string;
  readonly side: Side;
  readonly openedOn: string;
  /** Units x 10^-18. */
  readonly quantity: bigint;
  /** Minor units of the currency of the security. */
  readonly costMinor: bigint;
  /** Decimal string in the base currency. */
  readonly baseCost: string;
}

/** What a fund holds of a security: its lots in the order they were opened. */
export interface HeldPosition {
  readonly isin: string;
  readonly currency: string;
  readonly lots: readonly HeldLot[];
}

interface LotRow {
  readonly isin: string;
  readonly currency: string;
  readonly lot_id: string;
  readonly side: Side;
  readonly opened_on: string;
  readonly quantity: string;
  readonly cost: string;
  readonly base_cost: string;
}

// A page is of whole securities with any unit left. They are counted within the lots: the planner has no figures of
// a sum, and joining lots to securities took it one pass over the lots for each security.
const READ_POSITIONS = `
  WITH change AS (
    SELECT * FROM lot_change
    WHERE tenant_id = $1 AND book_id = $2 AND ($3::date IS NULL OR effective_date <= $3)
      AND ($4::bigint IS NULL OR position <= $4) AND isin > $5
      AND ($7::text[] IS NULL OR isin = ANY ($7))
  ), lot AS (
    SELECT isin, currency, lot_id, side, min(opened_on) AS opened_on, sum(quantity) AS quantity,
           sum(cost) AS cost, sum(base_cost::numeric) AS base_cost, min(position) AS first
    FROM change GROUP BY isin, currency, lot_id, side HAVING sum(quantity) <> 0
  ), ranked AS (SELECT *, dense_rank() OVER (ORDER BY isin) AS place FROM lot)
  SELECT isin, currency, lot_id, side, opened_on::text, quantity::text, cost::text, base_cost::text
  FROM ranked WHERE $6::bigint IS NULL OR place <= $6
  ORDER BY isin, side, opened_on, first, lot_id`;

/** What a fund held on a day, as known at a position, by ISIN; `isins` narrows it. */
export async function readPositions(
  reads: TenantReads,
  { tenantId, bookId }: BookId,
  { asOf, knownAt }: PositionsAsOf,
  {
    isins = null,
    limit = null,
    after = "",
  }: {
    readonly isins?: readonly string[] | null;
    readonly limit?: number | null;
    readonly after?: string;
  } = {},
): Promise<HeldPosition[]> {
  const { rows } = await reads.query<LotRow>(READ_POSITIONS, [
    tenantId,
    bookId,
    asOf,
    knownAt,
    after,
    limit,
    isins === null ? null : [...isins],
  ]);
  const positions = new Map<string, { isin: string; currency: string; lots: HeldLot[] }>();
  for (const row of rows) {
    const { isin, currency } = row;
    const position = positions.get(isin) ?? { isin, currency, lots: [] };
    positions.set(isin, position);
    position.lots.push({
      lotId: row.lot_id,
      side: row.side,
      openedOn: row.opened_on,
      quantity: BigInt(row.quantity),
      costMinor: BigInt(row.cost),
      baseCost: row.base_cost,
    });
  }
  return [...positions.values()];
}

/** The ISIN behind which a list of positions goes on. */
export function positionCursor(after: string | null | undefined): string {
  const [isin] = typeof after === "string" ? decodeCursor(after, 1) : [""];
  if (typeof isin !== "string") throw invalidInput("after", "is not a cursor of this list");
  return isin;
}
