import type { AdjustBalance } from "../accounts/adjust-balance.ts";
import type { SetAccountFloor } from "../accounts/set-account-floor.ts";
import type { ChangeAccountStatus } from "../accounts/change-account-status.ts";
import type { ClosePeriod, ReopenPeriod } from "../periods/close-period.ts";
import type { OpenAccount } from "../accounts/open-account.ts";
import type { OpenFund } from "../funds/open-fund.ts";
import type { CaptureHold } from "../holds/capture-hold.ts";
import type { ExpireHolds } from "../holds/expire-holds.ts";
import type { PlaceHold } from "../holds/place-hold.ts";
import type { VoidHold } from "../holds/void-hold.ts";
import type {
  ApproveProposal,
  RejectProposal,
  WithdrawProposal,
} from "../proposals/decide-proposal.ts";
import type { AdoptTenantLimit, SetApprovalLimit } from "../proposals/set-approval-limit.ts";
import type { ReverseTransaction } from "../reversals/reverse-transaction.ts";
import type { PostStatementLine } from "../statements/post-statement-line.ts";
import type { PostTransaction } from "../transactions/post-transaction.ts";

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
