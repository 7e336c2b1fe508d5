import type { AccountType, EntrySide } from "@allfunds/platform";

/** The side on which an account of this type grows. */
export const normalSide = (type: AccountType): EntrySide =>
  type === "ASSET" || type === "EXPENSE" ? "DEBIT" : "CREDIT";

export const oppositeSide = (side: EntrySide): EntrySide => (side === "DEBIT" ? "CREDIT" : "DEBIT");
