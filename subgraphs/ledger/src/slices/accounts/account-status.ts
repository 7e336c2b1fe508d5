import { AppError } from "@allfunds/platform";
import type { AccountState } from "../../engine/book-state.ts";

export const ACCOUNT_STATUSES = { OPEN: "OPEN", FROZEN: "FROZEN", CLOSED: "CLOSED" } as const;
export type AccountStatus = keyof typeof ACCOUNT_STATUSES;

/** Refuses new entries and holds on an account that is frozen or closed. */
export function refuseUnlessOpen({ status, code }: AccountState, path: string): void {
  if (status === "OPEN") return;
  const violations = [{ path, message: `is ${status.toLowerCase()}` }];
  if (status === "FROZEN") {
    throw new AppError("ACCOUNT_FROZEN", `Account ${code} is frozen.`, { violations });
  }
  throw new AppError("ACCOUNT_CLOSED", `Account ${code} is closed.`, { violations });
}
