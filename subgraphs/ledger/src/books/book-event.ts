import type { AccountFloorSet } from "../accounts/account-floor-set.ts";
import type { AccountStatusChanged } from "../accounts/account-status-changed.ts";
import type { PeriodClosed, PeriodReopened } from "../periods/period-events.ts";
import type { AccountOpened } from "../accounts/account-opened.ts";
import type { FundOpened } from "../funds/fund-opened.ts";
import type { HoldEvent } from "../holds/hold-events.ts";
import type { ApprovalLimitSet, ProposalEvent } from "../proposals/proposal-events.ts";
import type { TransactionPosted } from "../transactions/transaction-posted.ts";

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
