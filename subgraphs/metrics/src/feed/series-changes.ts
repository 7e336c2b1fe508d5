import { parseAmount } from "@allfunds/contract/money";
import { NO_CHANGE } from "../series/fund-sums.ts";
import type { FundSums } from "../series/fund-sums.ts";
import { accountResults } from "./account-result.ts";
import { FlowParts } from "./cash-flow-parts.ts";
import type { FlowPart } from "./cash-flow-parts.ts";
import { movementsOf } from "./movement.ts";
import type { Movement, SeriesAccount } from "./movement.ts";
import {
  afterReversal,
  isReversed,
  netsOf,
  postingKey,
  postingOf,
  reversedKey,
} from "./posting.ts";
import type { Exchange, PostedEvent, Posting } from "./posting.ts";

/** Net changes of one account on one effective day, in minor units. */
export interface AccountChange {
  tenantId: string;
  accountId: string;
  day: string;
  debit: bigint;
  credit: bigint;
  /** Debits less credits; a reversal changes them on the day of what it reverses. */
  moved: bigint;
  /** The part of them that the account earned. */
  result: bigint;
}

/** Net changes of one fund in one currency on one effective day. */
export interface FundChange extends FundSums {
  tenantId: string;
  fundId: string;
  currency: string;
  day: string;
}

/** A rate that a posting recorded, or takes back because all of it was reversed. */
export interface RateChange extends Pick<Exchange, "base" | "quote" | "rate"> {
  tenantId: string;
  fundId: string;
  day: string;
  /** Book position of the posting. */
  position: number;
}

export interface SeriesChanges {
  accounts: AccountChange[];
  funds: FundChange[];
  flows: FlowPart[];
  ratesAdded: RateChange[];
  ratesRemoved: RateChange[];
  /** What is left of the postings of this batch and of those it reverses. */
  postings: Posting[];
}

/** Tenants choose the ids of their accounts, so an id alone does not name one. */
export const accountKey = (tenantId: string, accountId: string): string =>
  `${tenantId} ${accountId}`;

/** What earlier batches left: accounts by account key, and the reversed postings by posting key. */
export interface Earlier {
  readonly accounts: ReadonlyMap<string, SeriesAccount>;
  readonly postings?: ReadonlyMap<string, Posting>;
}

/**
 * Adds transactions up to one change per account and day, and one per fund, currency and day.
 * Changes are sums, so neither the order of transactions nor how they are batched matters.
 */
export function seriesChanges(events: readonly PostedEvent[], earlier: Earlier): SeriesChanges {
  const changes = new Changes(earlier);
  for (const event of events) changes.add(event);
  return changes.all();
}

class Changes {
  readonly #accounts: ReadonlyMap<string, SeriesAccount>;
  readonly #stored: ReadonlyMap<string, Posting>;
  readonly #postings = new Map<string, Posting>();
  readonly #byAccount = new Map<string, AccountChange>();
  readonly #byFund = new Map<string, FundChange>();
  readonly #flows = new FlowParts();

  constructor({ accounts, postings }: Earlier) {
    this.#accounts = accounts;
    this.#stored = postings ?? new Map();
  }

