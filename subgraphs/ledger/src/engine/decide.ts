import { AppError } from "@allfunds/platform";
import { decideAdjustBalance } from "../slices/accounts/adjust-balance.ts";
import { decideOpenAccount } from "../slices/accounts/open-account.ts";
import { decideSetAccountFloor } from "../slices/accounts/set-account-floor.ts";
import { decideChangeAccountStatus } from "../slices/accounts/change-account-status.ts";
import { decideClosePeriod, decideReopenPeriod } from "../slices/periods/close-period.ts";
import { decideOpenFund } from "../slices/funds/open-fund.ts";
import { decideCaptureHold } from "../slices/holds/capture-hold.ts";
import { dueExpiries } from "../slices/holds/expire-holds.ts";
import { decidePlaceHold } from "../slices/holds/place-hold.ts";
import { decideVoidHold } from "../slices/holds/void-hold.ts";
import { NOBODY, type Asker } from "../slices/proposals/asker.ts";
import {
  decideApproveProposal,
  decideRejectProposal,
  decideWithdrawProposal,
} from "../slices/proposals/decide-proposal.ts";
import type { PostingCommand } from "../slices/proposals/posting-command.ts";
import { requireApproval } from "../slices/proposals/require-approval.ts";
import {
  decideAdoptTenantLimit,
  decideSetApprovalLimit,
} from "../slices/proposals/set-approval-limit.ts";
import { decideReverseTransaction } from "../slices/reversals/reverse-transaction.ts";
import { decidePostStatementLine } from "../slices/statements/post-statement-line.ts";
import { decidePostTransaction } from "../slices/transactions/post-transaction.ts";
import type { BookCommand } from "./book-command.ts";
import type { BookEvent } from "./book-event.ts";
import type { BookState } from "./book-state.ts";
import { evolve } from "./evolve.ts";

export type Decision =
  | { readonly accepted: true; readonly events: readonly BookEvent[] }
  | { readonly accepted: false; readonly refusal: AppError };

/**
 * What a command leads to in a given state at a given time, by whom it is given. Pure: no clock, no ids, no I/O, and the state
 * is left as it was. Holds that are due expire first, so that what they reserved can be used.
 */
export function decide(
  command: BookCommand,
  state: BookState,
  now: Date,
  asker: Asker = NOBODY,
): Decision {
  try {
    const expiries = dueExpiries(state, now);
    if (expiries.length === 0) {
      return { accepted: true, events: eventsOf(command, state, now, asker) };
    }
    const draft = state.fork();
    for (const expiry of expiries) evolve(draft, expiry);
    return { accepted: true, events: [...expiries, ...eventsOf(command, draft, now, asker)] };
  } catch (error) {
    if (error instanceof AppError) return { accepted: false, refusal: error };
    throw error;
  }
}

function eventsOf(
  command: BookCommand,
  state: BookState,
  now: Date,
  asker: Asker,
): readonly BookEvent[] {
  switch (command.kind) {
    case "OpenFund":
      return decideOpenFund(command, state);
    case "OpenAccount":
      return decideOpenAccount(command, state);
    case "SetAccountFloor":
      return decideSetAccountFloor(command, state);
    case "FreezeAccount":
    case "UnfreezeAccount":
    case "CloseAccount":
      return decideChangeAccountStatus(command, state);
    case "ClosePeriod":
      return decideClosePeriod(command, state);
    case "ReopenPeriod":
      return decideReopenPeriod(command, state);
    case "PostTransaction":
    case "AdjustBalance":
    case "PostStatementLine":
    case "ReverseTransaction":
    case "CaptureHold":
      return requireApproval(command, postingOf(command, state), state, asker);
    case "PlaceHold":
      return decidePlaceHold(command, state, now);
    case "VoidHold":
      return decideVoidHold(command, state);
    case "ExpireHolds":
      return [];
    case "SetApprovalLimit":
      return decideSetApprovalLimit(command, state);
    case "AdoptTenantLimit":
      return decideAdoptTenantLimit(command, state);
    case "ApproveProposal":
      return decideApproveProposal(command, state, asker, (inner) => postingOf(inner, state));
    case "RejectProposal":
      return decideRejectProposal(command, state, asker);
    case "WithdrawProposal":
      return decideWithdrawProposal(command, state, asker);
  }
}

/** What a posting leads to when no second person is needed, or has approved. */
function postingOf(command: PostingCommand, state: BookState): readonly BookEvent[] {
  switch (command.kind) {
    case "PostTransaction":
      return decidePostTransaction(command, state);
    case "AdjustBalance":
      return decideAdjustBalance(command, state);
    case "PostStatementLine":
      return decidePostStatementLine(command, state);
    case "ReverseTransaction":
      return decideReverseTransaction(command, state);
    case "CaptureHold":
      return decideCaptureHold(command, state);
  }
}
