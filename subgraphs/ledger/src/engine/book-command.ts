import type { AdjustBalance } from "../slices/accounts/adjust-balance.ts";
import type { SetAccountFloor } from "../slices/accounts/set-account-floor.ts";
import type { ChangeAccountStatus } from "../slices/accounts/change-account-status.ts";
import type { ClosePeriod, ReopenPeriod } from "../slices/periods/close-period.ts";
import type { OpenAccount } from "../slices/accounts/open-account.ts";
import type { OpenFund } from "../slices/funds/open-fund.ts";
import type { CaptureHold } from "../slices/holds/capture-hold.ts";
import type { ExpireHolds } from "../slices/holds/expire-holds.ts";
import type { PlaceHold } from "../slices/holds/place-hold.ts";
import type { VoidHold } from "../slices/holds/void-hold.ts";
import type {
  ApproveProposal,
  RejectProposal,
  WithdrawProposal,
} from "../slices/proposals/decide-proposal.ts";
import type { AdoptTenantLimit, SetApprovalLimit } from "../slices/proposals/set-approval-limit.ts";
import type { ReverseTransaction } from "../slices/reversals/reverse-transaction.ts";
import type { PostStatementLine } from "../slices/statements/post-statement-line.ts";
import type { PostTransaction } from "../slices/transactions/post-transaction.ts";

/** Everything a book can be told to do. */
export type BookCommand =
  | OpenFund
  | OpenAccount
  | SetAccountFloor
  | ChangeAccountStatus
  | ClosePeriod
  | ReopenPeriod
  | PostTransaction
  | AdjustBalance
  | PostStatementLine
  | ReverseTransaction
  | PlaceHold
  | CaptureHold
  | VoidHold
  | ExpireHolds
  | SetApprovalLimit
  | AdoptTenantLimit
  | ApproveProposal
  | RejectProposal
  | WithdrawProposal;

/** A command as it reaches its book: for whom, when, and under which promise of sameness. */
export interface Envelope {
  readonly command: BookCommand;
  readonly actor: string;
  /** Of an API client: the user who made it, where that is known. */
  readonly owner?: string | undefined;
  /** Where it came from, as `originOf` says it. */
  readonly origin?: string | undefined;
  readonly now: Date;
  /** UUID that stands for the client's idempotency key, unique in the book; undefined when it gave none. */
  readonly key: string | undefined;
  /** True when the client chose the id of what the command makes, so that it may be taken already. */
  readonly idIsClients: boolean;
  /** SHA-256 of what the client asked for under its key; the same key with another hash is a conflict. */
  readonly requestHash: Buffer | undefined;
}
