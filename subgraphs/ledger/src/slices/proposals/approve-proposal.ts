import { AppError } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import type { DomainEvent, Requester } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import type { DecisionContext } from "../../engine/slice.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import { approversFor, debitsOf, type ProposedTotal } from "./limits-exceeded.ts";
import { hasApproved, ofDecider } from "./person.ts";
import type {
  ApprovalGiven,
  ApprovalRefused,
  ApproveProposal,
  ProposalApproved,
} from "./proposal-events.ts";
import { isMaker, requireBook, requireWaiting, type ProposalState } from "./proposal.ts";
import { postedAmong } from "./trade-limits.ts";
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
  const why = whyNotApprove(waiting, requester);
  if (why === "IS_MAKER") return refuse({ isMaker: waiting.maker === requester.actor });
  if (why !== undefined) return refuse({ isMaker: false, reason: why });
  const events = decideStored({ command: proposed.command, schema: proposed.schema ?? 1 });
  const posted = postedAmong(events);
  if (posted !== undefined) refuseMoreThanProposed(posted, proposed.totals);
  const books = booksOf(state, requester);
  const change = changeAmong(events, books);
  if (posted === undefined && change === undefined) refuseWithout(events);
  const isChanged = change !== undefined && wasChangedSince(change, proposed);
  const approvers = approversNow(books, posted, change);
  const reason = whyNotApprove(waiting, requester, { isChanged, approvers });
  if (reason !== undefined && reason !== "IS_MAKER") {
    const more = reason === "LIMIT_CHANGED" ? { approvers } : {};
    return refuse({ isMaker: false, reason, ...more });
  }
  const counts = requester.isAdministrator === true && waiting.administrator !== null;
  const by = counts ? { byAdministrator: true as const } : {};
  if (!isLastOf(waiting)) {
    const given: ApprovalGiven = { type: "ApprovalGiven", ...of, ...by };
    return [given];
  }
  const transactionId = posted?.transactionId ?? null;
  const approved: ProposalApproved = { type: "ProposalApproved", ...of, transactionId, ...by };
  return [approved, ...events];
}

/** What was proposed posts nothing any more, although it still does something. */
function refuseWithout(events: readonly DomainEvent[]): void {
  if (events.length === 0) return;
  throw new AppError(
    "VERSION_CONFLICT",
    "It would post nothing any more: withdraw it and record it anew.",
  );
}

/** Why a requester may not approve what waits. */
export type WhyNotApprove = NonNullable<ApprovalRefused["reason"]> | "IS_MAKER";

/** What waits, beside the rules of now. */
interface AtPresent {
  /** What it would change is no longer what it showed. */
  readonly isChanged: boolean;
  /** How many people would have to approve it. */
  readonly approvers: number;
}

type Waiting = Pick<
  ProposalState,
  "maker" | "makerOwner" | "approvers" | "approvedBy" | "administrator"
>;

/**
 * Why a requester may not approve what waits; undefined when nothing stands against it. Without `now` only the
 * reasons that lie in the person are known.
 */
export function whyNotApprove(
  waiting: Waiting,
  requester: Requester,
  now?: AtPresent,
): WhyNotApprove | undefined {
  if (isMaker(waiting, requester)) return "IS_MAKER";
  if (hasApproved(waiting.approvedBy, requester)) return "APPROVED_BEFORE";
  if (now === undefined) return undefined;
  if (now.isChanged) return "CHANGED_SINCE";
  if (now.approvers > waiting.approvers) return "LIMIT_CHANGED";
  const lacksAdministrator =
    isLastOf(waiting) && waiting.administrator === "NEEDED" && requester.isAdministrator !== true;
  return lacksAdministrator ? "NO_ADMINISTRATOR" : undefined;
}

/** True when one more approval is enough. */
const isLastOf = ({ approvedBy, approvers }: Pick<Waiting, "approvedBy" | "approvers">): boolean =>
  approvedBy.length + 1 >= approvers;

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
