import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../http/documented-headers.ts";
import { IDEMPOTENCY_HIT_HEADER, idempotencyHit } from "../http/idempotency-hit.ts";
import { proposal, PROPOSAL_FIELDS, toProposal, type ProposalData } from "../shapes/proposal.ts";
import { id } from "../shapes/scalars.ts";
import { POSTING_REFUSALS } from "./posting-outcomes.ts";

const APPROVE = operation(/* GraphQL */ `
  mutation RestApproveProposal($id: ID!) {
    approveProposal(id: $id) {
      ...ProposalFields
      replayed
    }
  }
  ${PROPOSAL_FIELDS}
`);

/** POST /api/v1/proposals/{id}/approve: posts what was proposed. */
export const postProposalApprove = defineEndpoint({
  method: "POST",
  path: "/api/v1/proposals/:id/approve",
  operations: [APPROVE],
  access: { scopes: ["ledger:approve", "ledger:read"], secondFactor: true },
  produces: ["application/json"],
  docs: {
    operationId: "approveProposal",
    tag: "Ledger",
    summary: "Approve a posting that waits",
    description:
      "Posts what was proposed, by the rules and balances of now; what they refuse is the answer, and the proposal goes on waiting. Never by its maker, nor through an API client of the same person.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      200: {
        description: "The proposal, approved; `transactionId` is what was posted.",
        schema: proposal,
        headers: IDEMPOTENCY_HIT_HEADER,
      },
    },
    refusals: [
      ...POSTING_REFUSALS,
      "PROPOSAL_NOT_FOUND",
      "PROPOSAL_NOT_WAITING",
      "ALREADY_EXISTS",
      "HOLD_NOT_ACTIVE",
      "ALREADY_REVERSED",
      "CURRENCY_MISMATCH",
      "HOLD_EXCEEDED",
      "REVERSAL_EXCEEDED",
      "PROPOSAL_EXCEEDED",
    ],
  },
  params: z.strictObject({ id: id("The proposal.") }),
  respond: async ({ params, execute }) => {
    const data = await execute<{ approveProposal: ProposalData & { replayed: boolean } }>(
      APPROVE,
      params,
    );
    return {
      status: 200,
      body: toProposal(data.approveProposal),
      headers: idempotencyHit(data.approveProposal.replayed),
    };
  },
});
