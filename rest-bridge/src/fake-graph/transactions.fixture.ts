import { AppError } from "@allfunds/contract/errors";
import { parseAmount } from "@allfunds/contract/money";
import type {
  Account,
  BulkPosting,
  EntryInput,
  FakeValue,
  PostTransactionInput,
  PostTransactionsInput,
  ReverseTransactionInput,
  Transaction,
} from "@allfunds/graph-tools/fake-graph";
import { newId } from "@allfunds/platform/ids";
import { EUR, FUND } from "./sample-values.fixture.ts";

/** The description of a posting that is above the approval limit of the fake graph. */
export const ABOVE_THE_LIMIT = "above the limit";

/** Stores a posting, or returns what an earlier one with the same key stored. */
export type Store = (posting: PostTransactionInput) => FakeValue<Transaction>;
type AccountOf = (id: string) => FakeValue<Account> | null;

interface Stored {
  readonly id: string;
  readonly fields: FakeValue<Transaction>;
  readonly posted: readonly EntryInput[];
  reverses: { readonly id: string } | null;
  readonly reversedBy: { readonly id: string }[];
}

/** The transactions of the fake graph, with the posting rules that a client can break. */
export class FakeTransactions {
  readonly #stored: Stored[] = [];
  readonly #byKey = new Map<string, Stored>();
  readonly #accountOf: AccountOf;
  readonly #propose: () => { readonly id: string };

  constructor(accountOf: AccountOf, propose: () => { readonly id: string }) {
    this.#accountOf = accountOf;
    this.#propose = propose;
  }

  get all(): readonly FakeValue<Transaction>[] {
    return this.#stored.map((stored) => valueOf(stored));
  }

  find(id: string): FakeValue<Transaction> | null {
    const stored = this.#stored.find((candidate) => candidate.id === id);
    return stored === undefined ? null : valueOf(stored);
  }

  readonly store: Store = (input) => {
    const { idempotencyKey: key } = input;
    const first = typeof key === "string" ? this.#byKey.get(key) : undefined;
    if (first !== undefined) return { ...valueOf(first), replayed: true };
    const stored = this.#storeNew(input);
    if (typeof key === "string") this.#byKey.set(key, stored);
    return valueOf(stored);
  };

  storeMany({ mode, transactions }: PostTransactionsInput): FakeValue<BulkPosting> {
    const before = this.#stored.length;
    const results = transactions.map((posting, index) => {
      try {
        return { index, transaction: this.store(posting), error: null };
      } catch (error) {
        const { code, message, proposalId = null } = error as AppError;
        return { index, transaction: null, error: { code, message, proposalId } };
      }
    });
    const refused = results.filter(({ error }) => error !== null).length;
    if (mode === "INDEPENDENT" || refused === 0) {
      return { posted: results.length - refused, refused, results };
    }
    this.#stored.splice(before);
    const because = {
      code: "BULK_REFUSED",
      message: "Another item was refused.",
      proposalId: null,
    };
    return {
      posted: 0,
      refused: results.length,
      results: results.map(({ index, error }) => ({
        index,
        transaction: null,
        error: error ?? because,
      })),
    };
  }

  reverse({ transactionId, amount }: ReverseTransactionInput): FakeValue<Transaction> {
    const original = this.#stored.find(({ id }) => id === transactionId);
    if (original === undefined) {
      throw new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${transactionId}.`);
    }
    if (original.reversedBy.length > 0) {
      throw new AppError("ALREADY_REVERSED", "Nothing of this transaction is left to reverse.");
    }
    const [debit, credit] = original.posted;
    if (debit === undefined || credit === undefined) throw new Error("a transaction has two legs");
    const reversal = this.#storeNew({
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
    return valueOf(reversal);
  }

  #storeNew(input: PostTransactionInput): Stored {
    if (input.description === ABOVE_THE_LIMIT) {
      const { id: proposalId } = this.#propose();
      throw new AppError("APPROVAL_REQUIRED", "It needs a second approver.", { proposalId });
    }
    refuseBrokenRules(input, this.#accountOf);
    const id = input.id ?? newId();
    const fields = fieldsOf(input, id, this.#stored.length + 4, this.#accountOf);
    const stored = { id, fields, posted: input.entries, reverses: null, reversedBy: [] };
    this.#stored.push(stored);
    return stored;
  }
}

const valueOf = ({ fields, reverses, reversedBy }: Stored): FakeValue<Transaction> => ({
  ...fields,
  reverses,
  reversedBy,
});

function refuseBrokenRules(input: PostTransactionInput, accountOf: AccountOf): void {
  if (input.fundId !== FUND) throw new AppError("FUND_NOT_FOUND", "There is no such fund.");
  let sum = 0n;
  for (const [index, { accountId, side, amount, currency }] of input.entries.entries()) {
    if (accountOf(accountId) === null) {
      throw new AppError("ACCOUNT_NOT_FOUND", `entries.${index}: there is no such account.`);
    }
    if (typeof currency === "string" && currency !== "EUR") {
      throw new AppError("CURRENCY_MISMATCH", `entries.${index}: the account is in EUR.`);
    }
    sum += (side === "DEBIT" ? 1n : -1n) * parseAmount(amount, "EUR");
  }
  if (sum !== 0n) throw new AppError("LEDGER_UNBALANCED", "Debits and credits differ.");
}

function fieldsOf(
  input: PostTransactionInput,
  id: string,
  position: number,
  accountOf: AccountOf,
): FakeValue<Transaction> {
  return {
    id,
    fund: { id: FUND },
    position,
    effectiveDate: input.effectiveDate,
    recordedAt: "2026-06-30T12:00:00.000Z",
    description: input.description,
    reference: input.reference ?? null,
    replayed: false,
    metadata: input.metadata ?? {},
    fx: (input.fx ?? []).map(({ base, quote, rate, baseAmount, quoteAmount }) => ({
      base,
      quote,
      rate,
      baseAmount: EUR(baseAmount ?? "1.00"),
      quoteAmount: EUR(quoteAmount ?? "1.08"),
    })),
    entries: input.entries.map((entry, leg) => {
      const account = accountOf(entry.accountId);
      return {
        id: `${id}:${leg + 1}`,
        ...(account === null ? {} : { account }),
        side: entry.side,
        amount: EUR(entry.amount),
        balanceAfter: EUR("-10.00"),
        dimensions: entry.dimensions ?? [],
      };
    }),
  };
}
