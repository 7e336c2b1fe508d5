import type { CategoryCode } from "../categories/taxonomy.ts";
import type { Movement } from "../movements/movement.ts";

/** A movement as far as comparing with it needs. */
export type PastMovement = Pick<
  Movement,
  | "transactionId"
  | "fundId"
  | "effectiveDate"
  | "amountMinor"
  | "currency"
  | "direction"
  | "counterpartyKey"
  | "reference"
>;

/** Most amounts kept for one comparison: enough for a median, small enough to read at every batch. */
export const LONGEST_MEMORY = 200;

/**
 * What was usual before a transaction. Loaded once for a batch and kept up while the batch is
 * walked in order, so every transaction is judged by what came before it and nothing else.
 * Amounts are minor units as numbers: they serve statistics, never balances.
 */
export class History {
  readonly #amounts = new Map<string, number[]>();
  readonly #outflows = new Map<string, number[]>();
  readonly #payees = new Set<string>();
  readonly #payments = new Map<string, PastMovement[]>();

  /** Earlier amounts of the same category, direction and currency in the fund, oldest first. */
  amounts(movement: PastMovement, category: CategoryCode): readonly number[] {
    return this.#amounts.get(amountsKey(movement, category)) ?? [];
  }

  /** Earlier payments out of the fund in the currency, oldest first. */
  outflows(movement: PastMovement): readonly number[] {
    return this.#outflows.get(outflowsKey(movement)) ?? [];
  }

  knowsPayee(movement: PastMovement): boolean {
    return this.#payees.has(payeeKey(movement));
  }

  /** Earlier payments to the same payee that may be near in time. */
  payments(movement: PastMovement): readonly PastMovement[] {
    return this.#payments.get(payeeKey(movement)) ?? [];
  }

  remember(movement: PastMovement, category: CategoryCode): void {
    const amount = Number(movement.amountMinor);
    push(this.#amounts, amountsKey(movement, category), amount);
    if (movement.direction === "OUT") {
      push(this.#outflows, outflowsKey(movement), amount);
      push(this.#payments, payeeKey(movement), movement);
    }
    this.#payees.add(payeeKey(movement));
  }
}

const amountsKey = (
  { fundId, currency, direction }: PastMovement,
  category: CategoryCode,
): string => [fundId, currency, direction, category].join("|");
const outflowsKey = ({ fundId, currency }: PastMovement): string => `${fundId}|${currency}`;
const payeeKey = ({ fundId, counterpartyKey }: PastMovement): string =>
  `${fundId}|${counterpartyKey}`;

function push<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key) ?? [];
  list.push(value);
  if (list.length > LONGEST_MEMORY) list.shift();
  lists.set(key, list);
}
