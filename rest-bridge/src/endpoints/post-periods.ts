import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../http/documented-headers.ts";
import { IDEMPOTENCY_HIT_HEADER, idempotencyHit } from "../http/idempotency-hit.ts";
import { period, PERIOD_FIELDS, type Period } from "../shapes/period.ts";
import { date, id } from "../shapes/scalars.ts";

const CLOSE = operation(/* GraphQL */ `
  mutation RestClosePeriod($input: ClosePeriodInput!) {
    closePeriod(input: $input) {
      ...PeriodFields
      replayed
    }
  }
  ${PERIOD_FIELDS}
`);

const closing = z
  .strictObject({
    fundId: id("The fund."),
    from: date(
      "First day; when absent the day after the last closed one, or all days when none was closed.",
    ).optional(),
    to: date("Last day."),
  })
  .meta({
    id: "PeriodClosing",
    description: "Days whose books to close.",
    examples: [{ fundId: "018f6b7e-0000-7000-8000-00000000f001", to: "2026-06-30" }],
  });

/** POST /api/v1/periods: closes the books of some days. */
export const postPeriods = defineEndpoint({
  method: "POST",
  path: "/api/v1/periods",
  operations: [CLOSE],
  access: { scopes: ["ledger:write"] },
  produces: ["application/json"],
  docs: {
    operationId: "closePeriod",
    tag: "Ledger",
    summary: "Close the books of some days",
    description:
      "From then on, transactions with a value date among these days are refused with POSTING_PERIOD_CLOSED, until the period is reopened.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: { description: "The closed period.", schema: period, headers: IDEMPOTENCY_HIT_HEADER },
    },
    refusals: ["FUND_NOT_FOUND", "IDEMPOTENCY_CONFLICT"],
  },
  body: closing,
  respond: async ({ body, context, execute }) => {
    const input = { ...body, idempotencyKey: context.idempotencyKey };
    const data = await execute<{ closePeriod: Period & { replayed: boolean } }>(CLOSE, { input });
    const { replayed, ...closed } = data.closePeriod;
    return { status: 201, body: closed, headers: idempotencyHit(replayed) };
  },
});
