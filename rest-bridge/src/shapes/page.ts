/** The part of a GraphQL connection that pages are made of. */
export interface ConnectionData<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** What to pass as `after` for the next page; null on the last one. */
export const nextCursorOf = ({ pageInfo }: ConnectionData<unknown>): string | null =>
  pageInfo.hasNextPage ? pageInfo.endCursor : null;
