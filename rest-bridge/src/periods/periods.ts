import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { answerPage, LINK_HEADER, pageOf, pageParameters } from "../endpoint/page.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { date, id, instant } from "../endpoint/scalars.ts";
import {
  RestClosePeriodDocument,
  RestPeriodDocument,
  RestPeriodsDocument,
  RestReopenPeriodDocument,
  type PeriodFieldsFragment,
} from "../graph/graph-types.generated.ts";
import { description } from "../transactions/posting.ts";

const period = z
  .object({
    id: id("The period."),
    fundId: id("The fund whose books they are."),
    from: date("First day; null for all days up to `to`.").nullable(),
    to: date("Last day."),
    closedAt: instant("When it was closed."),
    reopenedAt: instant("When it was reopened; null while it is closed.").nullable(),
    reopenReason: z.string().nullable().meta({ description: "Why it was reopened." }),
  })
  .meta({ id: "Period", description: "Days of a fund whose books are, or were, closed." });

/** The graph's fields are those of the answer. */
const toPeriod = (data: PeriodFieldsFragment): z.output<typeof period> => data;

/** GET /api/v1/periods: the closed periods of a fund. */
export const getPeriods = defineEndpoint({
  method: "GET",
  path: "/api/v1/periods",
  operations: [RestPeriodsDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getPeriods",
    tag: "Ledger",
    summary: "Read the closed periods of a fund",
    description: "Periods that were closed, the last closed first, with those reopened since.",
    success: {
      200: {
        description: "One page of periods.",
        schema: pageOf(period, { id: "PeriodPage", of: "periods" }),
        headers: LINK_HEADER,
      },
    },
    refusals: ["FUND_NOT_FOUND"],
  },
  query: z.strictObject({ fundId: id("The fund."), ...pageParameters }),
  respond: async ({ query, url, execute }) => {
    const { fund } = await execute(RestPeriodsDocument, query);
    const { periods } = requireFound(fund, "FUND_NOT_FOUND", query.fundId);
    return answerPage(url, periods, toPeriod);
  },
});

/** GET /api/v1/periods/{id}: the Location of a closed period. */
export const getPeriod = defineEndpoint({
  method: "GET",
  path: "/api/v1/periods/:id",
  operations: [RestPeriodDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getPeriod",
    tag: "Ledger",
    summary: "Read one period",
    description: "A period that was closed, with when and why it was reopened.",
    success: { 200: { description: "The period.", schema: period } },
    refusals: ["PERIOD_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The period.") }),
  respond: async ({ params, execute }) => {
    const { period: found } = await execute(RestPeriodDocument, params);
    return { status: 200, body: toPeriod(requireFound(found, "PERIOD_NOT_FOUND", params.id)) };
  },
});

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
  operations: [RestClosePeriodDocument],
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
      201: {
        description: "The closed period.",
        schema: period,
        headers: { Location: "Where the period can be read.", ...IDEMPOTENCY_HIT_HEADER },
      },
    },
    refusals: ["FUND_NOT_FOUND", "IDEMPOTENCY_CONFLICT"],
  },
  body: closing,
  respond: async ({ body, context, execute }) => {
    const input = { ...body, idempotencyKey: context.idempotencyKey };
    const { closePeriod } = await execute(RestClosePeriodDocument, { input });
    const { replayed, ...closed } = closePeriod;
    const headers = { location: `/api/v1/periods/${closed.id}`, ...idempotencyHit(replayed) };
    return { status: 201, body: toPeriod(closed), headers };
  },
});

const reopening = z.strictObject({ fundId: id("The fund."), reason: description("Why.") }).meta({
  id: "PeriodReopening",
  description: "Why a closed period is reopened.",
  examples: [
    { fundId: "018f6b7e-0000-7000-8000-00000000f001", reason: "The invoice of June arrived late" },
  ],
});

/** POST /api/v1/periods/{id}/reopen: permits transactions in a closed period again. */
export const postPeriodReopen = defineEndpoint({
  method: "POST",
  path: "/api/v1/periods/:id/reopen",
  // Compared with what the first reads, where If-Match is sent.
  operations: [RestPeriodDocument, RestReopenPeriodDocument],
  access: { scopes: ["ledger:write", "ledger:read"], secondFactor: true },
  produces: ["application/json"],
  docs: {
    operationId: "reopenPeriod",
    tag: "Ledger",
    summary: "Reopen a closed period",
    description:
      "Permits transactions with a value date in the period again. The reason is stored.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      200: { description: "The period, open.", schema: period, headers: IDEMPOTENCY_HIT_HEADER },
    },
    refusals: ["FUND_NOT_FOUND", "PERIOD_NOT_FOUND", "IDEMPOTENCY_CONFLICT"],
  },
  params: z.strictObject({ id: id("The closed period.") }),
  body: reopening,
  respond: async ({ params, body, context, execute }) => {
    const input = { periodId: params.id, ...body, idempotencyKey: context.idempotencyKey };
    const { reopenPeriod } = await execute(RestReopenPeriodDocument, { input });
    const { replayed, ...reopened } = reopenPeriod;
    return { status: 200, body: toPeriod(reopened), headers: idempotencyHit(replayed) };
  },
});
