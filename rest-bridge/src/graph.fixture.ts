import type { IncomingHttpHeaders } from "node:http";
import { AppError, newId, parseAmount, type RequestContext } from "@allfunds/platform";
import { pageOf, StandInHolds } from "./holds.fixture.ts";
import { StandInPeriods } from "./periods.fixture.ts";
import { StandInProposals } from "./proposals.fixture.ts";

export const FUND = "018f6b7e-0000-7000-8000-00000000f001";
export const CASH = "018f6b7e-0000-7000-8000-00000000a101";
export const FEES = "018f6b7e-0000-7000-8000-00000000a501";
export const INSTRUMENT = "018f6b7e-0000-7000-8000-000000001001";
export const UNKNOWN = "018f6b7e-0000-7000-8000-00000000dead";

interface Entry {
  readonly accountId: string;
  readonly side: "DEBIT" | "CREDIT";
  readonly amount: string;
  readonly currency?: string;
}

export interface Posting {
  readonly id?: string;
  readonly fundId: string;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference?: string | null;
  readonly metadata?: object;
  readonly entries: readonly Entry[];
  readonly idempotencyKey?: string;
  readonly fx?: readonly {
    readonly base: string;
    readonly quote: string;
    readonly rate: string;
    readonly baseAmount?: string;
    readonly quoteAmount?: string;
  }[];
}

/** The description that makes a posting one for two persons here. */
export const ABOVE_THE_LIMIT = "above the limit";

const EUR = (amount: string) => ({ amount, currency: "EUR" });

