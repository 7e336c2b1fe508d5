import { clientReference } from "../slices/transactions/transaction-posted.ts";
import { evolveHold } from "../slices/holds/evolve-hold.ts";
import { reduce, reversedId } from "../slices/reversals/reversible.ts";
import { evolveLimits } from "../slices/proposals/approval-limits.ts";
import { evolveProposal } from "../slices/proposals/evolve-proposal.ts";
import { evolvePeriods } from "../slices/periods/evolve-periods.ts";
import { changeAccount, requireFund, type BookState } from "./book-state.ts";
import type { BookEvent } from "./book-event.ts";

/** Folds an event into a draft of the state. It only folds: whether the event may happen was decided before. */
export function evolve(draft: BookState, event: BookEvent): void {
  switch (event.type) {
    case "FundOpened":
      draft.fund = {
        id: event.fundId,
        name: event.name,
        currency: event.currency,
        closedPeriods: [],
      };
      return;
    case "AccountOpened":
      draft.putAccount({
        id: event.accountId,
        code: event.code,
        name: event.name,
        type: event.accountType,
        currency: event.currency,
        status: "OPEN",
        balanceMinor: 0n,
        minimumMinor: event.minimumMinor,
        heldMinor: 0n,
        version: 1,
      });
      return;
    case "AccountFloorSet":
      changeAccount(draft, event.accountId, { minimumMinor: event.minimumMinor });
      return;
    case "AccountFrozen":
      changeAccount(draft, event.accountId, { status: "FROZEN" });
      return;
    case "AccountUnfrozen":
      changeAccount(draft, event.accountId, { status: "OPEN" });
      return;
    case "AccountClosed":
      changeAccount(draft, event.accountId, { status: "CLOSED" });
      return;
    case "PeriodClosed":
    case "PeriodReopened":
      draft.fund = evolvePeriods(requireFund(draft, event.fundId), event);
      return;
    case "TransactionPosted": {
      draft.takeTransactionId(event.transactionId);
      const reference = clientReference(event);
      if (reference !== null) draft.takeReference(reference);
      const reversed = draft.reversible(reversedId(event) ?? "");
      if (reversed !== undefined) draft.putReversible(reduce(reversed, event.entries));
      const changed = new Set<string>();
      for (let index = event.entries.length - 1; index >= 0; index -= 1) {
        const entry = event.entries[index];
        // What counts is an account's balance after its last entry.
        if (entry === undefined || changed.has(entry.accountId)) continue;
        changed.add(entry.accountId);
        changeAccount(draft, entry.accountId, { balanceMinor: entry.balanceAfterMinor });
      }
      return;
    }
    case "HoldPlaced":
    case "HoldCaptured":
    case "HoldVoided":
    case "HoldExpired":
      evolveHold(draft, event);
      return;
    case "ApprovalLimitSet":
      // The tenant's own book has no fund; its limits take effect where they are adopted.
      if (draft.fund === undefined) return;
      draft.fund = {
        ...draft.fund,
        approvalLimits: evolveLimits(draft.fund.approvalLimits, event),
      };
      return;
    case "TransactionProposed":
    case "ProposalApproved":
    case "ProposalRejected":
    case "ProposalWithdrawn":
      evolveProposal(draft, event);
  }
}