  add(event: PostedEvent): void {
    this.#addToBalances(event);
    const key = reversedKey(event);
    if (key === null) {
      const posting = postingOf(event);
      this.#move(posting, 1n);
      this.#postings.set(
        postingKey(posting.tenantId, posting.fundId, posting.transactionId),
        posting,
      );
      return;
    }
    const posting = this.#postings.get(key) ?? this.#stored.get(key);
    if (posting === undefined) throw new Error(`The feed reverses ${key} before posting it`);
    const left = afterReversal(posting, netsOf(event));
    this.#move(posting, -1n);
    this.#move(left, 1n);
    this.#postings.set(key, left);
  }

  all(): SeriesChanges {
    const postings = [...this.#postings.entries()];
    const gone = postings.filter(([key, posting]) => isReversed(posting) && this.#stored.has(key));
    const fresh = postings.filter(
      ([key, posting]) => !isReversed(posting) && !this.#stored.has(key),
    );
    return {
      accounts: [...this.#byAccount.values()],
      funds: [...this.#byFund.values()],
      flows: this.#flows.all(),
      ratesAdded: fresh.flatMap(([, posting]) => ratesOf(posting)),
      ratesRemoved: gone.flatMap(([, posting]) => ratesOf(posting)),
      postings: [...this.#postings.values()],
    };
  }

  #addToBalances({ tenantId, fundId, payload }: PostedEvent): void {
    const day = payload.effectiveDate;
    for (const { accountId, side, amount, currency } of payload.entries) {
      const account = requireAccount(this.#accounts, accountKey(tenantId, accountId));
      const minor = parseAmount(amount, currency);
      const [debit, credit] = side === "DEBIT" ? [minor, 0n] : [0n, minor];
      const change = this.#accountChange(tenantId, accountId, day);
      change.debit += debit;
      change.credit += credit;
      const fund = this.#fundChange({ tenantId, fundId, day }, currency);
      if (account.countsAsCash) fund.cash += debit - credit;
      if (account.type === "ASSET") fund.assets += debit - credit;
      if (account.type === "LIABILITY") fund.liabilities += credit - debit;
    }
  }

  /** Adds what a posting means to its day, or takes it out as it was added. */
  #move(posting: Posting, sign: 1n | -1n): void {
    const { tenantId, fundId, day, transactionId, isCorrection } = posting;
    const accountOf = (accountId: string) =>
      requireAccount(this.#accounts, accountKey(tenantId, accountId));
    for (const movement of movementsOf(posting, accountOf)) {
      const { currency, nets } = movement;
      const of = { tenantId, fundId, currency, day, transactionId, nets };
      if (!isCorrection) this.#flows.add(of, sign);
      const change = this.#fundChange(posting, currency);
      for (const sum of MOVEMENT_SUMS) change[sum] += sign * movement[sum];
    }
    this.#earn(posting, accountOf, sign);
  }

  /** Adds what a posting moved and earned to its accounts, or takes it out as it was added. */
  #earn(posting: Posting, accountOf: (id: string) => SeriesAccount, sign: 1n | -1n): void {
    const { tenantId, day, nets } = posting;
    const byCurrency = Map.groupBy(nets, ([accountId]) => accountOf(accountId).currency);
    const results = new Map(
      [...byCurrency.values()].flatMap((of) => [...accountResults(of, accountOf)]),
    );
    for (const [accountId, net] of nets) {
      const change = this.#accountChange(tenantId, accountId, day);
      change.moved += sign * net;
      change.result += sign * (results.get(accountId) ?? 0n);
    }
  }

  #accountChange(tenantId: string, accountId: string, day: string): AccountChange {
    const key = `${accountKey(tenantId, accountId)} ${day}`;
    const existing = this.#byAccount.get(key);
    if (existing !== undefined) return existing;
    const change = { tenantId, accountId, day, debit: 0n, credit: 0n, moved: 0n, result: 0n };
    this.#byAccount.set(key, change);
    return change;
  }

  #fundChange(
    { tenantId, fundId, day }: Pick<Posting, "tenantId" | "fundId" | "day">,
    currency: string,
  ): FundChange {
    const key = `${tenantId} ${fundId} ${currency} ${day}`;
    const existing = this.#byFund.get(key);
    if (existing !== undefined) return existing;
    const change = { tenantId, fundId, currency, day, ...NO_CHANGE };
    this.#byFund.set(key, change);
    return change;
  }
}

const ratesOf = ({ tenantId, fundId, day, position, exchanges }: Posting): RateChange[] =>
  exchanges.map(({ base, quote, rate }) => {
    return { tenantId, fundId, day, position, base, quote, rate };
  });

const MOVEMENT_SUMS = [
  "netAssets",
  "income",
  "expenses",
  "contributions",
  "withdrawals",
  "corrections",
  "inflow",
  "outflow",
] as const satisfies readonly (keyof FundSums & keyof Movement)[];

/** The account of a key; an event about one that was never opened stops the follower. */
export function requireAccount(
  accounts: ReadonlyMap<string, SeriesAccount>,
  key: string,
): SeriesAccount {
  const account = accounts.get(key);
  if (account === undefined) throw new Error(`The feed uses account ${key} before opening it`);
  return account;
}
