import type { CommandBus, CommandRequest } from "../engine/command-bus.ts";
import { composeSlices, type CommandsOf, type EventsOf } from "../engine/slice.ts";
import { ACCOUNT_DETAILS } from "./accounts/account-details.ts";
import { ACCOUNTS } from "./accounts/account-slice.ts";
import { ADJUSTMENTS } from "./adjustments/adjustment.ts";
import { APPROVAL_LIMITS } from "./approvals/approval-limit.ts";
import { PROPOSALS } from "./approvals/proposal-slice.ts";
import { FUNDS } from "./funds/fund.ts";
import { HOLDS } from "./holds/hold-slice.ts";
import { PERIODS } from "./periods/period.ts";
import { REVERSALS } from "./reversals/reversal.ts";
import { STATEMENTS } from "./statements/statement-line.ts";
import { TRANSACTIONS } from "./transactions/transaction-slice.ts";

/** Every slice of the books. A new capability is a folder and a line in this list. */
const SLICES = [
  FUNDS,
  PERIODS,
  ACCOUNTS,
  ACCOUNT_DETAILS,
  TRANSACTIONS,
  HOLDS,
  REVERSALS,
  ADJUSTMENTS,
  STATEMENTS,
  APPROVAL_LIMITS,
  PROPOSALS,
];

/** Everything a book can be asked to do. */
export type BookCommand = CommandsOf<(typeof SLICES)[number]>;

/** Everything that can have happened in a book. */
export type BookEvent = EventsOf<(typeof SLICES)[number]>;

export const MODEL = composeSlices(SLICES);

/** The one way into the books, for the commands of all slices. */
export type Books = CommandBus<BookCommand>;
export type BookRequest = CommandRequest<BookCommand>;
