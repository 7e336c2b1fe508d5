import { z } from "zod";
import { defineEndpoint, type Answer } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { id } from "../endpoint/scalars.ts";
import {
  RestApproveProposalDocument,
  RestRejectProposalDocument,
  RestWithdrawProposalDocument,
  type ProposalFieldsFragment,
} from "../graph/graph-types.generated.ts";
import { description, POSTING_REFUSALS } from "../transactions/posting.ts";
import { proposal, toProposal } from "./proposal.ts";

const answerDecided = (decided: ProposalFieldsFragment & { replayed: boolean }): Answer => ({
  status: 200,
  body: toProposal(decided),
  headers: idempotencyHit(decided.replayed),
});

/** POST /api/v1/proposals/{id}/approve: posts what was proposed. */
export const postProposalApprove = defineEndpoint({
  method: "POST",
  path: "/api/v1/proposals/:id/approve",
  operations: [RestApproveProposalDocument],
  access: { scopes: ["ledger:approve", "ledger:read"], secondFactor: true },
  produces: ["application/json"],
  docs: {
    operationId: "approveProposal",
    tag: "Ledger",
    summary: "Approve a posting that waits",
    description:
      "Posts what was proposed, by the present rules and balances. When they refuse it, the refusal is the answer and the proposal goes on waiting. Its maker cannot approve it, nor can an API client of the same person.",
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
    const { approveProposal } = await execute(RestApproveProposalDocument, params);
    return answerDecided(approveProposal);
  },
});

const rejection = z.strictObject({ reason: description("Why.") }).meta({
  id: "Rejection",
  description: "Why a posting is rejected.",
  examples: [{ reason: "The invoice is addressed to another fund" }],
});

/** POST /api/v1/proposals/{id}/reject: rejects what was proposed, for good. */
export const postProposalReject = defineEndpoint({
  method: "POST",
  path: "/api/v1/proposals/:id/reject",
  operations: [RestRejectProposalDocument],
  access: { scopes: ["ledger:approve", "ledger:read"], secondFactor: true },
  produces: ["application/json"],
  docs: {
    operationId: "rejectProposal",
    tag: "Ledger",
    summary: "Reject a posting that waits",
    description:
      "Rejects it for good; the reason is stored. Its maker withdraws a proposal instead.",
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
    const { rejectProposal } = await execute(RestRejectProposalDocument, { ...params, ...body });
    return answerDecided(rejectProposal);
  },
});

/** POST /api/v1/proposals/{id}/withdraw: the maker withdraws a proposal. */
export const postProposalWithdraw = defineEndpoint({
  method: "POST",
  path: "/api/v1/proposals/:id/withdraw",
  operations: [RestWithdrawProposalDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "withdrawProposal",
    tag: "Ledger",
    summary: "Withdraw a posting that waits",
    description: "Only its maker can withdraw a proposal.",
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
    const { withdrawProposal } = await execute(RestWithdrawProposalDocument, params);
    return answerDecided(withdrawProposal);
  },
});
