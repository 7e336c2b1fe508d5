import type {
  FundFiguresFragment,
  TransactionRowFragment,
} from "../graph/graph-types.generated.ts";
import type { Money } from "../money/money.ts";
import type { LiveTransaction } from "./patches.ts";

const MAX_TRANSACTIONS = 200;

interface BalanceAt {
  position: number;
  balance: Money;
}

/**
 * Overlays the page's data with what arrived since. A value applies only while its book position is
 * ahead of the page's, so refreshed data replaces it.
 */
export class FollowedBooks {
  #posted = $state.raw<LiveTransaction[]>([]);
  #figures = $state.raw<ReadonlyMap<string, FundFiguresFragment>>(new Map());
  #balances = $state.raw<ReadonlyMap<string, BalanceAt>>(new Map());

  add(transaction: LiveTransaction): void {
    if (this.#posted.some(({ id }) => id === transaction.id)) return;
    this.#posted = [transaction, ...this.#posted].slice(0, MAX_TRANSACTIONS);
    this.#figures = withFigures(this.#figures, transaction);
    this.#balances = withBalances(this.#balances, transaction);
  }

  /** The page's transactions, of one fund or of all, after those that arrived since. */
  transactions(
    loaded: readonly TransactionRowFragment[],
    fundId?: string,
  ): TransactionRowFragment[] {
    const loadedIds = new Set(loaded.map(({ id }) => id));
    const posted = this.#posted.filter(
      ({ id, fund }) => !loadedIds.has(id) && (fundId === undefined || fund.id === fundId),
    );
    return [...posted, ...loaded];
  }

  figures(
    fundId: string,
    loaded: FundFiguresFragment | undefined,
  ): FundFiguresFragment | undefined {
    const live = this.#figures.get(fundId);
    if (!live) return loaded;
    return loaded && loaded.position > live.position ? loaded : live;
  }

  balance(accountId: string, loaded: Money, loadedPosition: number): Money {
    const live = this.#balances.get(accountId);
    return live && live.position > loadedPosition ? live.balance : loaded;
  }

  /** Whether the transaction arrived while the page was open. */
  isNew(id: string): boolean {
    return this.#posted.some((transaction) => transaction.id === id);
  }
}

function withFigures(present: ReadonlyMap<string, FundFiguresFragment>, { fund }: LiveTransaction) {
  // Figures that were too slow are null; the next message or a refresh brings them.
  if (fund.metrics === null) return present;
  const before = present.get(fund.id);
  if (before && before.position > fund.metrics.position) return present;
  return new Map(present).set(fund.id, fund.metrics);
}

function withBalances(present: ReadonlyMap<string, BalanceAt>, posted: LiveTransaction) {
  const balances = new Map(present);
  for (const { account, balanceAfter } of posted.entries) {
    const before = balances.get(account.id);
    if (before && before.position > posted.position) continue;
    balances.set(account.id, { position: posted.position, balance: balanceAfter });
  }
  return balances;
}
