import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../http/documented-headers.ts";
import { IDEMPOTENCY_HIT_HEADER, idempotencyHit } from "../http/idempotency-hit.ts";
import { proposal, PROPOSAL_FIELDS, toProposal, type ProposalData } from "../shapes/proposal.ts";
import { id } from "../shapes/scalars.ts";

const WITHDRAW = operation(/* GraphQL */ `
  mutation RestWithdrawProposal($id: ID!) {
    withdrawProposal(id: $id) {
      ...ProposalFields
      replayed
    }
  }
  ${PROPOSAL_FIELDS}
`);

/** POST /api/v1/proposals/{id}/withdraw: the maker takes a proposal back. */
export const postProposalWithdraw = defineEndpoint({
  method: "POST",
  path: "/api/v1/proposals/:id/withdraw",
  operations: [WITHDRAW],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "withdrawProposal",
    tag: "Ledger",
    summary: "Take a posting that waits back",
    description: "Only who asked for the posting can take it back.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      200: {
        description: "The proposal, withdrawn.",
        schema: proposal,
        headers: IDEMPOTENCY_HIT_HEADER,
      },
    },
    refusals: ["PROPOSAL_NOT_FOUND", "PROPOSAL_NOT_WAITING", "IDEMPOTENCY_CONFLICT"],
  },
  params: z.strictObject({ id: id("The proposal.") }),
  respond: async ({ params, execute }) => {
    const data = await execute<{ withdrawProposal: ProposalData & { replayed: boolean } }>(
      WITHDRAW,
      params,
    );
    return {
      status: 200,
      body: toProposal(data.withdrawProposal),
      headers: idempotencyHit(data.withdrawProposal.replayed),
    };
  },
});
