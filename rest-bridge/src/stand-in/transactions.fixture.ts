import { AppError } from "@allfunds/contract/errors";
import { pageOf, type PageArgs } from "./page.fixture.ts";
import {
  refuseBrokenRules,
  toTransaction,
  type AccountOf,
  type Posting,
  type StoredTransaction,
} from "./posting.fixture.ts";
import { FUND } from "./sample-values.fixture.ts";

/** The description that makes a posting one for two persons here. */
export const ABOVE_THE_LIMIT = "above the limit";

/** The transactions of the stand-in graph. */
export class StandInTransactions {
  readonly all: StoredTransaction[] = [];
  readonly #byKey = new Map<string, StoredTransaction>();
  readonly #accountOf: AccountOf;
  readonly #propose: () => { readonly id: string };

  constructor(accountOf: AccountOf, propose: () => { readonly id: string }) {
    this.#accountOf = accountOf;
    this.#propose = propose;
  }

  readonly fields = {
    transaction: ({ id }: { id: string }) => this.all.find((stored) => stored.id === id),
    entries: (filter: PageArgs & { fundId?: string }) => this.#entries(filter),
    postTransaction: ({ input }: { input: Posting }) => this.store(input),
    postTransactions: ({ input }: { input: { mode: string; transactions: Posting[] } }) =>
      this.#bulk(input),
    reverseTransaction: ({ input }: { input: { transactionId: string; amount?: string } }) =>
      this.#reverse(input),
  };

  store(input: Posting): StoredTransaction {
    const { idempotencyKey: key } = input;
    const first = typeof key === "string" ? this.#byKey.get(key) : undefined;
    if (first !== undefined) return { ...first, replayed: true };
    const stored = this.#storeNew(input);
    if (typeof key === "string") this.#byKey.set(key, stored);
    return stored;
  }

  #storeNew(input: Posting): StoredTransaction {
    if (input.description === ABOVE_THE_LIMIT) {
      const { id: proposalId } = this.#propose();
      throw new AppError("APPROVAL_REQUIRED", "It needs a second person.", { proposalId });
    }
    refuseBrokenRules(input, this.#accountOf);
    const stored = toTransaction(input, this.all.length + 4, this.#accountOf);
    this.all.push(stored);
    return stored;
  }

  #bulk({ mode, transactions }: { mode: string; transactions: Posting[] }) {
    const before = this.all.length;
    const verdicts = transactions.map((posting, index) => {
      try {
        return { index, transaction: this.store(posting), error: null };
      } catch (error) {
        const { code, message, proposalId } = error as AppError;
        return { index, transaction: null, error: { code, message, proposalId } };
      }
    });
    const refused = verdicts.filter(({ error }) => error !== null).length;
    if (mode === "INDEPENDENT" || refused === 0) {
      return { posted: verdicts.length - refused, refused, results: verdicts };
    }
    this.all.splice(before);
    const because = { code: "BULK_REFUSED", message: "Another item was refused." };
    const results = verdicts.map(({ index, error }) => ({
      index,
      transaction: null,
      error: error ?? because,
    }));
    return { posted: 0, refused: results.length, results };
  }

  #reverse({ transactionId, amount }: { transactionId: string; amount?: string }) {
    const original = this.all.find(({ id }) => id === transactionId);
    if (original === undefined) {
      throw new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${transactionId}.`);
    }
    if (original.reversedBy.length > 0) {
      throw new AppError("ALREADY_REVERSED", "Nothing of this transaction is left to reverse.");
    }
    const [debit, credit] = original.posted;
    if (debit === undefined || credit === undefined) throw new Error("a transaction has two legs");
    const reversal = this.store({
      fundId: FUND,
      effectiveDate: "2026-07-01",
      description: "Reversal",
      entries: [
        { ...debit, amount: amount ?? debit.amount, side: "CREDIT" },
        { ...credit, amount: amount ?? credit.amount, side: "DEBIT" },
      ],
    });
    reversal.reverses = { id: original.id };
    original.reversedBy.push({ id: reversal.id });
    return reversal;
  }

  #entries({ fundId, ...page }: PageArgs & { fundId?: string }) {
    if (fundId !== undefined && fundId !== FUND) {
      throw new AppError("FUND_NOT_FOUND", "There is no such fund.");
    }
    const all = this.all.flatMap((transaction) =>
      transaction.entries.map((entry) => ({ ...entry, transaction })),
    );
    return pageOf(all, page);
  }
}