/** A graph with one fund, two accounts and the rules of posting that a client can break. */
export class StandInGraph {
  readonly seen: { context: RequestContext; field: string; input: unknown }[] = [];
  /** The headers of every request for an operation. */
  readonly received: IncomingHttpHeaders[] = [];
  /** Thrown by the next answers until taken back. */
  failure: Error | undefined;
  delayMs = 0;
  version = 1;
  readonly #accounts = new Map(
    [
      { id: CASH, code: "1000", name: '=HYPERLINK("evil")', type: "ASSET" },
      { id: FEES, code: "5000", name: "Fees", type: "EXPENSE" },
    ].map((account) => [account.id, account]),
  );
  readonly #transactions: StoredTransaction[] = [];
  readonly #byKey = new Map<string, StoredTransaction>();
  readonly #holds = new StandInHolds((posting) => this.store(posting));
  readonly #periods = new StandInPeriods();
  readonly proposals = new StandInProposals(FUND, CASH);

  get stored(): number {
    return this.#transactions.length;
  }

  readonly root = {
    transaction: this.answer("transaction", ({ id }: { id: string }) =>
      this.#transactions.find((stored) => stored.id === id),
    ),
    account: this.answer("account", ({ id }: { id: string }) => this.account(id)),
    instrument: this.answer("instrument", ({ id }: { id: string }) =>
      id === INSTRUMENT
        ? { currency: "USD", metrics: { to: "2020-12-31", values: [RATIO] } }
        : null,
    ),
    fund: this.answer("fund", ({ id }: { id: string }) => (id === FUND ? this.#fund() : null)),
    entries: this.answer("entries", (filter: { fundId?: string; first: number; after?: string }) =>
      this.#entries(filter),
    ),
    postTransaction: this.answer("postTransaction", ({ input }: { input: Posting }) =>
      this.store(input),
    ),
    postTransactions: this.answer(
      "postTransactions",
      ({ input }: { input: { mode: string; transactions: Posting[] } }) => this.#bulk(input),
    ),
    adjustBalance: this.answer("adjustBalance", ({ input }: { input: Adjustment }) =>
      this.#adjust(input),
    ),
    reverseTransaction: this.answer(
      "reverseTransaction",
      ({ input }: { input: { transactionId: string; amount?: string } }) => this.#reverse(input),
    ),
    hold: this.answer("hold", ({ id }: { id: string }) => this.#holdObject(this.#holds.find(id))),
    placeHold: this.answer(
      "placeHold",
      ({ input }: { input: Parameters<StandInHolds["place"]>[0] }) =>
        this.#holdObject(this.#holds.place(input)),
    ),
    captureHold: this.answer(
      "captureHold",
      ({ input }: { input: Parameters<StandInHolds["capture"]>[0] }) => {
        const { hold, ...rest } = this.#holds.capture(input, FUND, FEES);
        return { hold: this.#holdObject(hold), ...rest };
      },
    ),
    voidHold: this.answer("voidHold", ({ input }: { input: { holdId: string } }) =>
      this.#holdObject(this.#holds.setFree(input.holdId)),
    ),
    proposals: this.answer(
      "proposals",
      (args: { status?: string; first: number; after?: string }) => this.proposals.page(args),
    ),
    proposal: this.answer("proposal", ({ id }: { id: string }) => this.proposals.find(id)),
    approveProposal: this.answer("approveProposal", ({ id }: { id: string }) =>
      this.proposals.decide(id, {
        status: "APPROVED",
        decidedBy: "approver",
        transaction: { id: newId() },
      }),
    ),
    rejectProposal: this.answer(
      "rejectProposal",
      ({ id, reason }: { id: string; reason: string }) =>
        this.proposals.decide(id, { status: "REJECTED", decidedBy: "approver", reason }),
    ),
    withdrawProposal: this.answer("withdrawProposal", ({ id }: { id: string }) =>
      this.proposals.decide(id, { status: "WITHDRAWN", decidedBy: "maker" }),
    ),
    closePeriod: this.answer("closePeriod", ({ input }: { input: { to: string } }) =>
      this.#periods.close(input),
    ),
    reopenPeriod: this.answer(
      "reopenPeriod",
      ({ input }: { input: { periodId: string; reason: string } }) => this.#periods.reopen(input),
    ),
    analyze: this.answer(
      "analyze",
      ({ input }: { input: { kind: string; texts?: string[]; transactionIds?: string[] } }) => ({
        kind: input.kind,
        results: [
          ...(input.texts ?? []).map((text) => ({ text, transaction: null })),
          ...(input.transactionIds ?? []).map((id) => ({ text: "posted", transaction: { id } })),
        ].map((subject, index) => ({ index, category: CATEGORY, ...subject })),
      }),
    ),
  };

  /** A root field: notes that it was asked, then fails as told or answers. */
  answer<Args, Result>(field: string, answer: (args: Args) => Result) {
    return async (args: Args, { request }: { request: RequestContext }): Promise<Result> => {
      const input = (args as { input?: unknown }).input ?? args;
      this.seen.push({ context: request, field, input });
      await new Promise((resolve) => setTimeout(resolve, this.delayMs));
      if (this.failure !== undefined) throw this.failure;
      return answer(args);
    };
  }

  account(id: string) {
    const account = this.#accounts.get(id);
    return account === undefined
      ? null
      : {
          ...account,
          currency: "EUR",
          fund: { id: FUND },
          balance: EUR("10.00"),
          version: this.version,
          metrics: { asOf: "2026-06-30", position: 3, values: [RATIO] },
          forecast: () => forecast("BALANCE"),
          holds: (page: { first: number; after?: string }) =>
            pageOf(
              this.#holds.on(id).map((hold) => this.#holdObject(hold)),
              page,
            ),
        };
  }

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
      const { id: proposalId } = this.proposals.propose("maker");
      throw new AppError("APPROVAL_REQUIRED", "It needs a second person.", { proposalId });
    }
    if (input.fundId !== FUND) throw new AppError("FUND_NOT_FOUND", "There is no such fund.");
    let sum = 0n;
    for (const [index, { accountId, side, amount, currency }] of input.entries.entries()) {
      if (!this.#accounts.has(accountId)) {
        throw new AppError("ACCOUNT_NOT_FOUND", `entries.${index}: there is no such account.`);
      }
      if (currency !== undefined && currency !== "EUR") {
        throw new AppError("CURRENCY_MISMATCH", `entries.${index}: the account is in EUR.`);
      }
      sum += (side === "DEBIT" ? 1n : -1n) * parseAmount(amount, "EUR");
    }
    if (sum !== 0n) throw new AppError("LEDGER_UNBALANCED", "Debits and credits differ.");
    const id = input.id ?? newId();
    const stored = {
      id,
      fund: { id: FUND },
      position: this.#transactions.length + 4,
      effectiveDate: input.effectiveDate,
      recordedAt: "2026-06-30T12:00:00.000Z",
      description: input.description,
      reference: input.reference ?? null,
      replayed: false,
      posted: input.entries,
      reverses: null,
      reversedBy: [],
      metadata: input.metadata ?? {},
      fx: (input.fx ?? []).map(({ baseAmount = "1.00", quoteAmount = "1.08", ...rate }) => ({
        ...rate,
        scale: 2,
        baseAmount: EUR(baseAmount),
        quoteAmount: EUR(quoteAmount),
      })),
      entries: input.entries.map((entry, leg) => ({
        id: `${id}:${leg + 1}`,
        account: this.account(entry.accountId),
        side: entry.side,
        amount: EUR(entry.amount),
        balanceAfter: EUR("-10.00"),
      })),
    };
    this.#transactions.push(stored);
    return stored;
  }

  #bulk({ mode, transactions }: { mode: string; transactions: Posting[] }) {
    const before = this.#transactions.length;
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
    this.#transactions.splice(before);
    const because = { code: "BULK_REFUSED", message: "Another item was refused." };
    const results = verdicts.map(({ index, error }) => ({
      index,
      transaction: null,
      error: error ?? because,
    }));
    return { posted: 0, refused: results.length, results };
  }

  #holdObject<Found extends { readonly accountId: string }>(hold: Found | null) {
    return hold === null ? null : { ...hold, account: this.account(hold.accountId) };
  }

  #reverse({ transactionId, amount }: { transactionId: string; amount?: string }) {
    const original = this.#transactions.find(({ id }) => id === transactionId);
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

  #adjust({ accountId, balance, reason, expectedVersion }: Adjustment) {
    if (this.account(accountId) === null) {
      throw new AppError("ACCOUNT_NOT_FOUND", "There is no such account.");
    }
    if (typeof expectedVersion === "number" && expectedVersion !== this.version) {
      throw new AppError("VERSION_CONFLICT", "The account has moved on.");
    }
    if (parseAmount(balance, "EUR") === 1000n) {
      return { account: this.account(accountId), transaction: null, replayed: false };
    }
    this.version += 1;
    const amount = "1.00";
    const entries = [
      { accountId, side: "DEBIT" as const, amount },
      { accountId: FEES, side: "CREDIT" as const, amount },
    ];
    const posting = { fundId: FUND, effectiveDate: "2026-06-30", description: reason, entries };
    return { account: this.account(accountId), transaction: this.store(posting), replayed: false };
  }

  #entries({ fundId, first, after }: { fundId?: string; first: number; after?: string }) {
    if (fundId !== undefined && fundId !== FUND) {
      throw new AppError("FUND_NOT_FOUND", "There is no such fund.");
    }
    const all = this.#transactions.flatMap((transaction) =>
      transaction.entries.map((entry) => ({ ...entry, transaction })),
    );
    const from = after === undefined ? 0 : Number(after);
    const nodes = all.slice(from, from + first);
    return {
      nodes,
      pageInfo: { hasNextPage: from + first < all.length, endCursor: String(from + nodes.length) },
    };
  }

  #fund() {
    return {
      id: FUND,
      currency: "EUR",
      periods: (page: { first: number; after?: string }) => pageOf(this.#periods.all, page),
      metrics: { asOf: "2026-06-30", position: 3, values: [MONEY, UNAVAILABLE] },
      forecast: ({ metric }: { metric: string }) => forecast(metric),
      predictions: () => {
        if (this.stored === 0) throw new AppError("CONSISTENCY_TIMEOUT", "Not there yet.");
        return predictions(this.#transactions[0]?.id ?? "");
      },
    };
  }
}

