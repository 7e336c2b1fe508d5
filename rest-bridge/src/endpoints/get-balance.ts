import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { entityTag } from "../http/entity-tag.ts";
import { account, ACCOUNT_FIELDS, toAccount, type AccountData } from "../shapes/account.ts";
import { id } from "../shapes/scalars.ts";

const BALANCE = operation(/* GraphQL */ `
  query RestBalance($accountId: ID!) {
    account(id: $accountId) {
      ...AccountFields
    }
  }
  ${ACCOUNT_FIELDS}
`);

/** GET /api/v1/balance: where the ETag for a conditional PATCH comes from. */
export const getBalance = defineEndpoint({
  method: "GET",
  path: "/api/v1/balance",
  operations: [BALANCE],
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
    const data = await execute<{ account: AccountData | null }>(BALANCE, query);
    if (data.account === null) {
      throw new AppError("ACCOUNT_NOT_FOUND", `There is no account ${query.accountId}.`);
    }
    const found = toAccount(data.account);
    return { status: 200, body: found, headers: { etag: entityTag(found.version) } };
  },
});
