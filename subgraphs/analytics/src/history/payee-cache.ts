import { LONGEST_HISTORY } from "./past-movement.ts";
import type { PastMovement } from "./past-movement.ts";

/** A payment as far as the next one is compared with it. */
export type PastPayment = Pick<
  PastMovement,
  "transactionId" | "effectiveDate" | "amountMinor" | "currency" | "reference"
>;

interface Payee {
  exists: boolean;
  /** The latest payments, oldest first. */
  readonly payments: PastPayment[];
}

// A payment takes about 300 bytes, a payee without one about 200.
const MOST_PAYMENTS = 30_000;
const MOST_PAYEES = 20_000;

/** The payees and the latest payments to each; those not used for the longest are evicted. */
export class PayeeCache {
  readonly #payees = new Map<string, Payee>();
  #payments = 0;

  has(key: string): boolean {
    return this.#held(key).exists;
  }

  payments(key: string): readonly PastPayment[] {
    return this.#held(key).payments;
  }

  /** Whether it is held; then it is the one used last. */
  holds(key: string): boolean {
    const payee = this.#payees.get(key);
    if (payee === undefined) return false;
    this.#payees.delete(key);
    this.#payees.set(key, payee);
    return true;
  }

  hold(key: string, exists: boolean, earlier: readonly PastPayment[]): void {
    this.#payees.set(key, { exists, payments: [...earlier] });
    this.#payments += earlier.length;
  }

  add(key: string, movement: PastMovement): void {
    const payee = this.#payees.get(key);
    if (payee === undefined) return;
    payee.exists = true;
    if (movement.direction !== "OUT") return;
    const { transactionId, effectiveDate, amountMinor, currency, reference } = movement;
    payee.payments.push({ transactionId, effectiveDate, amountMinor, currency, reference });
    if (payee.payments.length > LONGEST_HISTORY) payee.payments.shift();
    else this.#payments += 1;
  }

  trim(): void {
    for (const [key, payee] of this.#payees) {
      if (this.#payments <= MOST_PAYMENTS && this.#payees.size <= MOST_PAYEES) return;
      this.#payees.delete(key);
      this.#payments -= payee.payments.length;
    }
  }

  clear(): void {
    this.#payees.clear();
    this.#payments = 0;
  }

  #held(key: string): Payee {
    const payee = this.#payees.get(key);
    if (payee === undefined) throw new Error(`the history of ${key} was not loaded`);
    return payee;
  }
}
