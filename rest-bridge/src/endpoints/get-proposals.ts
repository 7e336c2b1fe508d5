import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { LINK_HEADER, nextPageLink } from "../http/next-page-link.ts";
import { nextCursorOf, pageOf, pageParameters, type ConnectionData } from "../shapes/page.ts";
import {
  proposal,
  PROPOSAL_FIELDS,
  proposalStatus,
  toProposal,
  type ProposalData,
} from "../shapes/proposal.ts";
import { id } from "../shapes/scalars.ts";

const PROPOSALS = operation(/* GraphQL */ `
  query RestProposals($fundId: ID, $status: ProposalStatus, $first: Int!, $after: Cursor) {
    proposals(fundId: $fundId, status: $status, first: $first, after: $after) {
      nodes {
        ...ProposalFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  ${PROPOSAL_FIELDS}
`);

interface ProposalsData {
  readonly proposals: ConnectionData<ProposalData>;
}

/** GET /api/v1/proposals: postings above the limit and what became of them. */
export const getProposals = defineEndpoint({
  method: "GET",
  path: "/api/v1/proposals",
  operations: [PROPOSALS],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getProposals",
    tag: "Ledger",
    summary: "Read the postings above the approval limit",
    description: "Those that wait for a second person and those that were decided, newest first.",
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
    const { proposals } = await execute<ProposalsData>(PROPOSALS, query);
    const nextCursor = nextCursorOf(proposals);
    return {
      status: 200,
      headers: nextPageLink(url, nextCursor),
      body: { items: proposals.nodes.map(toProposal), nextCursor },
    };
  },
});
