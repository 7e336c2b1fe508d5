import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { LINK_HEADER, nextPageLink } from "../http/next-page-link.ts";
import { hold, HOLD_FIELDS, toHold, type HoldData } from "../shapes/hold.ts";
import { nextCursorOf, pageOf, pageParameters, type ConnectionData } from "../shapes/page.ts";
import { id } from "../shapes/scalars.ts";

const HOLDS = operation(/* GraphQL */ `
  query RestHolds($accountId: ID!, $first: Int!, $after: Cursor) {
    account(id: $accountId) {
      holds(first: $first, after: $after) {
        nodes {
          ...HoldFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
  ${HOLD_FIELDS}
`);

interface HoldsData {
  readonly account: { readonly holds: ConnectionData<HoldData> } | null;
}

/** GET /api/v1/holds: the holds of an account. */
export const getHolds = defineEndpoint({
  method: "GET",
  path: "/api/v1/holds",
  operations: [HOLDS],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getHolds",
    tag: "Ledger",
    summary: "Read the holds of an account",
    description: "The account's holds, newest first, those that are over among them.",
    success: {
      200: {
        description: "One page of holds.",
        schema: pageOf(hold, { id: "HoldPage", of: "holds" }),
        headers: LINK_HEADER,
      },
    },
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
  query: z.strictObject({ accountId: id("The account."), ...pageParameters }),
  respond: async ({ query, url, execute }) => {
    const { account } = await execute<HoldsData>(HOLDS, query);
    if (account === null) {
      throw new AppError("ACCOUNT_NOT_FOUND", `There is no account ${query.accountId}.`);
    }
    const nextCursor = nextCursorOf(account.holds);
    return {
      status: 200,
      headers: nextPageLink(url, nextCursor),
      body: { items: account.holds.nodes.map(toHold), nextCursor },
    };
  },
});
