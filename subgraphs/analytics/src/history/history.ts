import type { CategoryCode } from "../classification/taxonomy.ts";
import { LONGEST_HISTORY } from "./past-movement.ts";
import type { PastMovement } from "./past-movement.ts";
import { PayeeCache } from "./payee-cache.ts";
import type { PastPayment } from "./payee-cache.ts";

// A full one takes about 4 kB.
const MOST_WINDOWS = 1_000;

/**
 * What was usual before a transaction: of each comparison the latest values by position, kept up while
 * movements are walked in order, so every transaction is judged by what came before it and nothing else.
 * It holds what was loaded and is not complete: what a walk needs is loaded before it begins.
 * Amounts are minor units as numbers: they serve statistics, never balances.
 */
export class History {
  readonly #amounts = new Map<string, SortedWindow>();
  readonly #outflows = new Map<string, SortedWindow>();
  readonly #payees = new PayeeCache();

  /** Earlier amounts of the same category, direction and currency in the fund, ascending. */
  amounts(movement: PastMovement, category: CategoryCode): readonly number[] {
    return held(this.#amounts, amountsKey(movement, category)).sorted;
  }

  /** Earlier payments out of the fund in the currency, ascending. */
  outflows(movement: PastMovement): readonly number[] {
    return held(this.#outflows, outflowsKey(movement)).sorted;
  }

  hasPayee(movement: PastMovement): boolean {
    return this.#payees.has(payeeKey(movement));
  }

  /** Earlier payments to the same payee, oldest first. */
  payments(movement: PastMovement): readonly PastPayment[] {
    return this.#payees.payments(payeeKey(movement));
  }

  holdsAmounts(movement: PastMovement, category: CategoryCode): boolean {
    return touch(this.#amounts, amountsKey(movement, category));
  }

  holdsOutflows(movement: PastMovement): boolean {
    return touch(this.#outflows, outflowsKey(movement));
  }

  holdsPayee(movement: PastMovement): boolean {
    return this.#payees.holds(payeeKey(movement));
  }

  /** Earlier values, oldest first. */
  holdAmounts(movement: PastMovement, category: CategoryCode, earlier: readonly number[]): void {
    this.#amounts.set(amountsKey(movement, category), windowOf(earlier));
  }

  holdOutflows(movement: PastMovement, earlier: readonly number[]): void {
    this.#outflows.set(outflowsKey(movement), windowOf(earlier));
  }

  /** Earlier payments, oldest first; a payee exists once anything was booked with it. */
  holdPayee(movement: PastMovement, exists: boolean, earlier: readonly PastPayment[]): void {
    this.#payees.hold(payeeKey(movement), exists, earlier);
  }

  add(movement: PastMovement, category: CategoryCode): void {
    const amount = Number(movement.amountMinor);
    this.#amounts.get(amountsKey(movement, category))?.push(amount);
    if (movement.direction === "OUT") this.#outflows.get(outflowsKey(movement))?.push(amount);
    this.#payees.add(payeeKey(movement), movement);
  }

  /** Evicts what was not used for the longest. Not during a walk. */
  trim(): void {
    for (const windows of [this.#amounts, this.#outflows]) {
      for (const key of windows.keys()) {
        if (windows.size <= MOST_WINDOWS) break;
        windows.delete(key);
      }
    }
    this.#payees.trim();
  }

  /** Evicts what depends on categories. */
  clearAmounts(): void {
    this.#amounts.clear();
  }

  clear(): void {
    this.#amounts.clear();
    this.#outflows.clear();
    this.#payees.clear();
  }
}

const outflowsKey = ({ tenantId, fundId, currency }: PastMovement): string =>
  `${tenantId}|${fundId}|${currency}`;
const amountsKey = (movement: PastMovement, category: CategoryCode): string =>
  `${outflowsKey(movement)}|${movement.direction}|${category}`;
const payeeKey = ({ tenantId, fundId, counterpartyKey }: PastMovement): string =>
  `${tenantId}|${fundId}|${counterpartyKey}`;

function windowOf(earlier: readonly number[]): SortedWindow {
  const window = new SortedWindow(LONGEST_HISTORY);
  for (const amount of earlier) window.push(amount);
  return window;
}

/** Whether it is held; then it is the one used last. */
function touch(windows: Map<string, SortedWindow>, key: string): boolean {
  const window = windows.get(key);
  if (window === undefined) return false;
  windows.delete(key);
  windows.set(key, window);
  return true;
}

function held(windows: ReadonlyMap<string, SortedWindow>, key: string): SortedWindow {
  const window = windows.get(key);
  if (window === undefined) throw new Error(`the history of ${key} was not loaded`);
  return window;
}

/** The latest values of a series, always in ascending order, so that a median costs no sorting. */
export class SortedWindow {
  readonly #longest: number;
  readonly #arrived: number[] = [];
  readonly #sorted: number[] = [];

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Ascending. Changes with the next value. */
  get sorted(): readonly number[] {
    return this.#sorted;
  }

  /** Takes a value in; the oldest leaves when there are too many. */
  push(value: number): void {
    this.#arrived.push(value);
    this.#sorted.splice(placeOf(value, this.#sorted), 0, value);
    if (this.#arrived.length <= this.#longest) return;
    const oldest = this.#arrived.shift() as number;
    this.#sorted.splice(placeOf(oldest, this.#sorted), 1);
  }
}

/** Where the first value stands that is not smaller. */
function placeOf(value: number, sorted: readonly number[]): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
