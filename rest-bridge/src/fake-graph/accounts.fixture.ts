import { AppError } from "@allfunds/contract/errors";
import { parseAmount } from "@allfunds/contract/money";
import type {
  Account,
  AdjustBalanceInput,
  BalanceAdjustment,
  FakeValue,
} from "@allfunds/graph-tools/fake-graph";
import { RATIO } from "./metrics.fixture.ts";
import { CASH, EUR, FEES, FUND } from "./sample-values.fixture.ts";
import type { Store } from "./transactions.fixture.ts";

const ACCOUNTS = [
  { id: CASH, code: "1000", name: '=HYPERLINK("evil")', type: "ASSET" },
  { id: FEES, code: "5000", name: "Fees", type: "EXPENSE" },
] as const;

/** The two accounts of the fake graph's fund. */
export class FakeAccounts {
  #version = 1;

  get all(): readonly FakeValue<Account>[] {
    return ACCOUNTS.map(({ id }) => this.#get(id));
  }

  find(id: string): FakeValue<Account> | null {
    const account = ACCOUNTS.find((candidate) => candidate.id === id);
    if (account === undefined) return null;
    return {
      ...account,
      currency: "EUR",
      fund: { id: FUND },
      balance: EUR("10.00"),
      version: this.#version,
      metrics: { asOf: "2026-06-30", position: 3, values: [RATIO] },
      performance: { asOf: "2026-06-30", position: 3, values: [RATIO] },
    };
  }

  adjust(
    { accountId, balance, reason, expectedVersion }: AdjustBalanceInput,
    store: Store,
  ): FakeValue<BalanceAdjustment> {
    if (this.find(accountId) === null) {
      throw new AppError("ACCOUNT_NOT_FOUND", "There is no such account.");
    }
    if (typeof expectedVersion === "number" && expectedVersion !== this.#version) {
      throw new AppError("VERSION_CONFLICT", "The account has changed.");
    }
    if (parseAmount(balance, "EUR") === 1000n) {
      return { account: this.#get(accountId), transaction: null, replayed: false };
    }
    this.#version += 1;
    const amount = "1.00";
    const transaction = store({
      fundId: FUND,
      effectiveDate: "2026-06-30",
      description: reason,
      entries: [
        { accountId, side: "DEBIT", amount },
        { accountId: FEES, side: "CREDIT", amount },
      ],
    });
    return { account: this.#get(accountId), transaction, replayed: false };
  }

  #get(id: string): FakeValue<Account> {
    const account = this.find(id);
    if (account === null) throw new Error(`the fake graph has no account ${id}`);
    return account;
  }
}
