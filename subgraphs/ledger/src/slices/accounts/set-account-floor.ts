import { AppError, formatAmount, parseAmount } from "@allfunds/platform";
import { requireAccountState, requireFund, type BookState } from "../../engine/book-state.ts";
import { refuseUnlessOpen } from "./account-status.ts";
import type { AccountFloorSet } from "./account-floor-set.ts";

/** The order to give an account another floor, or none. */
export interface SetAccountFloor {
  readonly kind: "SetAccountFloor";
  readonly fundId: string;
  readonly accountId: string;
  /** Decimal string on the account's normal side; null for no limit. */
  readonly minimumBalance: string | null;
}

/** No events when the account has this floor already. */
export function decideSetAccountFloor(
  command: SetAccountFloor,
  state: BookState,
): AccountFloorSet[] {
  requireFund(state, command.fundId);
  const account = requireAccountState(state, command.accountId);
  if (account.status === "CLOSED") refuseUnlessOpen(account, "accountId");
  const { currency } = account;
  const minimumMinor =
    command.minimumBalance === null ? null : parseAmount(command.minimumBalance, currency);
  if (minimumMinor === account.minimumMinor) return [];
  const availableMinor = account.balanceMinor - account.heldMinor;
  if (minimumMinor !== null && availableMinor < minimumMinor) {
    throw new AppError(
      "INSUFFICIENT_FUNDS",
      `Account ${account.code} has only ${formatAmount(availableMinor, currency)} ${currency} available.`,
      { violations: [{ path: "minimumBalance", message: "is above what is available" }] },
    );
  }
  const { accountId, fundId } = command;
  return [{ type: "AccountFloorSet", accountId, fundId, currency, minimumMinor }];
}
