import { AppError } from "@allfunds/platform";
import { proposedAlready } from "../slices/proposals/require-approval.ts";

/** The one place where a constraint's name becomes a refusal that clients understand. */
const REFUSALS: Readonly<Record<string, () => AppError>> = {
  account_pkey: () => new AppError("ALREADY_EXISTS", "An account with this id exists already."),
  account_code_unique: () =>
    new AppError("ALREADY_EXISTS", "The fund has an account with this code already."),
  account_above_minimum: () =>
    new AppError("INSUFFICIENT_FUNDS", "An account would fall below its minimum balance."),
  hold_pkey: () => new AppError("ALREADY_EXISTS", "A hold with this id exists already."),
  proposal_pkey: proposedAlready,
  transaction_pkey: () =>
    new AppError("ALREADY_EXISTS", "A transaction with this id exists already."),
  transaction_reference_unique: () =>
    new AppError("ALREADY_EXISTS", "A transaction with this reference exists already."),
  reversed_within_original: () =>
    new AppError("REVERSAL_EXCEEDED", "More would be reversed than the transaction had."),
  entry_sums_to_zero: () => new AppError("LEDGER_UNBALANCED", "The entries do not balance."),
};

/** The refusal a violated constraint stands for, undefined for any other failure. */
export function refusalOfConstraint(error: unknown): AppError | undefined {
  const { constraint } = error as { constraint?: string };
  return constraint === undefined ? undefined : REFUSALS[constraint]?.();
}
