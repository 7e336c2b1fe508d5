import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../http/documented-headers.ts";
import { IDEMPOTENCY_HIT_HEADER, idempotencyHit } from "../http/idempotency-hit.ts";
import { description } from "../shapes/posting-details.ts";
import { proposal, PROPOSAL_FIELDS, toProposal, type ProposalData } from "../shapes/proposal.ts";
import { id } from "../shapes/scalars.ts";

const REJECT = operation(/* GraphQL */ `
  mutation RestRejectProposal($id: ID!, $reason: String!) {
    rejectProposal(id: $id, reason: $reason) {
      ...ProposalFields
      replayed
    }
  }
  ${PROPOSAL_FIELDS}
`);

const rejection = z.strictObject({ reason: description("Why.") }).meta({
  id: "Rejection",
  description: "Why a posting is not to be.",
  examples: [{ reason: "The invoice is not ours" }],
});

/** POST /api/v1/proposals/{id}/reject: refuses what was proposed, for good. */
export const postProposalReject = defineEndpoint({
  method: "POST",
  path: "/api/v1/proposals/:id/reject",
  operations: [REJECT],
  access: { scopes: ["ledger:approve", "ledger:read"], secondFactor: true },
  produces: ["application/json"],
  docs: {
    operationId: "rejectProposal",
    tag: "Ledger",
    summary: "Reject a posting that waits",
    description: "Refuses it for good, with a reason that is kept. Its maker withdraws it instead.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      200: {
        description: "The proposal, rejected.",
        schema: proposal,
        headers: IDEMPOTENCY_HIT_HEADER,
      },
    },
    refusals: ["PROPOSAL_NOT_FOUND", "PROPOSAL_NOT_WAITING", "IDEMPOTENCY_CONFLICT"],
  },
  params: z.strictObject({ id: id("The proposal.") }),
  body: rejection,
  respond: async ({ params, body, execute }) => {
    const data = await execute<{ rejectProposal: ProposalData & { replayed: boolean } }>(REJECT, {
      ...params,
      ...body,
    });
    return {
      status: 200,
      body: toProposal(data.rejectProposal),
      headers: idempotencyHit(data.rejectProposal.replayed),
    };
  },
});
