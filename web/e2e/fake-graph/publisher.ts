import { EventEmitter, on } from "node:events";
import type { Transaction } from "./books.ts";

/** Publishes posted transactions to every open subscription. */
export interface Publisher {
  readonly publish: (transaction: Transaction) => void;
  /** Completes every open subscription, as a gateway does when a client is too slow. */
  readonly end: () => void;
  /** How many subscriptions have begun so far. */
  readonly subscriptions: () => number;
  readonly subscribe: (args: { fundId?: string }) => AsyncGenerator<{ transactionPosted: object }>;
}

export function createPublisher(view: (transaction: Transaction) => object): Publisher {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  let begun = 0;
  return {
    publish: (transaction) => emitter.emit("posted", transaction),
    end: () => emitter.emit("end"),
    subscriptions: () => begun,
    async *subscribe({ fundId }) {
      const events = on(emitter, "posted", { close: ["end"] });
      begun += 1;
      for await (const [transaction] of events) {
        const posted = transaction as Transaction;
        if (!fundId || posted.fund.id === fundId) yield { transactionPosted: view(posted) };
      }
    },
  };
}
