import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { answerPage, LINK_HEADER, pageOf, pageParameters } from "../endpoint/page.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { id } from "../endpoint/scalars.ts";
import { RestProposalDocument, RestProposalsDocument } from "../graph/graph-types.generated.ts";
import { proposal, proposalStatus, toProposal } from "./proposal.ts";

/** GET /api/v1/proposals: postings above the limit, waiting and decided. */
export const getProposals = defineEndpoint({
  method: "GET",
  path: "/api/v1/proposals",
  operations: [RestProposalsDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getProposals",
    tag: "Ledger",
    summary: "Read the postings above the approval limit",
    description: "Those that wait for a second approver and those that were decided, newest first.",
    success: {
      200: {
        description: "One page of proposals.",
        schema: pageOf(proposal, { id: "ProposalPage", of: "proposals" }),
        headers: LINK_HEADER,
      },
    },
    refusals: ["FUND_NOT_FOUND"],
  },
  query: z.strictObject({
    fundId: id("Only those of this fund.").optional(),
    status: proposalStatus.meta({ description: "Only those with this status." }).optional(),
    ...pageParameters,
  }),
  respond: async ({ query, url, execute }) => {
    const { proposals } = await execute(RestProposalsDocument, query);
    return answerPage(url, proposals, toProposal);
  },
});

/** GET /api/v1/proposals/{id}: the Location of a posting that waits. */
export const getProposal = defineEndpoint({
  method: "GET",
  path: "/api/v1/proposals/:id",
  operations: [RestProposalDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getProposal",
    tag: "Ledger",
    summary: "Read one posting above the approval limit",
    description: "What was proposed, by whom, and how it was decided.",
    success: { 200: { description: "The proposal.", schema: proposal } },
    refusals: ["PROPOSAL_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The proposal.") }),
  respond: async ({ params, execute }) => {
    const { proposal: read } = await execute(RestProposalDocument, params);
    return { status: 200, body: toProposal(requireFound(read, "PROPOSAL_NOT_FOUND", params.id)) };
  },
});
