import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { amount, date, id, integer } from "../endpoint/scalars.ts";
import { defineTable, TABLE_DOCS } from "../endpoint/table.ts";
import {
  RestPositionsDocument,
  RestRecordTradesDocument,
  RestTradeDocument,
  RestTradesDocument,
} from "../graph/graph-types.generated.ts";
import { reference, WAITING } from "../transactions/posting.ts";
import {
  isin,
  position,
  POSITION_COLUMNS,
  toPositionOf,
  toTrade,
  trade,
  TRADE_COLUMNS,
  TRADE_SIDES,
  TRADE_STATUSES,
} from "./trade.ts";

const newTrade = z
  .strictObject({
    id: id("UUID of the trade; made by the ledger when absent.").optional(),
    isin: isin("ISIN of a security that the tenant described."),
    side: z.enum(TRADE_SIDES).meta({ description: "Whether it buys or sells." }),
    tradeDate: date("Trade date."),
    settlementDate: date("Day on which cash is due."),
    time: z
      .string()
      .optional()
      .meta({ description: "Local time of execution, HH:MM:SS; orders the trades of a day." }),
    unitsBasis: z
      .enum(["NEW", "OLD"])
      .optional()
      .meta({ description: "Which units it counts on a day of a corporate action." }),
    quantity: amount("Units, above zero; of a bond its nominal."),
    price: amount("Of one unit in the currency of the security; of a bond percent."),
    gross: amount(
      "As executed, without costs and interest; quantity x price when absent.",
    ).optional(),
    costs: amount("Transaction costs; none when absent.").optional(),
    accrued: amount("Accrued interest; by the bond's terms when absent.").optional(),
    exchangeRate: amount(
      "Units of the currency for one of the fund's base currency; the newest of the trade date when absent.",
    ).optional(),
    rateUnits: amount(
      "Instead of `exchangeRate`: units of the currency for `ratePer` of base.",
    ).optional(),
    ratePer: amount("Goes with `rateUnits`.").optional(),
    reference,
    lots: z
      .array(
        z.strictObject({
          lotId: id("The lot."),
          quantity: amount("Units of it."),
        }),
      )
      .max(1_000)
      .optional()
      .meta({ description: "Which lots it closes, where the lot method is SPECIFIC." }),
  })
  .meta({ id: "NewTrade", description: "A trade to record." });

const newTrades = z
  .strictObject({
    fundId: id("The fund, which has terms on each trade date."),
    trades: z.array(newTrade).min(1).max(1_000).meta({ description: "All are recorded or none." }),
  })
  .meta({
    id: "NewTrades",
    description: "Trades to record together.",
    examples: [
      {
        fundId: "018f6b7e-0000-7000-8000-00000000f001",
        trades: [
          {
            isin: "IE00B4L5Y983",
            side: "BUY",
            tradeDate: "2026-09-30",
            settlementDate: "2026-10-02",
            quantity: "100",
            price: "92.50",
            costs: "4.90",
            reference: "T-1",
          },
        ],
      },
    ],
  });

const recorded = z
  .object({ trades: z.array(trade).meta({ description: "In the order of the request." }) })
  .meta({ id: "RecordedTrades", description: "Trades that were recorded together." });

/** POST /api/v1/trades: records trades, all or none. */
export const postTrades = defineEndpoint({
  method: "POST",
  path: "/api/v1/trades",
  operations: [RestRecordTradesDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "recordTrades",
    tag: "Funds",
    summary: "Record trades",
    description:
      "Posts cost, result and what is owed from the trade date on. A late trade replays the lots behind it.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: { description: "The trades.", schema: recorded, headers: IDEMPOTENCY_HIT_HEADER },
      202: WAITING,
    },
    refusals: [
      "FUND_NOT_FOUND",
      "SECURITY_NOT_FOUND",
      "RATE_MISSING",
      "LOTS_EXCEEDED",
      "INVALID_AMOUNT",
      "ALREADY_EXISTS",
      "BULK_REFUSED",
      "IDEMPOTENCY_CONFLICT",
    ],
  },
  body: newTrades,
  respond: async ({ body, context, execute }) => {
    const input = { ...body, idempotencyKey: context.idempotencyKey };
    const { recordTrades } = await execute(RestRecordTradesDocument, { input });
    const trades = recordTrades.trades.map(toTrade);
    return { status: 201, body: { trades }, headers: idempotencyHit(recordTrades.replayed) };
  },
});

/** GET /api/v1/trades/{id}: one trade. */
export const getTrade = defineEndpoint({
  method: "GET",
  path: "/api/v1/trades/:id",
  operations: [RestTradeDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getTrade",
    tag: "Funds",
    summary: "Read one trade",
    description: "The trade as it is now: booked, settled, failed or cancelled.",
    success: { 200: { description: "The trade.", schema: trade } },
    refusals: ["TRADE_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The trade.") }),
  respond: async ({ params, execute }) => {
    const { trade: found } = await execute(RestTradeDocument, params);
    return { status: 200, body: toTrade(requireFound(found, "TRADE_NOT_FOUND", params.id)) };
  },
});

/** GET /api/v1/trades: the trades of a fund. */
export const getTrades = defineTable({
  path: "/api/v1/trades",
  operations: [RestTradesDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getTrades",
    tag: "Funds",
    summary: "Read the trades of a fund",
    description: `The fund's trades, the last recorded first. ${TABLE_DOCS}`,
    refusals: ["FUND_NOT_FOUND", "SECURITY_NOT_FOUND"],
  },
  item: trade,
  page: { id: "TradePage", of: "trades" },
  columns: TRADE_COLUMNS,
  parameters: {
    fundId: id("The fund."),
    isin: isin("Only of the security with this ISIN.").optional(),
    status: z.enum(TRADE_STATUSES).optional().meta({ description: "Only with this status." }),
  },
  toItem: toTrade,
  read: async (query, execute) => {
    const { fund } = await execute(RestTradesDocument, query);
    return requireFound(fund, "FUND_NOT_FOUND", query.fundId).trades;
  },
});

/** GET /api/v1/positions: what a fund holds on a day, with its lots. */
export const getPositions = defineTable({
  path: "/api/v1/positions",
  operations: [RestPositionsDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getPositions",
    tag: "Funds",
    summary: "Read what a fund holds",
    description: `Positions with their lots by ISIN: now, on a value date, as known at a position, or both. ${TABLE_DOCS}`,
    refusals: ["FUND_NOT_FOUND"],
  },
  item: position,
  page: { id: "PositionPage", of: "positions" },
  columns: POSITION_COLUMNS,
  parameters: {
    fundId: id("The fund."),
    asOf: date("Only what counts up to this value date.").optional(),
    knownAt: integer(
      { min: 0, max: Number.MAX_SAFE_INTEGER },
      "Only what the book had at this position.",
    ).optional(),
  },
  read: async (query, execute) => {
    const { fund } = await execute(RestPositionsDocument, query);
    return requireFound(fund, "FUND_NOT_FOUND", query.fundId).positions;
  },
  toItem: (node, { asOf = null }) => toPositionOf(asOf)(node),
});
