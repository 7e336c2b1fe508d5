import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { amount, currency, date, decimal } from "../endpoint/scalars.ts";
import { columnsOf, defineTable, TABLE_DOCS } from "../endpoint/table.ts";
import {
  RestExchangeRatesDocument,
  RestRecordExchangeRatesDocument,
} from "../graph/graph-types.generated.ts";
import { recordedBatch, recordPosition, source } from "./recorded-batch.ts";

const RATE = "Units of `quote` for one of `base`, as quoted.";
const shape = {
  date: date("The day it is for."),
  base: currency("Currency of which one unit is meant."),
  quote: currency("Currency in which that unit is quoted."),
  source,
};

const rate = z
  .object({ ...shape, rate: decimal(RATE), ...recordPosition })
  .meta({ id: "ExchangeRate", description: "A rate as it was quoted." });
type Rate = z.output<typeof rate>;
const COLUMNS = columnsOf<Rate>(rate);

const newRate = z
  .strictObject({ ...shape, rate: amount(RATE) })
  .meta({ id: "NewExchangeRate", description: "A rate to record." });

const newRates = z
  .strictObject({
    rates: z.array(newRate).min(1).max(10_000).meta({ description: "All are recorded or none." }),
  })
  .meta({
    id: "NewExchangeRates",
    description: "Exchange rates to record together.",
    examples: [
      {
        rates: [{ date: "2026-09-30", base: "EUR", quote: "USD", rate: "1.0850", source: "ECB" }],
      },
    ],
  });

/** POST /api/v1/exchange-rates: records exchange rates of the tenant. */
export const postExchangeRates = defineEndpoint({
  method: "POST",
  path: "/api/v1/exchange-rates",
  operations: [RestRecordExchangeRatesDocument],
  access: { scopes: ["ledger:write"] },
  produces: ["application/json"],
  docs: {
    operationId: "recordExchangeRates",
    tag: "Funds",
    summary: "Record exchange rates",
    description:
      "They are for every fund, which needs a grant for all. A correction is a new record.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: { description: "Recorded.", schema: recordedBatch, headers: IDEMPOTENCY_HIT_HEADER },
    },
    refusals: ["INVALID_AMOUNT", "IDEMPOTENCY_CONFLICT"],
  },
  body: newRates,
  respond: async ({ body, context, execute }) => {
    const input = { ...body, idempotencyKey: context.idempotencyKey };
    const { recordExchangeRates } = await execute(RestRecordExchangeRatesDocument, { input });
    const { replayed, ...batch } = recordExchangeRates;
    return { status: 201, body: batch, headers: idempotencyHit(replayed) };
  },
});

/** GET /api/v1/exchange-rates: rates as they were recorded. */
export const getExchangeRates = defineTable({
  path: "/api/v1/exchange-rates",
  operations: [RestExchangeRatesDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getExchangeRates",
    tag: "Funds",
    summary: "Read exchange rates",
    description: `Every record of the tenant, corrections included, the last first. ${TABLE_DOCS}`,
    refusals: [],
  },
  item: rate,
  page: { id: "ExchangeRatePage", of: "rates" },
  columns: COLUMNS,
  parameters: {
    base: currency("Only of one unit of this currency.").optional(),
    quote: currency("Only in this currency.").optional(),
    from: date("First day.").optional(),
    to: date("Last day.").optional(),
  },
  toItem: (one: Rate) => one,
  read: async (query, execute) => (await execute(RestExchangeRatesDocument, query)).exchangeRates,
});
