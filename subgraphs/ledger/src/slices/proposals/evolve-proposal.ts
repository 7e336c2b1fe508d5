import type { BookState } from "../../engine/book-state.ts";
import type { ProposalEvent } from "./proposal-events.ts";
import type { ProposalStatus } from "./proposal-state.ts";

/** What each event leaves a proposal at. */
export const STATUS_AFTER = {
  TransactionProposed: "WAITING",
  ProposalApproved: "APPROVED",
  ProposalRejected: "REJECTED",
  ProposalWithdrawn: "WITHDRAWN",
} as const satisfies Record<ProposalEvent["type"], ProposalStatus>;

/** Folds an event of a proposal into a draft of the state. */
export function evolveProposal(draft: BookState, event: ProposalEvent): void {
  const status = STATUS_AFTER[event.type];
  if (event.type === "TransactionProposed") {
    const { proposalId: id, maker, makerOwner } = event;
    draft.putProposal({ id, status, maker, makerOwner });
    return;
  }
  const proposal = draft.proposal(event.proposalId);
  if (proposal === undefined) throw new Error(`proposal ${event.proposalId} is missing`);
  draft.putProposal({ ...proposal, status });
}
