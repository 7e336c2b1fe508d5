import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { amount, currency, date, decimal, id } from "../endpoint/scalars.ts";
import { columnsOf, defineTable, TABLE_DOCS } from "../endpoint/table.ts";
import { RestPricesDocument, RestRecordPricesDocument } from "../graph/graph-types.generated.ts";
import { isin } from "../trades/trade.ts";
import { recordedBatch, recordPosition, source } from "./recorded-batch.ts";

export const PRICE_KINDS = ["LAST", "BID", "MID", "NOMINAL_PERCENT"] as const;

const PRICE = "Currency units of one unit, or percent of the nominal, zero or more.";
const shape = {
  isin: isin("ISIN of the security."),
  date: date("The day it is for."),
  currency: currency("Its currency."),
  kind: z.enum(PRICE_KINDS).meta({ description: "What it is." }),
  source,
};

const price = z
  .object({
    ...shape,
    price: decimal(PRICE),
    fundId: id("The one fund it is for; null for all.").nullable(),
    ...recordPosition,
  })
  .meta({ id: "SecurityPrice", description: "A price as it was given." });
type Price = z.output<typeof price>;
const COLUMNS = columnsOf<Price>(price);

const newPrice = z
  .strictObject({ ...shape, price: amount(PRICE) })
  .meta({ id: "NewSecurityPrice", description: "The price of a security on a day." });

const newPrices = z
  .strictObject({
    fundId: id("The one fund they are for; every fund when absent.").optional(),
    prices: z.array(newPrice).min(1).max(10_000).meta({ description: "All are recorded or none." }),
  })
  .meta({
    id: "NewSecurityPrices",
    description: "Prices to record together.",
    examples: [
      {
        prices: [
          {
            isin: "IE00B4L5Y983",
            date: "2026-09-30",
            price: "92.50",
            currency: "EUR",
            kind: "LAST",
            source: "XETRA",
          },
        ],
      },
    ],
  });

/** POST /api/v1/prices: records prices of securities. */
export const postPrices = defineEndpoint({
  method: "POST",
  path: "/api/v1/prices",
  operations: [RestRecordPricesDocument],
  access: { scopes: ["ledger:write"] },
  produces: ["application/json"],
  docs: {
    operationId: "recordPrices",
    tag: "Funds",
    summary: "Record prices of securities",
    description:
      "A correction is a new record. Without `fundId` they are for every fund, which needs a grant for all.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: { description: "Recorded.", schema: recordedBatch, headers: IDEMPOTENCY_HIT_HEADER },
    },
    refusals: ["FUND_NOT_FOUND", "SECURITY_NOT_FOUND", "INVALID_AMOUNT", "IDEMPOTENCY_CONFLICT"],
  },
  body: newPrices,
  respond: async ({ body, context, execute }) => {
    const input = { ...body, idempotencyKey: context.idempotencyKey };
    const { recordPrices } = await execute(RestRecordPricesDocument, { input });
    const { replayed, ...batch } = recordPrices;
    return { status: 201, body: batch, headers: idempotencyHit(replayed) };
  },
});

/** GET /api/v1/prices: prices as they were recorded. */
export const getPrices = defineTable({
  path: "/api/v1/prices",
  operations: [RestPricesDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getPrices",
    tag: "Funds",
    summary: "Read prices of securities",
    description: `Every record, corrections included, the last first: the tenant's, or those of one fund. ${TABLE_DOCS}`,
    refusals: ["FUND_NOT_FOUND", "SECURITY_NOT_FOUND"],
  },
  item: price,
  page: { id: "SecurityPricePage", of: "prices" },
  columns: COLUMNS,
  parameters: {
    isin: isin("Only of the security with this ISIN.").optional(),
    fundId: id("Prices that are only this fund's; the tenant's when absent.").optional(),
    from: date("First day.").optional(),
    to: date("Last day.").optional(),
  },
  toItem: (one: Price) => one,
  read: async (query, execute) => (await execute(RestPricesDocument, query)).securityPrices,
});
