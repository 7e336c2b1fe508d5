import type { FundFigures } from "../graph/figures.ts";
import type { LiveTransaction, TransactionRow } from "../graph/transactions.ts";
import type { Money } from "../money/money.ts";

const MOST_KEPT = 200;

interface BalanceAt {
  position: number;
  balance: Money;
}

/**
 * What arrived since the page's data was read, laid over it. Each value counts only while its book
 * position is ahead of the page's own, so a reload of the data silently takes over.
 */
export class FollowedBooks {
  #posted = $state.raw<LiveTransaction[]>([]);
  #figures = $state.raw<ReadonlyMap<string, FundFigures>>(new Map());
  #balances = $state.raw<ReadonlyMap<string, BalanceAt>>(new Map());

  add(transaction: LiveTransaction): void {
    if (this.#posted.some(({ id }) => id === transaction.id)) return;
    this.#posted = [transaction, ...this.#posted].slice(0, MOST_KEPT);
    this.#figures = withFigures(this.#figures, transaction);
    this.#balances = withBalances(this.#balances, transaction);
  }

  /** The page's transactions, of one fund or of all, with those that arrived since in front. */
  transactions(loaded: readonly TransactionRow[], fundId?: string): TransactionRow[] {
    const known = new Set(loaded.map(({ id }) => id));
    const posted = this.#posted.filter(
      ({ id, fund }) => !known.has(id) && (fundId === undefined || fund.id === fundId),
    );
    return [...posted, ...loaded];
  }

  figures(fundId: string, loaded: FundFigures | undefined): FundFigures | undefined {
    const live = this.#figures.get(fundId);
    if (!live) return loaded;
    return loaded && loaded.position > live.position ? loaded : live;
  }

  balance(accountId: string, loaded: Money, loadedPosition: number): Money {
    const live = this.#balances.get(accountId);
    return live && live.position > loadedPosition ? live.balance : loaded;
  }

  /** Ids of what arrived while the page was open, to mark it as new. */
  isNew(id: string): boolean {
    return this.#posted.some((transaction) => transaction.id === id);
  }
}

function withFigures(known: ReadonlyMap<string, FundFigures>, { fund }: LiveTransaction) {
  // Figures that came too late are null; the next message or a reload brings them.
  if (fund.metrics === null) return known;
  const before = known.get(fund.id);
  if (before && before.position > fund.metrics.position) return known;
  return new Map(known).set(fund.id, fund.metrics);
}

function withBalances(known: ReadonlyMap<string, BalanceAt>, posted: LiveTransaction) {
  const balances = new Map(known);
  for (const { account, balanceAfter } of posted.entries) {
    const before = balances.get(account.id);
    if (before && before.position > posted.position) continue;
    balances.set(account.id, { position: posted.position, balance: balanceAfter });
  }
  return balances;
}
