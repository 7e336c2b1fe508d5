import { invalidInput } from "@allfunds/contract/errors";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import type { AccountObject } from "../accounts/account-object.ts";
import { normalSide } from "../accounts/account.ts";
import { readBalanceKnownAt, readDebitMinor } from "./balance-sql.ts";
import { readBookPosition } from "../funds/fund-sql.ts";

/** The requested balance; the present one when neither is given. */
export interface BalanceArgs {
  readonly asOf: string | null | undefined;
  readonly knownAt: number | null | undefined;
}

/** A balance on the normal side in minor units, now or at a point in either time. */
export async function readBalance(
  context: LedgerContext,
  account: AccountObject,
  args: BalanceArgs,
): Promise<bigint> {
  const { tenantId } = context.request;
  const reads = context.stores.pool;
  const asOf = args.asOf ?? undefined;
  const knownAt = args.knownAt ?? undefined;
  if (knownAt !== undefined) await checkReached(context, account.fundId, knownAt);
  if (asOf === undefined) {
    return knownAt === undefined
      ? account.balanceMinor
      : readBalanceKnownAt(reads, tenantId, account.id, knownAt);
  }
  const book = { tenantId, bookId: account.fundId };
  const found = await readDebitMinor(reads, book, [account.id], { asOf, knownAt });
  const debitMinor = found.get(account.id) ?? 0n;
  return normalSide(account.type) === "DEBIT" ? debitMinor : -debitMinor;
}

/** Refuses a position the book has not reached: the answer would be another one tomorrow. Returns where the book ends. */
export async function checkReached(
  context: LedgerContext,
  fundId: string,
  knownAt: number,
): Promise<number> {
  const position = await readBookPosition(context, fundId);
  if (knownAt < 0 || knownAt > position) {
    throw invalidInput("knownAt", `must be a position of the book, 0 to ${position}`);
  }
  return position;
}

/** The position of a report: the requested one, or where the book ends now, so that its parts agree. */
export async function settleKnownAt(
  context: LedgerContext,
  fundId: string,
  requested: number | null | undefined,
): Promise<number> {
  if (typeof requested !== "number") return readBookPosition(context, fundId);
  await checkReached(context, fundId, requested);
  return requested;
}

const DAY_MS = 86_400_000;

/** The calendar day before a date. */
export const dayBefore = (date: string): string =>
  new Date(Date.parse(date) - DAY_MS).toISOString().slice(0, 10);

/** No value date lies behind this one. */
export const LAST_DAY = "9999-12-31";
