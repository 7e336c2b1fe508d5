import {
  formatAmount,
  type AccountFloorSet as AccountFloorSetPayload,
  type AccountOpened as AccountOpenedPayload,
  type FundOpened as FundOpenedPayload,
  type AccountStatusChange,
  type FxRate,
  type PeriodClosed,
  type PeriodReopened,
  type TransactionPosted as TransactionPostedPayload,
} from "@allfunds/platform";
import { toHoldPayload, type HoldPayload } from "../slices/holds/hold-payload.ts";
import { toProposalPayload, type ProposalPayload } from "../slices/proposals/proposal-payload.ts";
import type { RecordedFx } from "../slices/transactions/fx-rate.ts";
import type { PostedEntry } from "../slices/transactions/transaction-posted.ts";
import type { BookEvent } from "./book-event.ts";

export type EventPayload =
  | FundOpenedPayload
  | AccountOpenedPayload
  | AccountFloorSetPayload
  | AccountStatusChange
  | PeriodClosed
  | PeriodReopened
  | TransactionPostedPayload
  | HoldPayload
  | ProposalPayload;

/** An event as it is stored and published: plain JSON, amounts as decimal strings. */
export function toPayload(event: BookEvent): EventPayload {
  switch (event.type) {
    case "FundOpened":
      return { fundId: event.fundId, name: event.name, currency: event.currency };
    case "AccountOpened":
      return {
        accountId: event.accountId,
        fundId: event.fundId,
        code: event.code,
        name: event.name,
        type: event.accountType,
        currency: event.currency,
        ...(event.minimumMinor === null
          ? {}
          : { minimumBalance: formatAmount(event.minimumMinor, event.currency) }),
      };
    case "AccountFloorSet": {
      const { type: _type, minimumMinor, ...rest } = event;
      const minimumBalance =
        minimumMinor === null ? null : formatAmount(minimumMinor, event.currency);
      return { ...rest, minimumBalance };
    }
    case "AccountFrozen":
    case "AccountUnfrozen":
    case "AccountClosed":
    case "PeriodClosed":
    case "PeriodReopened": {
      const { type: _type, ...payload } = event;
      return payload;
    }
    case "TransactionPosted": {
      const payload = {
        transactionId: event.transactionId,
        fundId: event.fundId,
        effectiveDate: event.effectiveDate,
        description: event.description,
        reference: event.reference,
        metadata: event.metadata,
        source: event.source,
        entries: event.entries.map(toEntryPayload),
      };
      return event.fx === undefined ? payload : { ...payload, fx: event.fx.map(toFxPayload) };
    }
    case "HoldPlaced":
    case "HoldCaptured":
    case "HoldVoided":
    case "HoldExpired":
      return toHoldPayload(event);
    case "ApprovalLimitSet":
    case "TransactionProposed":
    case "ProposalApproved":
    case "ProposalRejected":
    case "ProposalWithdrawn":
      return toProposalPayload(event);
  }
}

const toFxPayload = ({ baseMinor, quoteMinor, ...fx }: RecordedFx): FxRate => ({
  ...fx,
  baseAmount: formatAmount(baseMinor, fx.base),
  quoteAmount: formatAmount(quoteMinor, fx.quote),
});

const toEntryPayload = (entry: PostedEntry): TransactionPostedPayload["entries"][number] => ({
  accountId: entry.accountId,
  side: entry.side,
  amount: formatAmount(entry.amountMinor, entry.currency),
  currency: entry.currency,
  balanceAfter: formatAmount(entry.balanceAfterMinor, entry.currency),
});
