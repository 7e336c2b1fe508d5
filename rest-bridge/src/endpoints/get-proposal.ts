import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { proposal, PROPOSAL_FIELDS, toProposal, type ProposalData } from "../shapes/proposal.ts";
import { id } from "../shapes/scalars.ts";

const PROPOSAL = operation(/* GraphQL */ `
  query RestProposal($id: ID!) {
    proposal(id: $id) {
      ...ProposalFields
    }
  }
  ${PROPOSAL_FIELDS}
`);

/** GET /api/v1/proposals/{id}: what the Location of a posting that waits leads to. */
export const getProposal = defineEndpoint({
  method: "GET",
  path: "/api/v1/proposals/:id",
  operations: [PROPOSAL],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getProposal",
    tag: "Ledger",
    summary: "Read one posting above the approval limit",
    description: "What was asked for, by whom, and what became of it.",
    success: { 200: { description: "The proposal.", schema: proposal } },
    refusals: ["PROPOSAL_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The proposal.") }),
  respond: async ({ params, execute }) => {
    const data = await execute<{ proposal: ProposalData | null }>(PROPOSAL, params);
    if (data.proposal === null) {
      throw new AppError("PROPOSAL_NOT_FOUND", `There is no proposal ${params.id}.`);
    }
    return { status: 200, body: toProposal(data.proposal) };
  },
});