export interface StoredTransaction {
  readonly id: string;
  readonly replayed: boolean;
  readonly entries: readonly object[];
  readonly posted: readonly Entry[];
  reverses: { readonly id: string } | null;
  readonly reversedBy: { readonly id: string }[];
}

interface Adjustment {
  readonly accountId: string;
  readonly balance: string;
  readonly reason: string;
  readonly expectedVersion?: number | null;
}

const described = {
  asOf: "2026-06-30",
  method: "By definition.",
  inputs: [{ name: "n", value: "1" }],
};
const MONEY = { ...described, name: "cash", unit: "MONEY", money: EUR("10.00") };
const RATIO = { ...described, name: "sharpe", unit: "RATIO", value: 0.25 };
const UNAVAILABLE = { ...described, name: "runwayMonths", unit: "MONTHS", unavailable: "No burn." };

const CATEGORY = {
  code: "MANAGEMENT_FEE",
  name: "Management fee",
  confidence: 0.9,
  source: "MODEL",
  model: "built-in 1",
  evidence: ["fee"],
  needsReview: false,
};

const forecast = (metric: string) => ({
  metric,
  method: "drift",
  generatedAt: "2026-06-30T12:00:00.000Z",
  asOf: "2026-05-31",
  interval: "MONTH",
  level: 0.8,
  currency: "EUR",
  points: [{ date: "2026-06-30", value: "11.00", lower: "-9.00", upper: "13.00" }],
  backtest: {
    folds: 6,
    mase: null,
    smape: 1.5,
    coverage: 0.8,
    candidates: [{ method: "drift", mase: null }],
  },
});

const predictions = (transactionId: string) => ({
  fundId: FUND,
  position: 4,
  awaitingReview: {
    nodes: [
      {
        transaction: { id: transactionId, effectiveDate: "2026-06-30", description: "Fee" },
        category: CATEGORY,
      },
    ],
    pageInfo: { hasNextPage: false, endCursor: "1" },
  },
  expectedCashFlows: [
    {
      date: "2026-07-31",
      direction: "OUT",
      amount: EUR("10.00"),
      recurrence: "MONTHLY",
      counterparty: null,
      description: "Fee",
      category: CATEGORY,
      confidence: 0.7,
      source: "recurrence",
      evidence: [{ transaction: { id: transactionId }, date: "2026-06-30", amount: EUR("10.00") }],
    },
  ],
});
