import { AppError } from "@allfunds/platform";
import type { BookState } from "../../engine/book-state.ts";

export const PROPOSAL_STATUSES = {
  WAITING: "WAITING",
  APPROVED: "APPROVED",
  REJECTED: "REJECTED",
  WITHDRAWN: "WITHDRAWN",
} as const;
export type ProposalStatus = keyof typeof PROPOSAL_STATUSES;

/** What deciding on a proposal needs to know. */
export interface ProposalState {
  readonly id: string;
  readonly status: ProposalStatus;
  readonly maker: string;
  readonly makerOwner: string | undefined;
}

export const noSuchProposal = (id: string): AppError =>
  new AppError("PROPOSAL_NOT_FOUND", `There is no proposal ${id.slice(0, 80)}.`);

/** A proposal of this book that nobody has decided on yet. */
export function requireWaiting(state: BookState, id: string): ProposalState {
  const proposal = state.proposal(id);
  if (proposal === undefined) throw noSuchProposal(id);
  if (proposal.status !== "WAITING") throw decidedAlready(id, proposal.status);
  return proposal;
}

export const decidedAlready = (proposalId: string, status: ProposalStatus): AppError =>
  new AppError("PROPOSAL_NOT_WAITING", `The proposal is ${status.toLowerCase()} already.`, {
    proposalId,
  });
