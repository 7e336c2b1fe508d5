import { invalidInput } from "@allfunds/contract/errors";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import { z } from "zod";
import type { BookState } from "../../engine/book-state.ts";
import type { AccountState } from "../accounts/account.ts";
import { refuseContra } from "../contra-accounts/contra-account.ts";
import { storedDimensions, type EntryDimensions } from "../dimensions/entry-dimensions.ts";

/** So much of the other side of a statement line, on an account. */
export interface LinePart {
  readonly accountId: string;
  /** Decimal string, positive whichever way the line went. */
  readonly amount: string;
  /** Of the entry on the account. */
  readonly dimensions?: EntryDimensions | undefined;
}

export const storedParts = z.array(
  z.object({
    accountId: z.string(),
    amount: z.string(),
    dimensions: storedDimensions.optional(),
  }),
);

export const MOST_PARTS = 20;

/** Parts without members that are absent, as commands have them. */
export const plainParts = (parts: readonly LinePart[]): LinePart[] =>
  parts.map(({ accountId, amount, dimensions }) => ({
    accountId,
    amount,
    ...(dimensions === undefined ? {} : { dimensions }),
  }));

/** Refuses parts that are not the whole of a line of `minor`, or not on accounts that can be its other side. */
export function checkParts(
  parts: readonly LinePart[],
  minor: bigint,
  account: AccountState,
  state: BookState,
): void {
  for (const { accountId } of parts) refuseContra(accountId, account, state);
  checkSum(parts, minor, account.currency, "parts");
}

/** Refuses parts that do not come to a line of `minor`, by the field that they are in. */
export function checkSum(
  parts: readonly LinePart[],
  minor: bigint,
  currency: string,
  field: string,
): void {
  if (parts.length < 1 || parts.length > MOST_PARTS)
    throw invalidInput(field, `must be 1 to ${MOST_PARTS}`);
  let sum = 0n;
  for (const [index, { amount }] of parts.entries()) {
    const part = parseAmount(amount, currency);
    if (part <= 0n) throw invalidInput(`${field}.${index}.amount`, "must be positive");
    sum += part;
  }
  if (sum === minor) return;
  const [come, line] = [sum, minor].map((each) => formatAmount(each, currency));
  throw invalidInput(field, `come to ${come} ${currency}, the line is ${line} ${currency}`);
}
