import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../http/documented-headers.ts";
import { IDEMPOTENCY_HIT_HEADER, idempotencyHit } from "../http/idempotency-hit.ts";
import { hold, HOLD_FIELDS, toHold, type HoldData } from "../shapes/hold.ts";
import { description } from "../shapes/posting-details.ts";
import { id } from "../shapes/scalars.ts";

const VOID = operation(/* GraphQL */ `
  mutation RestVoidHold($input: VoidHoldInput!) {
    voidHold(input: $input) {
      ...HoldFields
      replayed
    }
  }
  ${HOLD_FIELDS}
`);

const voiding = z.strictObject({ reason: description("Why.").optional() }).meta({
  id: "VoidRequest",
  description: "Why a hold is set free.",
  examples: [{ reason: "Subscription withdrawn" }],
});

/** POST /api/v1/holds/{id}/void: sets free what a hold still reserves. */
export const postHoldVoid = defineEndpoint({
  method: "POST",
  path: "/api/v1/holds/:id/void",
  operations: [VOID],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "voidHold",
    tag: "Ledger",
    summary: "Set free what a hold still reserves",
    description: "The rest of the hold counts as available again. What was captured stays posted.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      200: { description: "The hold, void.", schema: hold, headers: IDEMPOTENCY_HIT_HEADER },
    },
    refusals: ["HOLD_NOT_FOUND", "HOLD_NOT_ACTIVE", "IDEMPOTENCY_CONFLICT"],
  },
  params: z.strictObject({ id: id("The hold.") }),
  body: voiding,
  bodyIfAbsent: {},
  respond: async ({ params, body, context, execute }) => {
    const input = { holdId: params.id, ...body, idempotencyKey: context.idempotencyKey };
    const { voidHold } = await execute<{ voidHold: HoldData & { replayed: boolean } }>(VOID, {
      input,
    });
    return { status: 200, body: toHold(voidHold), headers: idempotencyHit(voidHold.replayed) };
  },
});
