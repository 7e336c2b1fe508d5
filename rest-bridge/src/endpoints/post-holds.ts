import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../http/documented-headers.ts";
import { IDEMPOTENCY_HIT_HEADER, idempotencyHit } from "../http/idempotency-hit.ts";
import { hold, HOLD_FIELDS, holdLocation, toHold, type HoldData } from "../shapes/hold.ts";
import { description, metadata, reference } from "../shapes/posting-details.ts";
import { amount, futureInstant, id } from "../shapes/scalars.ts";

const PLACE = operation(/* GraphQL */ `
  mutation RestPlaceHold($input: PlaceHoldInput!) {
    placeHold(input: $input) {
      ...HoldFields
      replayed
    }
  }
  ${HOLD_FIELDS}
`);

const newHold = z
  .strictObject({
    id: id("UUID of the hold; made by the ledger when absent.").optional(),
    accountId: id("The account whose balance is reserved."),
    amount: amount("Positive amount in the account's currency."),
    contraAccountId: id("Where captures go unless they say otherwise.").optional(),
    description: description("What it is for."),
    reference,
    metadata,
    expiresAt: futureInstant("When it ends by itself; it stands when absent.").optional(),
  })
  .meta({
    id: "NewHold",
    description: "A part of an account's balance to reserve.",
    examples: [
      {
        accountId: "018f6b7e-0000-7000-8000-00000000a101",
        amount: "2500.00",
        contraAccountId: "018f6b7e-0000-7000-8000-00000000a501",
        description: "Subscription in settlement",
        expiresAt: "2026-07-31T17:00:00Z",
      },
    ],
  });

/** POST /api/v1/holds: reserves a part of an account's balance. */
export const postHolds = defineEndpoint({
  method: "POST",
  path: "/api/v1/holds",
  operations: [PLACE],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "placeHold",
    tag: "Ledger",
    summary: "Reserve a part of an account's balance",
    description:
      "What is held counts against the account's available balance until it is captured, voided or expires. Refused when the account's floor does not allow it.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: {
        description: "The hold.",
        schema: hold,
        headers: { Location: "Where the hold can be read.", ...IDEMPOTENCY_HIT_HEADER },
      },
    },
    refusals: [
      "INVALID_AMOUNT",
      "ACCOUNT_NOT_FOUND",
      "ALREADY_EXISTS",
      "IDEMPOTENCY_CONFLICT",
      "CURRENCY_MISMATCH",
      "INSUFFICIENT_FUNDS",
      "ACCOUNT_FROZEN",
      "ACCOUNT_CLOSED",
    ],
  },
  body: newHold,
  respond: async ({ body, context, execute }) => {
    const input = { ...body, idempotencyKey: context.idempotencyKey };
    const { placeHold } = await execute<{ placeHold: HoldData & { replayed: boolean } }>(PLACE, {
      input,
    });
    return {
      status: 201,
      body: toHold(placeHold),
      headers: { location: holdLocation(placeHold.id), ...idempotencyHit(placeHold.replayed) },
    };
  },
});
