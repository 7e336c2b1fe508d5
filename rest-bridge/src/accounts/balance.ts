import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import {
  entityTag,
  expectedVersion,
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
  IF_MATCH_HEADER,
} from "../endpoint/headers.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { amount, date, id } from "../endpoint/scalars.ts";
import { RestAdjustBalanceDocument, RestBalanceDocument } from "../graph/graph-types.generated.ts";
import {
  confirmFarValueDate,
  description,
  POSTING_REFUSALS,
  WAITING,
} from "../transactions/posting.ts";
import { toTransaction, transaction } from "../transactions/transaction.ts";
import { account, toAccount } from "./account.ts";

/** GET /api/v1/balance: its ETag makes a PATCH conditional. */
export const getBalance = defineEndpoint({
  method: "GET",
  path: "/api/v1/balance",
  operations: [RestBalanceDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getBalance",
    tag: "Ledger",
    summary: "Read an account's balance and version",
    description: "The account with its balance; the ETag goes into the If-Match of a PATCH.",
    success: {
      200: {
        description: "The account.",
        schema: account,
        headers: { ETag: "Version of the account." },
      },
    },
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
  query: z.strictObject({ accountId: id("The account.") }),
  respond: async ({ query, execute }) => {
    const { account: read } = await execute(RestBalanceDocument, query);
    const found = toAccount(requireFound(read, "ACCOUNT_NOT_FOUND", query.accountId));
    return { status: 200, body: found, headers: { etag: entityTag(found.version) } };
  },
});

const adjustment = z
  .strictObject({
    accountId: id("The account."),
    balance: amount("Wanted balance on the account's normal side; may be negative."),
    reason: description("Why; it becomes the description."),
    effectiveDate: date("Value date; today in UTC when absent.").optional(),
    confirmFarValueDate,
  })
  .meta({
    id: "BalanceAdjustmentRequest",
    description: "The balance that an account is to have, and why.",
    examples: [
      {
        accountId: "018f6b7e-0000-7000-8000-00000000a101",
        balance: "10500.00",
        reason: "Bank reconciliation June",
      },
    ],
  });

const adjusted = z
  .object({
    account,
    transaction: transaction
      .nullable()
      .meta({ description: "The adjusting transaction; null when the balance was right already." }),
  })
  .meta({
    id: "BalanceAdjustment",
    description: "The account after the adjustment, and the transaction that adjusted it.",
  });

/** PATCH /api/v1/balance: posts an adjusting transaction, never overwrites. */
export const patchBalance = defineEndpoint({
  method: "PATCH",
  path: "/api/v1/balance",
  operations: [RestAdjustBalanceDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "adjustBalance",
    tag: "Ledger",
    summary: "Bring an account to a stated balance",
    description:
      "Posts an adjusting transaction against the fund's adjustment account, so that the history stays complete. Nothing is posted when the account has the balance already.",
    requestHeaders: [IF_MATCH_HEADER, IDEMPOTENCY_KEY_HEADER],
    success: {
      200: {
        description: "The account has the stated balance.",
        schema: adjusted,
        headers: {
          ETag: "Version of the account, for the next If-Match.",
          ...IDEMPOTENCY_HIT_HEADER,
        },
      },
      202: WAITING,
    },
    refusals: [...POSTING_REFUSALS, "VERSION_CONFLICT"],
  },
  body: adjustment,
  respond: async ({ body, headers, context, execute }) => {
    const input = {
      ...body,
      expectedVersion: expectedVersion(headers["if-match"]),
      idempotencyKey: context.idempotencyKey,
    };
    const { adjustBalance } = await execute(RestAdjustBalanceDocument, { input });
    const after = toAccount(adjustBalance.account);
    const posted = adjustBalance.transaction;
    return {
      status: 200,
      headers: { etag: entityTag(after.version), ...idempotencyHit(adjustBalance.replayed) },
      body: { account: after, transaction: posted === null ? null : toTransaction(posted) },
    };
  },
});
