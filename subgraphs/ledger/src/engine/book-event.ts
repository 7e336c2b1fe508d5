import type { AccountFloorSet } from "../slices/accounts/account-floor-set.ts";
import type { AccountStatusChanged } from "../slices/accounts/account-status-changed.ts";
import type { PeriodClosed, PeriodReopened } from "../slices/periods/period-events.ts";
import type { AccountOpened } from "../slices/accounts/account-opened.ts";
import type { FundOpened } from "../slices/funds/fund-opened.ts";
import type { HoldEvent } from "../slices/holds/hold-events.ts";
import type { ApprovalLimitSet, ProposalEvent } from "../slices/proposals/proposal-events.ts";
import type { TransactionPosted } from "../slices/transactions/transaction-posted.ts";

/** Everything that can have happened in a book. */
export type BookEvent =
  | FundOpened
  | AccountOpened
  | AccountFloorSet
  | TransactionPosted
  | HoldEvent
  | AccountStatusChanged
  | PeriodClosed
  | PeriodReopened
  | ApprovalLimitSet
  | ProposalEvent;
