import { AppError, formatAmount } from "@allfunds/platform";
import type { AccountState } from "../../engine/book-state.ts";

/**
 * Refuses to take an account below its floor. What raises a balance always passes, so that an
 * account can be brought back from wherever it is. `path` names the input field at fault.
 */
export function refuseOverdraft(
  account: AccountState,
  balanceAfterMinor: bigint,
  path: () => string,
): void {
  const { minimumMinor, balanceMinor, heldMinor, code, currency } = account;
  if (minimumMinor === null || balanceAfterMinor >= balanceMinor) return;
  if (balanceAfterMinor - heldMinor >= minimumMinor) return;
  const spendable = formatAmount(balanceMinor - heldMinor - minimumMinor, currency);
  throw new AppError(
    "INSUFFICIENT_FUNDS",
    `Account ${code} can give ${spendable} ${currency} before it falls below its minimum.`,
    { violations: [{ path: path(), message: "takes the account below its minimum balance" }] },
  );
}
