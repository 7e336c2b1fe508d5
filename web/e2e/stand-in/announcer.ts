import { EventEmitter, on } from "node:events";
import type { Transaction } from "./books.ts";

/** Hands posted transactions to every open subscription. */
export interface Announcer {
  readonly announce: (transaction: Transaction) => void;
  /** Completes every open subscription, as a gateway does with a client that is too slow. */
  readonly end: () => void;
  readonly subscribe: (args: { fundId?: string }) => AsyncGenerator<{ transactionPosted: object }>;
}

export function createAnnouncer(view: (transaction: Transaction) => object): Announcer {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    announce: (transaction) => emitter.emit("posted", transaction),
    end: () => emitter.emit("end"),
    async *subscribe({ fundId }) {
      for await (const [transaction] of on(emitter, "posted", { close: ["end"] })) {
        const posted = transaction as Transaction;
        if (!fundId || posted.fund.id === fundId) yield { transactionPosted: view(posted) };
      }
    },
  };
}
