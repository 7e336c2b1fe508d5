import type { AccountObject } from "../accounts/account-object.ts";
import { normalSide } from "../accounts/account.ts";
import type { CashFlowActivity } from "../account-classes/account-class.ts";

/** What entries with one value of a dimension moved on an account; null for those without a value. */
export interface ValueLine {
  readonly value: string | null;
  readonly account: AccountObject;
  /** Debits less credits, in minor units. */
  readonly debitMinor: bigint;
  /** Of a cash flow. */
  readonly activity: CashFlowActivity | null;
}

/** What has a value, by account; null for entries that have other dimensions only. */
export interface ValueSum {
  readonly accountId: string;
  readonly value: string | null;
  /** True of entries that the report leaves out. */
  readonly isLeftOut: boolean;
  readonly debitMinor: bigint;
}

/**
 * The parts of each account's amount by value, the rest of it without one: together they are the amount, less what
 * is left out. Accounts whose parts take each other away are there, too.
 */
export function partsByValue(
  accounts: readonly AccountObject[],
  whole: ReadonlyMap<string, bigint>,
  sums: readonly ValueSum[],
): ValueLine[] {
  const parts = Map.groupBy(sums, ({ accountId }) => accountId);
  const lines = accounts.flatMap((account) => {
    const apart = (parts.get(account.id) ?? []).filter(
      (sum) => sum.value !== null || sum.isLeftOut,
    );
    const own = apart.filter(({ isLeftOut }) => !isLeftOut);
    const known = sumOf(apart.map(({ debitMinor }) => debitMinor));
    const rest = { value: null, debitMinor: (whole.get(account.id) ?? 0n) - known };
    return [...own, rest].map(({ value, debitMinor }) => ({ value, account, debitMinor }));
  });
  return inOrder(lines);
}

/** The same of entries that were chosen by other dimensions: all of them are among the sums. */
export function chosenParts(
  accounts: readonly AccountObject[],
  sums: readonly ValueSum[],
): ValueLine[] {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  return inOrder(
    sums.flatMap(({ accountId, value, isLeftOut, debitMinor }) => {
      const account = byId.get(accountId);
      return account === undefined || isLeftOut ? [] : [{ value, account, debitMinor }];
    }),
  );
}

/** By value, those without one last, and by code. */
export function inOrder(
  lines: readonly (Omit<ValueLine, "activity"> & Partial<ValueLine>)[],
): ValueLine[] {
  return lines
    .filter(({ debitMinor }) => debitMinor !== 0n)
    .map((line) => ({ activity: null, ...line }))
    .toSorted((a, b) =>
      a.value === b.value ? compare(a.account.code, b.account.code) : byValue(a, b),
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function byValue(a: Pick<ValueLine, "value">, b: Pick<ValueLine, "value">): number {
  if (a.value === null) return 1;
  return b.value === null ? -1 : compare(a.value, b.value);
}

/** Lines of one value and currency together, in minor units. */
export interface ValueTotal {
  readonly value: string | null;
  readonly currency: string;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

/** In the order of the lines, currencies by name. */
export function totalsByValue(lines: readonly ValueLine[]): ValueTotal[] {
  return [...Map.groupBy(lines, ({ value }) => value)].flatMap(([value, own]) =>
    [...Map.groupBy(own, ({ account }) => account.currency)]
      .toSorted(([a], [b]) => compare(a, b))
      .map(([currency, some]) => ({
        value,
        currency,
        debitMinor: sumOf(some.map(({ debitMinor }) => (debitMinor > 0n ? debitMinor : 0n))),
        creditMinor: sumOf(some.map(({ debitMinor }) => (debitMinor < 0n ? -debitMinor : 0n))),
      })),
  );
}

const sumOf = (all: readonly bigint[]): bigint => all.reduce((sum, each) => sum + each, 0n);

/** A line's amount as its report has it: on the normal side, and of a cash flow what came in. */
export const amountOf = ({ account, debitMinor, activity }: ValueLine): bigint =>
  activity !== null || normalSide(account.type) === "CREDIT" ? -debitMinor : debitMinor;

/** A line in several columns: what each has of it as its report has it, in minor units. */
export interface ComparedValue {
  readonly value: string | null;
  readonly account: AccountObject;
  readonly activity: CashFlowActivity | null;
  readonly amounts: readonly bigint[];
}

/** Lines of several columns beside each other, in the order of lines. */
export function compareValues(columns: readonly (readonly ValueLine[])[]): ComparedValue[] {
  const keyOf = ({ value, account }: ValueLine): string => JSON.stringify([account.id, value]);
  const amounts = columns.map(
    (lines) => new Map(lines.map((line) => [keyOf(line), amountOf(line)])),
  );
  const all = new Map(columns.flat().map((line) => [keyOf(line), line]));
  return inOrder([...all.values()]).map((line) => ({
    value: line.value,
    account: line.account,
    activity: line.activity,
    amounts: amounts.map((column) => column.get(keyOf(line)) ?? 0n),
  }));
}
