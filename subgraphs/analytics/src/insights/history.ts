import type { CategoryCode } from "../categories/taxonomy.ts";
import { LONGEST_MEMORY } from "./past-movement.ts";
import type { PastMovement } from "./past-movement.ts";
import { PayeeMemory } from "./payee-memory.ts";
import type { PastPayment } from "./payee-memory.ts";
import { SortedWindow } from "./sorted-window.ts";

// A full one takes about 4 kB.
const MOST_WINDOWS = 1_000;

/**
 * What was usual before a transaction: of each comparison the latest values by position, kept up while
 * movements are walked in order, so every transaction is judged by what came before it and nothing else.
 * It holds what was asked for and is not complete: what a walk needs is loaded before it begins.
 * Amounts are minor units as numbers: they serve statistics, never balances.
 */
export class History {
  readonly #amounts = new Map<string, SortedWindow>();
  readonly #outflows = new Map<string, SortedWindow>();
  readonly #payees = new PayeeMemory();

  /** Earlier amounts of the same category, direction and currency in the fund, ascending. */
  amounts(movement: PastMovement, category: CategoryCode): readonly number[] {
    return held(this.#amounts, amountsKey(movement, category)).sorted;
  }

  /** Earlier payments out of the fund in the currency, ascending. */
  outflows(movement: PastMovement): readonly number[] {
    return held(this.#outflows, outflowsKey(movement)).sorted;
  }

  knowsPayee(movement: PastMovement): boolean {
    return this.#payees.knows(payeeKey(movement));
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

  /** Earlier payments, oldest first; unknown is a payee with whom nothing was ever booked. */
  holdPayee(movement: PastMovement, known: boolean, earlier: readonly PastPayment[]): void {
    this.#payees.hold(payeeKey(movement), known, earlier);
  }

  remember(movement: PastMovement, category: CategoryCode): void {
    const amount = Number(movement.amountMinor);
    this.#amounts.get(amountsKey(movement, category))?.push(amount);
    if (movement.direction === "OUT") this.#outflows.get(outflowsKey(movement))?.push(amount);
    this.#payees.add(payeeKey(movement), movement);
  }

  /** Lets go of what was not asked for the longest. Not during a walk. */
  trim(): void {
    for (const windows of [this.#amounts, this.#outflows]) {
      for (const key of windows.keys()) {
        if (windows.size <= MOST_WINDOWS) break;
        windows.delete(key);
      }
    }
    this.#payees.trim();
  }

  /** Forgets what rests on categories. */
  forgetAmounts(): void {
    this.#amounts.clear();
  }

  forget(): void {
    this.#amounts.clear();
    this.#outflows.clear();
    this.#payees.forget();
  }
}

const outflowsKey = ({ tenantId, fundId, currency }: PastMovement): string =>
  `${tenantId}|${fundId}|${currency}`;
const amountsKey = (movement: PastMovement, category: CategoryCode): string =>
  `${outflowsKey(movement)}|${movement.direction}|${category}`;
const payeeKey = ({ tenantId, fundId, counterpartyKey }: PastMovement): string =>
  `${tenantId}|${fundId}|${counterpartyKey}`;

function windowOf(earlier: readonly number[]): SortedWindow {
  const window = new SortedWindow(LONGEST_MEMORY);
  for (const amount of earlier) window.push(amount);
  return window;
}

/** Whether it is there; then it was asked for last. */
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
