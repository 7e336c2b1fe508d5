import { AppError } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import type { DomainEvent, Requester } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import type { DecisionContext } from "../../engine/slice.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import { approversFor, debitsOf, type ProposedTotal } from "./limits-exceeded.ts";
import { hasApproved, ofDecider } from "./person.ts";
import {
  isMaker,
  postedAmong,
  requireBook,
  requireWaiting,
  type ApprovalGiven,
  type ApprovalRefused,
  type ApproveProposal,
  type ProposalApproved,
} from "./proposal.ts";
import {
  booksOf,
  changeAmong,
  demandFor,
  wasChangedSince,
  type Books,
  type SensitiveChange,
} from "./sensitive-change.ts";

/**
 * Posts what was proposed on the book as it is now, under every rule but the limit. When a rule
 * refuses it, that is the answer, and the proposal goes on waiting.
 */
export function decideApproveProposal(
  { fundId, proposalId, proposed }: ApproveProposal,
  state: BookState,
  requester: Requester,
  decideStored: DecisionContext["decideStored"],
): readonly DomainEvent[] {
  requireBook(state, fundId);
  const waiting = requireWaiting(state, proposalId);
  const of = { proposalId, fundId, ...ofDecider(requester) };
  // The attempt belongs in the audit log; `refusalOfProposal` answers it.
  const refuse = (
    more: Pick<ApprovalRefused, "isMaker" | "reason" | "approvers">,
  ): readonly ApprovalRefused[] => [{ type: "ApprovalRefused", ...of, ...more }];
  if (isMaker(waiting, requester)) return refuse({ isMaker: waiting.maker === requester.actor });
  if (hasApproved(waiting.approvedBy, requester)) {
    return refuse({ isMaker: false, reason: "APPROVED_BEFORE" });
  }
  const events = decideStored({ command: proposed.command, schema: proposed.schema ?? 1 });
  const posted = postedAmong(events);
  if (posted !== undefined) refuseMoreThanProposed(posted, proposed.totals);
  const books = booksOf(state, requester);
  const change = changeAmong(events, books);
  if (change !== undefined && wasChangedSince(change, proposed)) {
    return refuse({ isMaker: false, reason: "CHANGED_SINCE" });
  }
  const approvers = approversNow(books, posted, change);
  if (approvers > waiting.approvers) {
    return refuse({ isMaker: false, reason: "LIMIT_CHANGED", approvers });
  }
  const isLast = waiting.approvedBy.length + 1 >= waiting.approvers;
  const isAdministrators = requester.isAdministrator === true;
  if (isLast && waiting.administrator === "NEEDED" && !isAdministrators) {
    return refuse({ isMaker: false, reason: "NO_ADMINISTRATOR" });
  }
  const counts = isAdministrators && waiting.administrator !== null;
  const by = counts ? { byAdministrator: true as const } : {};
  if (!isLast) {
    const given: ApprovalGiven = { type: "ApprovalGiven", ...of, ...by };
    return [given];
  }
  const transactionId = posted?.transactionId ?? null;
  const approved: ProposalApproved = { type: "ProposalApproved", ...of, transactionId, ...by };
  return [approved, ...events];
}

function approversNow(
  books: Books,
  posted: TransactionPosted | undefined,
  change: SensitiveChange | undefined,
): number {
  if (posted !== undefined) return approversFor(books, posted);
  return change === undefined ? 1 : (demandFor(books, change)?.approvers ?? 1);
}

/** A balance to be reached may have moved away meanwhile; no more was approved than was shown. */
export function refuseMoreThanProposed(
  posted: TransactionPosted,
  totals: readonly Omit<ProposedTotal, "limitMinor">[],
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
