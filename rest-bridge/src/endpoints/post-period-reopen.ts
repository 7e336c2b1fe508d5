import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../http/documented-headers.ts";
import { IDEMPOTENCY_HIT_HEADER, idempotencyHit } from "../http/idempotency-hit.ts";
import { period, PERIOD_FIELDS, type Period } from "../shapes/period.ts";
import { description } from "../shapes/posting-details.ts";
import { id } from "../shapes/scalars.ts";

const REOPEN = operation(/* GraphQL */ `
  mutation RestReopenPeriod($input: ReopenPeriodInput!) {
    reopenPeriod(input: $input) {
      ...PeriodFields
      replayed
    }
  }
  ${PERIOD_FIELDS}
`);

const reopening = z.strictObject({ fundId: id("The fund."), reason: description("Why.") }).meta({
  id: "PeriodReopening",
  description: "Why a closed period is reopened.",
  examples: [
    {
      fundId: "018f6b7e-0000-7000-8000-00000000f001",
      reason: "Invoice of June came in late",
    },
  ],
});

/** POST /api/v1/periods/{id}/reopen: takes transactions in a closed period again. */
export const postPeriodReopen = defineEndpoint({
  method: "POST",
  path: "/api/v1/periods/:id/reopen",
  operations: [REOPEN],
  access: { scopes: ["ledger:write"], secondFactor: true },
  produces: ["application/json"],
  docs: {
    operationId: "reopenPeriod",
    tag: "Ledger",
    summary: "Reopen a closed period",
    description: "Takes transactions with a value date in the period again. The reason is kept.",
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
    const data = await execute<{ reopenPeriod: Period & { replayed: boolean } }>(REOPEN, { input });
    const { replayed, ...reopened } = data.reopenPeriod;
    return { status: 200, body: reopened, headers: idempotencyHit(replayed) };
  },
});
