import type * as Graph from "@allfunds/graph-tools/fake-graph";
import { minorUnits, money, type Entry, type Fund, type Transaction } from "./books.ts";

type Filter = Graph.TransactionFilter | null | undefined;

/** The transactions of a fund that fit a filter, in an order. */
export function listed(fund: Fund, filter: Filter, order: Graph.TransactionOrder): Transaction[] {
  const found = fund.transactions.filter((transaction) => fits(transaction, filter ?? {}));
  const byDate = order.startsWith("EFFECTIVE_DATE")
    ? found.toSorted((left, right) => left.effectiveDate.localeCompare(right.effectiveDate))
    : found;
  return order.endsWith("DESC") ? byDate.toReversed() : byDate;
}

const MARK_EVERY = 100;

/** Places along a list; its cursors are indexes. */
export const marksOf = (list: readonly Transaction[]) => ({
  count: list.length,
  isComplete: true,
  every: MARK_EVERY,
  cursors: Array.from({ length: Math.floor(list.length / MARK_EVERY) }, (_, nth) =>
    String((nth + 1) * MARK_EVERY - 1),
  ),
});

/** Count and sums of a list, by the entries that meet the filter's conditions on an entry. */
export function totalsOf(list: readonly Transaction[], filter: Filter) {
  const entries = list
    .flatMap(({ entries }) => entries)
    .filter((entry) => fitsEntry(entry, filter ?? {}));
  const total = (side: Graph.EntrySide) =>
    money(
      entries.filter((entry) => entry.side === side).reduce((sum, { amount }) => sum + amount, 0n),
      "EUR",
    );
  return {
    count: list.length,
    isComplete: true,
    sums: entries.length === 0 ? [] : [{ debit: total("DEBIT"), credit: total("CREDIT") }],
  };
}

function fits(transaction: Transaction, filter: Graph.TransactionFilter): boolean {
  const { effectiveDate, description, reference, entries } = transaction;
  const words = `${description} ${reference ?? ""}`.toLowerCase().split(/\W+/);
  const wanted = (filter.text ?? "").toLowerCase().split(/\W+/).filter(Boolean);
  return (
    wanted.every((start) => words.some((word) => word.startsWith(start))) &&
    (!filter.ids || filter.ids.includes(transaction.id)) &&
    (!filter.reference || filter.reference === reference) &&
    effectiveDate >= (filter.effectiveFrom ?? "") &&
    effectiveDate <= (filter.effectiveTo ?? "9999") &&
    entries.some((entry) => fitsEntry(entry, filter))
  );
}

function fitsEntry({ account, side, amount }: Entry, filter: Graph.TransactionFilter): boolean {
  const { accountIds, amountFrom, amountTo } = filter;
  return (
    (!accountIds || accountIds.includes(account.id)) &&
    (!filter.side || filter.side === side) &&
    (!amountFrom || amount >= minorUnits(amountFrom)) &&
    (!amountTo || amount <= minorUnits(amountTo))
  );
}
