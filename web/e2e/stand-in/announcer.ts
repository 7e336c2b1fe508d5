import { EventEmitter, on } from "node:events";
import type { Transaction } from "./books.ts";

/** Hands posted transactions to every open subscription. */
export interface Announcer {
  readonly announce: (transaction: Transaction) => void;
  readonly subscribe: (args: { fundId?: string }) => AsyncGenerator<{ transactionPosted: object }>;
}

export function createAnnouncer(view: (transaction: Transaction) => object): Announcer {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    announce: (transaction) => emitter.emit("posted", transaction),
    async *subscribe({ fundId }) {
      for await (const [transaction] of on(emitter, "posted")) {
        const posted = transaction as Transaction;
        if (!fundId || posted.fund.id === fundId) yield { transactionPosted: view(posted) };
      }
    },
  };
}
