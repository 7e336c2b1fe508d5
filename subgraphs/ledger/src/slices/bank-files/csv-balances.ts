import type { DecimalSeparator } from "./bank-amount.ts";
import type { CsvTable } from "./csv-cells.ts";
import { ambiguous } from "./csv-votes.ts";
import type { Rows } from "./file-table.ts";
import { StatementFaults, type BankStatement, type StatementBreak } from "./statement.ts";

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
  const readAt: ReadStep = (at) => {
    const row = rows.at(at);
    return [minorAt(at), row && table.balance(row, currency, decimalSeparator)];
  };
  for (const isReversed of [false, true]) {
    const chain = chainOf(last, isReversed, readAt, (at) => rows.at(at)?.line);
    if (chain !== undefined && (best === undefined || chain.breaks.length < best.breaks.length))
      best = chain;
  }
  if (best === undefined || isMostly(best.breaks, last)) return none;
  // Lines of a day in another order than their balances leave no gap in the end.
  const gap = best.breaks.reduce(
    (sum, { expectedMinor, foundMinor }) => sum + foundMinor - expectedMinor,
    0n,
  );
  const isOfOrder = best.breaks.length > 0 && gap === 0n && leadsInDays(best, rows, table, readAt);
  const { openingMinor, closingMinor, breaks } = best;
  return isOfOrder ? none : { openingMinor, closingMinor, breaks };
}

/** A column that does not follow in half of the rows is no running balance; one wrong balance in a few rows is two breaks. */
const isMostly = ({ length }: readonly StatementBreak[], last: number): boolean =>
  length * 2 > (last < 3 ? last : last + 1);

/** More rows of one day are not put in order. */
const MOST_OF_DAY = 2_000;

/** Whether the rows of each day lead along their balances in some order. */
function leadsInDays(
  { openingMinor, isReversed }: Chain,
  rows: Rows,
  { cell }: Pick<CsvTable, "cell">,
  readAt: ReadStep,
): boolean {
  let running = openingMinor;
  let day: { readonly minor: bigint; readonly balance: bigint }[] = [];
  const closes = (): boolean => {
    while (day.length > 0) {
      const next = day.findIndex(({ minor, balance }) => balance - minor === running);
      const [taken] = next === -1 ? [] : day.splice(next, 1);
      if (taken === undefined) return false;
      running = taken.balance;
    }
    return true;
  };
  let date: string | undefined;
  for (let step = 0; step < rows.length; step += 1) {
    const at = isReversed ? rows.length - 1 - step : step;
    const row = rows.at(at);
    const own = row && cell(row, "date");
    if (own !== date && !closes()) return false;
    date = own;
    const [minor, balance] = readAt(at);
    if (balance === undefined) return false;
    if (day.length > MOST_OF_DAY) return true;
    day.push({ minor: minor ?? 0n, balance });
  }
  return closes();
}

type ReadStep = (at: number) => readonly [amount: bigint | undefined, balance: bigint | undefined];

interface Chain {
  readonly isReversed: boolean;
  readonly openingMinor: bigint;
  readonly closingMinor: bigint;
  readonly breaks: StatementBreak[];
}

/** Follows the balances from the first row to the last; undefined when a row has none. */
function chainOf(
  last: number,
  isReversed: boolean,
  readAt: ReadStep,
  lineAt: (at: number) => number | undefined,
): Chain | undefined {
  const at: ReadStep = (step) => readAt(isReversed ? last - step : step);
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
      const line = lineAt(isReversed ? last - step : step);
      breaks.push({ kind: "BETWEEN_LINES", expectedMinor: running, foundMinor, line });
      if (isMostly(breaks, last)) return undefined;
    }
    running = balance;
  }
  return { isReversed, openingMinor: opening, closingMinor: running, breaks };
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

/** A few amounts whose balances moved by just as much the other way, while those of all others follow: their signs are wrong. */
export function refuseTurned(
  table: CsvTable,
  rows: Rows,
  minorAt: (at: number) => bigint | undefined,
  { decimalSeparator, currency }: BalanceReading,
): void {
  const last = rows.length - 1;
  if (table.mapping.balance === undefined) return;
  const balanceAt = (at: number): bigint | undefined => {
    const row = rows.at(at);
    return row && table.balance(row, currency, decimalSeparator);
  };
  for (const step of [1, -1]) {
    const turned: number[] = [];
    let follows = 0;
    const isEach = Array.from({ length: last }, (_, at) => (step === 1 ? at + 1 : at)).every(
      (at) => {
        const [from, to, minor] = [balanceAt(at - step), balanceAt(at), minorAt(at)];
        if (from === undefined || to === undefined || minor === undefined) return false;
        if (to - from === minor) follows += 1;
        else if (to - from === -minor) turned.push(at);
        else return false;
        return true;
      },
    );
    if (!isEach || turned.length === 0 || turned.length >= follows) continue;
    const faults = new StatementFaults();
    for (const at of turned)
      faults.add(
        table.placeOf(rows.at(at) ?? { line: 0, cells: [] }, "amount"),
        "the balance moved by this amount, but the other way; leave the balance out to read the amounts as they are written",
      );
    faults.refuse();
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
