import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { amount, date, futureInstant, id } from "../endpoint/scalars.ts";
import {
  RestCaptureHoldDocument,
  RestPlaceHoldDocument,
  RestVoidHoldDocument,
} from "../graph/graph-types.generated.ts";
import {
  confirmFarValueDate,
  description,
  metadata,
  POSTING_REFUSALS,
  reference,
  WAITING,
} from "../transactions/posting.ts";
import { locationOf, toTransaction, transaction } from "../transactions/transaction.ts";
import { hold, holdLocation, toHold } from "./hold.ts";

const newHold = z
  .strictObject({
    id: id("UUID of the hold; made by the ledger when absent.").optional(),
    accountId: id("The account whose balance is reserved."),
    amount: amount("Positive amount in the account's currency."),
    contraAccountId: id("The account that receives captures by default.").optional(),
    description: description("What it is for."),
    reference,
    metadata,
    expiresAt: futureInstant("When it expires; never when absent.").optional(),
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
        expiresAt: "2030-07-31T17:00:00Z",
      },
    ],
  });

/** POST /api/v1/holds: reserves a part of an account's balance. */
export const postHolds = defineEndpoint({
  method: "POST",
  path: "/api/v1/holds",
  operations: [RestPlaceHoldDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "placeHold",
    tag: "Ledger",
    summary: "Reserve a part of an account's balance",
    description:
      "What is held reduces the account's available balance until it is captured, voided or expires. Refused when the account's minimum balance does not allow it.",
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
    const { placeHold } = await execute(RestPlaceHoldDocument, { input });
    return {
      status: 201,
      body: toHold(placeHold),
      headers: { location: holdLocation(placeHold.id), ...idempotencyHit(placeHold.replayed) },
    };
  },
});

const capture = z
  .strictObject({
    amount: amount("How much; all that is left when absent.").optional(),
    releaseRest: z
      .boolean()
      .default(false)
      .meta({ description: "Release what this capture leaves, instead of keeping it reserved." }),
    contraAccountId: id(
      "The account that receives it; the one that the hold names when absent.",
    ).optional(),
    transactionId: id("UUID of the transaction; made by the ledger when absent.").optional(),
    effectiveDate: date("Value date; today in UTC when absent.").optional(),
    confirmFarValueDate,
    description: description("Of the transaction; the hold's when absent.").optional(),
    reference,
    metadata,
  })
  .meta({
    id: "CaptureRequest",
    description: "How much of a hold to capture, and by which transaction.",
    examples: [{ amount: "1200.00", releaseRest: true, effectiveDate: "2026-07-01" }],
  });

const captured = z.object({ hold, transaction }).meta({
  id: "HoldCapture",
  description: "The hold after the capture, and the transaction that captured it.",
});

/** POST /api/v1/holds/{id}/capture: turns a hold, or a part of it, into a transaction. */
export const postHoldCapture = defineEndpoint({
  method: "POST",
  path: "/api/v1/holds/:id/capture",
  operations: [RestCaptureHoldDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "captureHold",
    tag: "Ledger",
    summary: "Turn a hold, or a part of it, into a transaction",
    description:
      "Posts the transaction that the amount was reserved for. What is left stays reserved, or is released with `releaseRest`.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: {
        description: "Captured.",
        schema: captured,
        headers: { Location: "Where the transaction can be read.", ...IDEMPOTENCY_HIT_HEADER },
      },
      202: WAITING,
    },
    refusals: [
      ...POSTING_REFUSALS,
      "ALREADY_EXISTS",
      "HOLD_NOT_FOUND",
      "HOLD_NOT_ACTIVE",
      "CURRENCY_MISMATCH",
      "HOLD_EXCEEDED",
    ],
  },
  params: z.strictObject({ id: id("The hold.") }),
  body: capture,
  bodyIfAbsent: {},
  respond: async ({ params, body, context, execute }) => {
    const input = { holdId: params.id, ...body, idempotencyKey: context.idempotencyKey };
    const { captureHold } = await execute(RestCaptureHoldDocument, { input });
    const stored = toTransaction(captureHold.transaction);
    return {
      status: 201,
      body: { hold: toHold(captureHold.hold), transaction: stored },
      headers: { location: locationOf(stored.id), ...idempotencyHit(captureHold.replayed) },
    };
  },
});

const release = z.strictObject({ reason: description("Why.").optional() }).meta({
  id: "VoidRequest",
  description: "Why a hold is released.",
  examples: [{ reason: "Subscription withdrawn" }],
});

/** POST /api/v1/holds/{id}/void: releases what a hold still reserves. */
export const postHoldVoid = defineEndpoint({
  method: "POST",
  path: "/api/v1/holds/:id/void",
  operations: [RestVoidHoldDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "voidHold",
    tag: "Ledger",
    summary: "Release what a hold still reserves",
    description: "The rest of the hold is available again. What was captured stays posted.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      200: { description: "The hold, void.", schema: hold, headers: IDEMPOTENCY_HIT_HEADER },
    },
    refusals: ["HOLD_NOT_FOUND", "HOLD_NOT_ACTIVE", "IDEMPOTENCY_CONFLICT"],
  },
  params: z.strictObject({ id: id("The hold.") }),
  body: release,
  bodyIfAbsent: {},
  respond: async ({ params, body, context, execute }) => {
    const input = { holdId: params.id, ...body, idempotencyKey: context.idempotencyKey };
    const { voidHold } = await execute(RestVoidHoldDocument, { input });
    return { status: 200, body: toHold(voidHold), headers: idempotencyHit(voidHold.replayed) };
  },
});
