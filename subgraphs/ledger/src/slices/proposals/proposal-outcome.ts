import { AppError, type TransactionProposed } from "@allfunds/platform";
import type { PublishedEvent } from "../../engine/recorded-event.ts";
import { decidedAlready } from "./proposal-state.ts";

/**
 * The refusal a posting command answers when it led to a proposal and the proposal to no posting;
 * undefined for everything else. `kept` is false when the proposal will not be stored.
 */
export function refusalOfProposal(
  events: readonly PublishedEvent[],
  kept = true,
): AppError | undefined {
  const proposed = events.find(({ type }) => type === "TransactionProposed");
  if (proposed === undefined) return undefined;
  const { proposalId, totals } = proposed.payload as TransactionProposed;
  for (const { type } of events) {
    if (type === "ProposalApproved") return undefined;
    if (type === "ProposalRejected") return decidedAlready(proposalId, "REJECTED");
    if (type === "ProposalWithdrawn") return decidedAlready(proposalId, "WITHDRAWN");
  }
  const above = totals
    .filter(({ limit }) => limit !== undefined)
    .map(({ limit, currency }) => `${limit} ${currency}`);
  const limits = `More than ${above.join(" and ")} needs a second person`;
  return kept
    ? new AppError("APPROVAL_REQUIRED", `${limits}: it waits for approval.`, { proposalId })
    : new AppError("APPROVAL_REQUIRED", `${limits}: post it by itself, or INDEPENDENT.`);
}
