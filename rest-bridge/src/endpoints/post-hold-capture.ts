import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../http/documented-headers.ts";
import { IDEMPOTENCY_HIT_HEADER, idempotencyHit } from "../http/idempotency-hit.ts";
import { hold, HOLD_FIELDS, toHold, type HoldData } from "../shapes/hold.ts";
import { description, metadata, reference } from "../shapes/posting-details.ts";
import { amount, date, id } from "../shapes/scalars.ts";
import {
  locationOf,
  toTransaction,
  transaction,
  TRANSACTION_FIELDS,
  type TransactionData,
} from "../shapes/transaction.ts";
import { POSTING_REFUSALS, WAITING } from "./posting-outcomes.ts";

const CAPTURE = operation(/* GraphQL */ `
  mutation RestCaptureHold($input: CaptureHoldInput!) {
    captureHold(input: $input) {
      hold {
        ...HoldFields
      }
      transaction {
        ...TransactionFields
      }
      replayed
    }
  }
  ${HOLD_FIELDS}
  ${TRANSACTION_FIELDS}
`);

const capture = z
  .strictObject({
    amount: amount("How much; all that is left when absent.").optional(),
    releaseRest: z
      .boolean()
      .default(false)
      .meta({ description: "Set free what this capture leaves, instead of keeping it reserved." }),
    contraAccountId: id(
      "The account that receives it; the one the hold names when absent.",
    ).optional(),
    transactionId: id("UUID of the transaction; made by the ledger when absent.").optional(),
    effectiveDate: date("Value date; today in UTC when absent.").optional(),
    description: description("Of the transaction; the hold's when absent.").optional(),
    reference,
    metadata,
  })
  .meta({
    id: "CaptureRequest",
    description: "How much of a hold to turn into a transaction, and which.",
    examples: [{ amount: "1200.00", releaseRest: true, effectiveDate: "2026-07-01" }],
  });

const captured = z.object({ hold, transaction }).meta({
  id: "HoldCapture",
  description: "The hold as it now is, and the transaction it became.",
});

interface CaptureData {
  readonly captureHold: {
    readonly hold: HoldData;
    readonly transaction: TransactionData;
    readonly replayed: boolean;
  };
}

/** POST /api/v1/holds/{id}/capture: turns a hold, or a part of it, into a transaction. */
export const postHoldCapture = defineEndpoint({
  method: "POST",
  path: "/api/v1/holds/:id/capture",
  operations: [CAPTURE],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "captureHold",
    tag: "Ledger",
    summary: "Turn a hold, or a part of it, into a transaction",
    description:
      "Posts the transaction the amount was reserved for. What is left stays reserved unless `releaseRest` says otherwise.",
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
    const { captureHold } = await execute<CaptureData>(CAPTURE, { input });
    const stored = toTransaction(captureHold.transaction);
    return {
      status: 201,
      body: { hold: toHold(captureHold.hold), transaction: stored },
      headers: { location: locationOf(stored.id), ...idempotencyHit(captureHold.replayed) },
    };
  },
});
