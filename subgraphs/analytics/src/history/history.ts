import { LONGEST_HISTORY } from "./past-movement.ts";
import type { ExaminedMovement, PastPayment } from "./past-movement.ts";

/**
 * What was usual before a movement: of each comparison the latest values by position, kept up while movements are
 * walked in order, so that each is judged by what came before it and nothing else. What a walk needs is loaded
 * before it begins. Amounts are minor units as numbers: they serve statistics, never balances.
 */
export class History {
  readonly #amounts = new Map<string, SortedWindow>();
  readonly #outflows = new Map<string, SortedWindow>();
  readonly #payees = new Map<string, PastPayment[]>();

  /** Earlier amounts of the same category, direction and currency in the fund, ascending. */
  amounts(movement: ExaminedMovement): readonly number[] {
    return this.#amounts.get(amountsKey(movement))?.sorted ?? [];
  }

  /** Earlier payments out of the fund in the currency, ascending. */
  outflows({ currency }: ExaminedMovement): readonly number[] {
    return this.#outflows.get(currency)?.sorted ?? [];
  }

  /** What was booked with the same payer or payee before, oldest first. */
  payments({ counterpartyKey }: ExaminedMovement): readonly PastPayment[] {
    return this.#payees.get(counterpartyKey) ?? [];
  }

  add(movement: ExaminedMovement): void {
    const { amountMinor, currency, counterpartyKey, direction } = movement;
    if (direction === "NONE") return;
    const amount = Number(amountMinor);
    windowOf(this.#amounts, amountsKey(movement)).push(amount);
    if (direction === "OUT") windowOf(this.#outflows, currency).push(amount);
    if (counterpartyKey !== "") this.addPayment(counterpartyKey, { ...movement, direction });
  }

  /** Earlier values, oldest first, before the walk. */
  addAmount(key: string, amount: number): void {
    windowOf(this.#amounts, key).push(amount);
  }

  addOutflow(currency: string, amount: number): void {
    windowOf(this.#outflows, currency).push(amount);
  }

  addPayment(counterpartyKey: string, payment: PastPayment): void {
    const payments = this.#payees.get(counterpartyKey);
    if (payments === undefined) this.#payees.set(counterpartyKey, [payment]);
    else payments.push(payment);
    if (payments !== undefined && payments.length > 2 * LONGEST_HISTORY) payments.shift();
  }
}

export const amountsKey = ({
  currency,
  direction,
  category,
}: Pick<ExaminedMovement, "currency" | "direction" | "category">): string =>
  `${currency} ${direction} ${category}`;

function windowOf(windows: Map<string, SortedWindow>, key: string): SortedWindow {
  let window = windows.get(key);
  if (window === undefined) {
    window = new SortedWindow(LONGEST_HISTORY);
    windows.set(key, window);
  }
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
