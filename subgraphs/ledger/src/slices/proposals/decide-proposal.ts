import { AppError, formatAmount } from "@allfunds/platform";
import type { BookEvent } from "../../engine/book-event.ts";
import { requireFund, type BookState } from "../../engine/book-state.ts";
import { Findings, checkText } from "../../engine/input-rules.ts";
import type { TransactionPosted } from "../transactions/transaction-posted.ts";
import { isSamePerson, type Asker } from "./asker.ts";
import type { PostingCommand } from "./posting-command.ts";
import type {
  ProposalApproved,
  ProposalRejected,
  ProposalWithdrawn,
  TransactionProposed,
} from "./proposal-events.ts";
import { requireWaiting } from "./proposal-state.ts";
import { debitsOf } from "./require-approval.ts";

interface OnProposal {
  readonly fundId: string;
  readonly proposalId: string;
}

/** The order to post what was proposed. */
export interface ApproveProposal extends OnProposal {
  readonly kind: "ApproveProposal";
  /** What was proposed, as its event says. */
  readonly proposed: Pick<TransactionProposed, "command" | "totals">;
}

/** The order never to post what was proposed. */
export interface RejectProposal extends OnProposal {
  readonly kind: "RejectProposal";
  readonly reason: string;
}

/** The maker's order to take a proposal back. */
export interface WithdrawProposal extends OnProposal {
  readonly kind: "WithdrawProposal";
}

/**
 * Posts what was proposed on the book as it is now, under every rule but the limit. When a rule
 * refuses it, that is the answer, and the proposal goes on waiting.
 */
export function decideApproveProposal(
  { fundId, proposalId, proposed }: ApproveProposal,
  state: BookState,
  asker: Asker,
  decidePosting: (command: PostingCommand) => readonly BookEvent[],
): readonly BookEvent[] {
  requireFund(state, fundId);
  const { maker: actor, makerOwner: owner } = requireWaiting(state, proposalId);
  if (isSamePerson({ actor, owner }, asker)) {
    throw new AppError("FORBIDDEN", "Whoever proposed a posting cannot approve it.");
  }
  const events = decidePosting(proposed.command);
  const posted = events.find((event) => event.type === "TransactionPosted");
  if (posted !== undefined) refuseMoreThanProposed(posted, proposed);
  const transactionId = posted?.transactionId ?? null;
  const approved: ProposalApproved = {
    type: "ProposalApproved",
    proposalId,
    fundId,
    transactionId,
  };
  return [approved, ...events];
}

/** A balance to be reached may have moved away meanwhile; nobody approved of more than was shown. */
function refuseMoreThanProposed(
  posted: TransactionPosted,
  { totals }: ApproveProposal["proposed"],
): void {
  for (const { currency, amountMinor } of debitsOf(posted)) {
    const shown = totals.find((total) => total.currency === currency)?.amountMinor ?? 0n;
    if (amountMinor <= shown) continue;
    throw new AppError(
      "PROPOSAL_EXCEEDED",
      `It would now post ${formatAmount(amountMinor, currency)} ${currency}; ${formatAmount(shown, currency)} was proposed.`,
    );
  }
}

export function decideRejectProposal(
  { fundId, proposalId, reason }: RejectProposal,
  state: BookState,
  asker: Asker,
): [ProposalRejected] {
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  requireFund(state, fundId);
  const { maker: actor, makerOwner: owner } = requireWaiting(state, proposalId);
  if (isSamePerson({ actor, owner }, asker)) {
    throw new AppError("FORBIDDEN", "Whoever proposed a posting can only withdraw it.");
  }
  return [{ type: "ProposalRejected", proposalId, fundId, reason }];
}

export function decideWithdrawProposal(
  { fundId, proposalId }: WithdrawProposal,
  state: BookState,
  asker: Asker,
): [ProposalWithdrawn] {
  requireFund(state, fundId);
  const { maker: actor, makerOwner: owner } = requireWaiting(state, proposalId);
  if (!isSamePerson({ actor, owner }, asker)) {
    throw new AppError("FORBIDDEN", "Only who proposed a posting can withdraw it.");
  }
  return [{ type: "ProposalWithdrawn", proposalId, fundId }];
}
