import type { DecimalSeparator } from "./bank-amount.ts";
import type { CsvTable } from "./csv-cells.ts";
import { ambiguous } from "./csv-votes.ts";
import type { Rows } from "./file-table.ts";
import type { BankStatement, StatementBreak } from "./statement.ts";

interface BalanceReading {
  readonly decimalSeparator: DecimalSeparator;
  readonly currency: string;
}

/**
 * Opening and closing balance, when the file has a running balance that its amounts lead along, in this order of the
 * rows or the other; where a few do not follow, lines are missing between them.
 */
export function balancesOf(
  table: CsvTable,
  rows: Rows,
  minorAt: (at: number) => bigint | undefined,
  { decimalSeparator, currency }: BalanceReading,
): Pick<BankStatement, "openingMinor" | "closingMinor" | "breaks"> {
  const none = { openingMinor: undefined, closingMinor: undefined, breaks: [] };
  const last = rows.length - 1;
  let best: Chain | undefined;
  for (const placeOf of [(step: number) => step, (step: number) => last - step]) {
    const chain = chainOf(last, (step) => {
      const row = rows.at(placeOf(step));
      return [minorAt(placeOf(step)), row && table.balance(row, currency, decimalSeparator)];
    });
    if (chain !== undefined && (best === undefined || chain.breaks.length < best.breaks.length))
      best = chain;
  }
  if (best === undefined || best.breaks.length * 2 > last) return none;
  // Lines of a day in another order than their balances leave no gap in the end.
  const gap = best.breaks.reduce(
    (sum, { expectedMinor, foundMinor }) => sum + foundMinor - expectedMinor,
    0n,
  );
  return best.breaks.length > 0 && gap === 0n ? none : best;
}

interface Chain {
  readonly openingMinor: bigint;
  readonly closingMinor: bigint;
  readonly breaks: StatementBreak[];
}

/** Follows the balances from the first row to the last; undefined when a row has none. */
function chainOf(
  last: number,
  at: (step: number) => readonly [amount: bigint | undefined, balance: bigint | undefined],
): Chain | undefined {
  const breaks: StatementBreak[] = [];
  const [first, reached] = at(0);
  if (first === undefined || reached === undefined) return undefined;
  const opening = reached - first;
  let running: bigint = opening;
  for (let step = 0; step <= last; step += 1) {
    const [amount = 0n, balance] = at(step);
    if (balance === undefined) return undefined;
    const foundMinor = balance - amount;
    if (foundMinor !== running) {
      breaks.push({ kind: "BETWEEN_LINES", expectedMinor: running, foundMinor });
      if (breaks.length * 2 > last) return undefined;
    }
    running = balance;
  }
  return { openingMinor: opening, closingMinor: running, breaks };
}

/**
 * Amounts without a sign, and balances that moved by just as much, but the other way: the amounts went out, all of them
 * or some.
 */
export function refuseOpposed(
  table: CsvTable,
  rows: Rows,
  minorAt: (at: number) => bigint | undefined,
  { decimalSeparator, currency }: BalanceReading,
  orders: readonly ("OLDEST_FIRST" | "NEWEST_FIRST")[] = ["OLDEST_FIRST", "NEWEST_FIRST"],
): void {
  const last = rows.length - 1;
  if (table.mapping.balance === undefined || last < 1) return;
  const balanceAt = (at: number): bigint | undefined => {
    const row = rows.at(at);
    return row && table.balance(row, currency, decimalSeparator);
  };
  for (const order of orders) {
    const isNewestFirst = order === "NEWEST_FIRST";
    let [opposed, agreeing]: [number | undefined, number | undefined] = [undefined, undefined];
    const follows = (at: number): boolean => {
      const [before, after] = isNewestFirst ? [at + 1, at] : [at - 1, at];
      const [from, to, minor] = [balanceAt(before), balanceAt(after), minorAt(after)];
      if (from === undefined || to === undefined || minor === undefined || minor < 0n) return false;
      if (to - from === -minor) opposed ??= after;
      else if (to - from === minor) agreeing ??= after;
      else return false;
      return true;
    };
    const first = isNewestFirst ? 0 : 1;
    let at = first;
    while (at < first + last && follows(at)) at += 1;
    if (at < first + last || opposed === undefined) continue;
    const line = rows.at(opposed)?.line;
    throw ambiguous(
      agreeing === undefined ? "csv.positiveIsOut" : "csv.direction",
      `The balance in line ${line} fell by its amount, which has no sign: it may have gone out.`,
    );
  }
}

/**
 * Balances that rise by the debits and fall by the credits: the books of the account's owner have a debit come in, and
 * the statement of a card or a loan may show what is owed.
 */
export function refuseSwapped(
  table: CsvTable,
  rows: Rows,
  minorAt: (at: number) => bigint | undefined,
  reading: BalanceReading,
): void {
  const { debit, credit, balance } = table.mapping;
  if (debit === undefined || credit === undefined || balance === undefined || rows.length < 2)
    return;
  const opposite = (at: number): bigint | undefined => {
    const minor = minorAt(at);
    return minor === undefined ? undefined : -minor;
  };
  const { closingMinor, breaks } = balancesOf(table, rows, opposite, reading);
  if (closingMinor === undefined || breaks.length > 0) return;
  throw ambiguous(
    "csv.positiveIsOut",
    "The balances rise by the debits and fall by the credits: a debit may have come in, or the balance is what is owed.",
  );
}
