import { AppError } from "@allfunds/contract/errors";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import type { PageRequest } from "../../graph/page-args.ts";
import { recordCursor } from "../exchange-rates/exchange-rate-sql.ts";
import { toTradeObject, type TradeObject, type TradeRow } from "./trade-object.ts";
import type { TradeStatus } from "./trade.ts";

const READ = `
  SELECT e.payload, f.position::int, s.status, s.on_date::text AS "onDate"
  FROM portfolio_fact f JOIN event e USING (tenant_id, book_id, position)
  LEFT JOIN LATERAL (SELECT status, on_date FROM portfolio_status
    WHERE tenant_id = f.tenant_id AND book_id = f.book_id AND fact_id = f.fact_id
    ORDER BY position DESC LIMIT 1) s ON true`;

const READ_BY_IDS = `
  ${READ} WHERE f.tenant_id = $1 AND f.fact_id = ANY ($2::uuid[]) AND f.kind IN ('BUY', 'SELL')`;

const tradesById: BatchRead<TradeObject> = async ({ request, stores }, ids) => {
  const { rows } = await stores.pool.query<TradeRow>(READ_BY_IDS, [request.tenantId, [...ids]]);
  return new Map(rows.map((row) => [row.payload.fact.id, toTradeObject(row)]));
};

/** The trade with this id, null when there is none. */
export const findTrade = (context: LedgerContext, id: string): Promise<TradeObject | null> =>
  find(context, tradesById, id);

export async function requireTrade(context: LedgerContext, id: string): Promise<TradeObject> {
  const trade = await findTrade(context, id);
  if (trade !== null) return trade;
  throw new AppError("TRADE_NOT_FOUND", `There is no trade ${id.slice(0, 80)}.`);
}

export interface TradeFilter {
  readonly isin: string | null;
  readonly status: TradeStatus | null;
}

const READ_PAGE = `
  ${READ} WHERE f.tenant_id = $1 AND f.book_id = $2 AND f.kind IN ('BUY', 'SELL')
    AND ($3::text IS NULL OR f.isin = $3) AND ($4::text IS NULL OR coalesce(s.status, 'BOOKED') = $4)
    AND ($5::bigint IS NULL OR f.position < $5)
  ORDER BY f.position DESC LIMIT $6`;

/** Trades of a fund, the last recorded first; one more than `first`. */
export async function readTradePage(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
  { isin, status }: TradeFilter,
  { first, after }: PageRequest,
): Promise<TradeObject[]> {
  const [position] = recordCursor(after);
  const parameters = [tenantId, fundId, isin, status, position, first + 1] as const;
  return (await reads.query<TradeRow>(READ_PAGE, [...parameters])).rows.map(toTradeObject);
}
