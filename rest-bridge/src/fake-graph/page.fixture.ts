interface PageArgs {
  readonly first: number;
  readonly after?: string | null | undefined;
}

/** A page of a list; the cursor of the fake graph is a count. */
export function pageOf<Item>(items: readonly Item[], { first, after }: PageArgs) {
  const from = Number(after ?? 0);
  const nodes = items.slice(from, from + first);
  const endCursor = String(from + nodes.length);
  return { nodes, pageInfo: { hasNextPage: from + first < items.length, endCursor } };
}
