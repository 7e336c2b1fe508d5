import type { CashFlowActivity } from "../account-classes/account-class.ts";
import type { AccountObject } from "../accounts/account-object.ts";

/** What an account brought to the cash of a fund in a period, in minor units of its currency. */
export interface CashFlowLine {
  readonly account: AccountObject;
  readonly activity: CashFlowActivity;
  /** Positive came in. */
  readonly minor: bigint;
}

/** What an account brought in several periods, in minor units of its currency. */
export interface ComparedFlow extends Pick<CashFlowLine, "account" | "activity"> {
  /** By column; zero where it brought nothing. */
  readonly amounts: readonly bigint[];
}

/** The statements of several periods beside each other, by the codes of the accounts. */
export function compareFlows(columns: readonly (readonly CashFlowLine[])[]): ComparedFlow[] {
  const brought = columns.map(
    (lines) => new Map(lines.map((line) => [line.account.id, line.minor])),
  );
  const all = new Map(columns.flat().map((line) => [line.account.id, line]));
  return [...all.values()]
    .toSorted((a, b) => (a.account.code < b.account.code ? -1 : 1))
    .map(({ account, activity }) => ({
      account,
      activity,
      amounts: brought.map((column) => column.get(account.id) ?? 0n),
    }));
}

/** The cash of a fund in one currency; all in minor units. */
export interface CashFlowTotal {
  readonly currency: string;
  readonly openingMinor: bigint;
  readonly closingMinor: bigint;
  readonly byActivity: Readonly<Record<CashFlowActivity, bigint>>;
}

/** How an account moved in the period, as debits less credits. */
interface Movement {
  readonly account: AccountObject;
  readonly debitMinor: bigint;
}

/**
 * The indirect method: all that is not cash and moved. As every transaction is zero in its currency, what
 * these accounts were credited in excess is exactly what cash was debited.
 */
export const indirectLines = (
  movements: readonly Movement[],
  activityOf: (account: AccountObject) => CashFlowActivity,
): CashFlowLine[] =>
  movements
    .filter(({ account, debitMinor }) => !account.countsAsCash && debitMinor !== 0n)
    .map(({ account, debitMinor }) => ({
      account,
      activity: activityOf(account),
      minor: -debitMinor,
    }));

/** The two ends and the activities of each currency, currencies by name. */
export function cashFlowTotals(
  lines: readonly CashFlowLine[],
  opening: readonly Movement[],
  movements: readonly Movement[],
): CashFlowTotal[] {
  const cash = (of: readonly Movement[]): Map<string, bigint> =>
    sumBy(
      of.filter(({ account }) => account.countsAsCash),
      ({ account }) => account.currency,
      ({ debitMinor }) => debitMinor,
    );
  const [before, moved] = [cash(opening), cash(movements)];
  const currencies = new Set([
    ...before.keys(),
    ...moved.keys(),
    ...lines.map(({ account }) => account.currency),
  ]);
  return [...currencies].sort().map((currency) => {
    const own = lines.filter(({ account }) => account.currency === currency);
    const sums = sumBy(
      own,
      ({ activity }) => activity,
      ({ minor }) => minor,
    );
    const openingMinor = before.get(currency) ?? 0n;
    return {
      currency,
      openingMinor,
      closingMinor: openingMinor + (moved.get(currency) ?? 0n),
      byActivity: {
        OPERATING: sums.get("OPERATING") ?? 0n,
        INVESTING: sums.get("INVESTING") ?? 0n,
        FINANCING: sums.get("FINANCING") ?? 0n,
      },
    };
  });
}

function sumBy<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  minorOf: (item: Item) => bigint,
): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const item of items) {
    const name = nameOf(item);
    sums.set(name, (sums.get(name) ?? 0n) + minorOf(item));
  }
  return sums;
}

/** The currencies whose activities do not add up to the change of cash. */
export const untied = (totals: readonly CashFlowTotal[]): readonly string[] =>
  totals
    .filter(({ openingMinor, closingMinor, byActivity }) => {
      const flows = byActivity.OPERATING + byActivity.INVESTING + byActivity.FINANCING;
      return openingMinor + flows !== closingMinor;
    })
    .map(({ currency }) => currency);
