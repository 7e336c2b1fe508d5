import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { answerPage, LINK_HEADER, pageOf, pageParameters } from "../endpoint/page.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { id } from "../endpoint/scalars.ts";
import { RestHoldDocument, RestHoldsDocument } from "../graph/graph-types.generated.ts";
import { hold, toHold } from "./hold.ts";

/** GET /api/v1/holds: the holds of an account. */
export const getHolds = defineEndpoint({
  method: "GET",
  path: "/api/v1/holds",
  operations: [RestHoldsDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getHolds",
    tag: "Ledger",
    summary: "Read the holds of an account",
    description: "The account's holds, newest first, with those that no longer reserve anything.",
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
    const { account } = await execute(RestHoldsDocument, query);
    const { holds } = requireFound(account, "ACCOUNT_NOT_FOUND", query.accountId);
    return answerPage(url, holds, toHold);
  },
});

/** GET /api/v1/holds/{id}: the Location of a placed hold. */
export const getHold = defineEndpoint({
  method: "GET",
  path: "/api/v1/holds/:id",
  operations: [RestHoldDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getHold",
    tag: "Ledger",
    summary: "Read one hold",
    description: "The hold as it is now, with what was captured of it.",
    success: { 200: { description: "The hold.", schema: hold } },
    refusals: ["HOLD_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The hold.") }),
  respond: async ({ params, execute }) => {
    const { hold: read } = await execute(RestHoldDocument, params);
    return { status: 200, body: toHold(requireFound(read, "HOLD_NOT_FOUND", params.id)) };
  },
});
