import { AppError } from "@allfunds/contract/errors";
import { parseAmount } from "@allfunds/contract/money";
import { forecast, RATIO } from "./metrics.fixture.ts";
import { pageOf, type PageArgs } from "./page.fixture.ts";
import type { Posting, StoredTransaction } from "./posting.fixture.ts";
import { CASH, EUR, FEES, FUND } from "./sample-values.fixture.ts";

const ACCOUNTS = [
  { id: CASH, code: "1000", name: '=HYPERLINK("evil")', type: "ASSET" },
  { id: FEES, code: "5000", name: "Fees", type: "EXPENSE" },
];

interface Adjustment {
  readonly accountId: string;
  readonly balance: string;
  readonly reason: string;
  readonly expectedVersion?: number | null;
}

/** The two accounts of the stand-in graph's fund. */
export class StandInAccounts {
  #version = 1;
  readonly #holdsOn: (accountId: string) => readonly object[];
  readonly #store: (posting: Posting) => StoredTransaction;

  constructor(
    holdsOn: (accountId: string) => readonly object[],
    store: (posting: Posting) => StoredTransaction,
  ) {
    this.#holdsOn = holdsOn;
    this.#store = store;
  }

  readonly fields = {
    account: ({ id }: { id: string }) => this.find(id),
    adjustBalance: ({ input }: { input: Adjustment }) => this.#adjust(input),
  };

  find(id: string) {
    const account = ACCOUNTS.find((known) => known.id === id);
    return account === undefined
      ? null
      : {
          ...account,
          currency: "EUR",
          fund: { id: FUND },
          balance: EUR("10.00"),
          version: this.#version,
          metrics: { asOf: "2026-06-30", position: 3, values: [RATIO] },
          forecast: () => forecast("BALANCE"),
          holds: (page: PageArgs) => pageOf(this.#holdsOn(id), page),
        };
  }

  #adjust({ accountId, balance, reason, expectedVersion }: Adjustment) {
    if (this.find(accountId) === null) {
      throw new AppError("ACCOUNT_NOT_FOUND", "There is no such account.");
    }
    if (typeof expectedVersion === "number" && expectedVersion !== this.#version) {
      throw new AppError("VERSION_CONFLICT", "The account has moved on.");
    }
    if (parseAmount(balance, "EUR") === 1000n) {
      return { account: this.find(accountId), transaction: null, replayed: false };
    }
    this.#version += 1;
    const amount = "1.00";
    const entries = [
      { accountId, side: "DEBIT" as const, amount },
      { accountId: FEES, side: "CREDIT" as const, amount },
    ];
    const posting = { fundId: FUND, effectiveDate: "2026-06-30", description: reason, entries };
    return { account: this.find(accountId), transaction: this.#store(posting), replayed: false };
  }
}
