/** Whose history is read: a fund's, up to where the batch begins. */
export interface Before {
  readonly tenantId: string;
  readonly fundId: string;
  readonly position: number;
}

/** One of each key. */
export const distinct = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
];
