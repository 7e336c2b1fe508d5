import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { hold, HOLD_FIELDS, toHold, type HoldData } from "../shapes/hold.ts";
import { id } from "../shapes/scalars.ts";

const HOLD = operation(/* GraphQL */ `
  query RestHold($id: ID!) {
    hold(id: $id) {
      ...HoldFields
    }
  }
  ${HOLD_FIELDS}
`);

/** GET /api/v1/holds/{id}: what the Location of a placed hold leads to. */
export const getHold = defineEndpoint({
  method: "GET",
  path: "/api/v1/holds/:id",
  operations: [HOLD],
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
    const data = await execute<{ hold: HoldData | null }>(HOLD, params);
    if (data.hold === null) {
      throw new AppError("HOLD_NOT_FOUND", `There is no hold ${params.id}.`);
    }
    return { status: 200, body: toHold(data.hold) };
  },
});
