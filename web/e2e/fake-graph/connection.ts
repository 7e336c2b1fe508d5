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
