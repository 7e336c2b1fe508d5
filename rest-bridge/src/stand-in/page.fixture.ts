export interface PageArgs {
  readonly first: number;
  readonly after?: string;
}

/** What a page of a stand-in's list looks like; cursors count. */
export function pageOf<Item>(items: readonly Item[], { first, after }: PageArgs) {
  const from = Number(after ?? 0);
  const nodes = items.slice(from, from + first);
  const endCursor = String(from + nodes.length);
  return { nodes, pageInfo: { hasNextPage: from + first < items.length, endCursor } };
}
