import { EventEmitter, on } from "node:events";
import type { Transaction } from "./books.ts";

/** Publishes posted transactions to every open subscription. */
export interface Publisher {
  readonly publish: (transaction: Transaction) => void;
  /** Completes every open subscription, as a gateway does when a client is too slow. */
  readonly end: () => void;
  /** How many subscriptions have begun so far. */
  readonly subscriptions: () => number;
  /** The transactions posted from now on, of one fund or of all. */
  readonly subscribe: (fundId: string | null | undefined) => AsyncGenerator<Transaction>;
}

export function createPublisher(): Publisher {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  let begun = 0;
  return {
    publish: (transaction) => emitter.emit("posted", transaction),
    end: () => emitter.emit("end"),
    subscriptions: () => begun,
    async *subscribe(fundId) {
      const events = on(emitter, "posted", { close: ["end"] });
      begun += 1;
      for await (const [event] of events) {
        const transaction = event as Transaction;
        if (!fundId || transaction.fund.id === fundId) yield transaction;
      }
    },
  };
}
