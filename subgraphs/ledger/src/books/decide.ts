import { AppError } from "@allfunds/platform";
import { decideAdjustBalance } from "../accounts/adjust-balance.ts";
import { decideOpenAccount } from "../accounts/open-account.ts";
import { decideSetAccountFloor } from "../accounts/set-account-floor.ts";
import { decideOpenFund } from "../funds/open-fund.ts";
import { decidePostStatementLine } from "../statements/post-statement-line.ts";
import { decidePostTransaction } from "../transactions/post-transaction.ts";
import type { BookCommand } from "./book-command.ts";
import type { BookEvent } from "./book-event.ts";
import type { BookState } from "./book-state.ts";

export type Decision =
  | { readonly accepted: true; readonly events: readonly BookEvent[] }
  | { readonly accepted: false; readonly refusal: AppError };

/** What a command leads to in a given state. Pure: no clock, no ids, no I/O, and the state is left as it was. */
export function decide(command: BookCommand, state: BookState): Decision {
  try {
    return { accepted: true, events: eventsOf(command, state) };
  } catch (error) {
    if (error instanceof AppError) return { accepted: false, refusal: error };
    throw error;
  }
}

function eventsOf(command: BookCommand, state: BookState): readonly BookEvent[] {
  switch (command.kind) {
    case "OpenFund":
      return decideOpenFund(command, state);
    case "OpenAccount":
      return decideOpenAccount(command, state);
    case "SetAccountFloor":
      return decideSetAccountFloor(command, state);
    case "PostTransaction":
      return decidePostTransaction(command, state);
    case "AdjustBalance":
      return decideAdjustBalance(command, state);
    case "PostStatementLine":
      return decidePostStatementLine(command, state);
  }
}
