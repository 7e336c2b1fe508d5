import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { IDEMPOTENCY_KEY_HEADER, IF_MATCH_HEADER } from "../http/documented-headers.ts";
import { entityTag, expectedVersion } from "../http/entity-tag.ts";
import { IDEMPOTENCY_HIT_HEADER, idempotencyHit } from "../http/idempotency-hit.ts";
import { account, ACCOUNT_FIELDS, toAccount, type AccountData } from "../shapes/account.ts";
import { description } from "../shapes/posting-details.ts";
import { amount, date, id } from "../shapes/scalars.ts";
import {
  toTransaction,
  transaction,
  TRANSACTION_FIELDS,
  type TransactionData,
} from "../shapes/transaction.ts";
import { POSTING_REFUSALS, WAITING } from "./posting-outcomes.ts";

const ADJUST = operation(/* GraphQL */ `
  mutation RestAdjustBalance($input: AdjustBalanceInput!) {
    adjustBalance(input: $input) {
      account {
        ...AccountFields
      }
      transaction {
        ...TransactionFields
      }
      replayed
    }
  }
  ${ACCOUNT_FIELDS}
  ${TRANSACTION_FIELDS}
`);

const adjustment = z
  .strictObject({
    accountId: id("The account."),
    balance: amount("Wanted balance on the account's normal side; may be negative."),
    reason: description("Why; it becomes the description."),
    effectiveDate: date("Value date; today in UTC when absent.").optional(),
  })
  .meta({
    id: "BalanceAdjustmentRequest",
    description: "The balance an account is to have, and why.",
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
  .meta({ id: "BalanceAdjustment", description: "The account as it now is, and what made it so." });

interface AdjustData {
  readonly adjustBalance: {
    readonly account: AccountData;
    readonly transaction: TransactionData | null;
    readonly replayed: boolean;
  };
}

/** PATCH /api/v1/balance: posts the adjusting transaction, never overwrites. */
export const patchBalance = defineEndpoint({
  method: "PATCH",
  path: "/api/v1/balance",
  operations: [ADJUST],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "adjustBalance",
    tag: "Ledger",
    summary: "Bring an account to a stated balance",
    description:
      "Posts an adjusting transaction against the fund's adjustment account, so that the history stays whole. Nothing is posted when the account has the balance already.",
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
    const { adjustBalance } = await execute<AdjustData>(ADJUST, { input });
    const after = toAccount(adjustBalance.account);
    const posted = adjustBalance.transaction;
    return {
      status: 200,
      headers: { etag: entityTag(after.version), ...idempotencyHit(adjustBalance.replayed) },
      body: { account: after, transaction: posted === null ? null : toTransaction(posted) },
    };
  },
});
