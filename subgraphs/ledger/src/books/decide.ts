import { AppError } from "@allfunds/platform";
import { decideAdjustBalance } from "../accounts/adjust-balance.ts";
import { decideOpenAccount } from "../accounts/open-account.ts";
import { decideSetAccountFloor } from "../accounts/set-account-floor.ts";
import { decideChangeAccountStatus } from "../accounts/change-account-status.ts";
import { decideClosePeriod, decideReopenPeriod } from "../periods/close-period.ts";
import { decideOpenFund } from "../funds/open-fund.ts";
import { decideCaptureHold } from "../holds/capture-hold.ts";
import { dueExpiries } from "../holds/expire-holds.ts";
import { decidePlaceHold } from "../holds/place-hold.ts";
import { decideVoidHold } from "../holds/void-hold.ts";
import { NOBODY, type Asker } from "../proposals/asker.ts";
import {
  decideApproveProposal,
  decideRejectProposal,
  decideWithdrawProposal,
} from "../proposals/decide-proposal.ts";
import type { PostingCommand } from "../proposals/posting-command.ts";
import { requireApproval } from "../proposals/require-approval.ts";
import { decideAdoptTenantLimit, decideSetApprovalLimit } from "../proposals/set-approval-limit.ts";
import { decideReverseTransaction } from "../reversals/reverse-transaction.ts";
import { decidePostStatementLine } from "../statements/post-statement-line.ts";
import { decidePostTransaction } from "../transactions/post-transaction.ts";
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
