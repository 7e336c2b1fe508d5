import type * as Graph from "@allfunds/graph-tools/fake-graph";

interface PageArguments {
  first: number;
  after?: string | null;
}

/** One page of a list. A cursor is the index of the next item. */
export function pageOf<Item, Value>(
  all: readonly Item[],
  { first, after }: PageArguments,
  value: (item: Item) => Value,
): { nodes: Value[]; pageInfo: Graph.FakeValue<Graph.PageInfo> } {
  const start = Number(after ?? 0);
  const end = Math.min(start + first, all.length);
  return {
    nodes: all.slice(start, end).map(value),
    pageInfo: { hasNextPage: end < all.length, endCursor: end === 0 ? null : String(end) },
  };
}

interface BothWays extends PageArguments {
  last?: number | null;
  before?: string | null;
  skip?: number;
}

/** One page of a list that is read in both directions. A cursor is the index of its item. */
export function pageBothWays<Item, Value>(
  all: readonly Item[],
  { first, after, last, before, skip = 0 }: BothWays,
  value: (item: Item) => Value,
): { nodes: Value[]; pageInfo: Graph.FakeValue<Graph.PageInfo> } {
  const end =
    typeof last === "number"
      ? Number(before ?? all.length)
      : Math.min(Number(after ?? -1) + 1 + skip + first, all.length);
  const start = typeof last === "number" ? Math.max(end - last, 0) : Number(after ?? -1) + 1 + skip;
  const isEmpty = start >= end;
  return {
    nodes: all.slice(start, end).map(value),
    pageInfo: {
      hasNextPage: end < all.length,
      hasPreviousPage: start > 0,
      startCursor: isEmpty ? null : String(start),
      endCursor: isEmpty ? null : String(end - 1),
    },
  };
}
