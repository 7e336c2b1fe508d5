/** How much an operation may cost, in points. */
export interface CostPolicy {
  /** `measure` tells what operations cost and lets them pass. */
  readonly mode: "measure" | "enforce";
  /** Most points of one operation. */
  readonly perOperation: number;
  /** Most points of one operation of a client that has a ceiling of its own, by the client's name. */
  readonly perClient: Readonly<Record<string, number>>;
  /** Most points of one operation at a subgraph; one that is over it is not asked, the others are. */
  readonly perSubgraph: Readonly<Record<string, number>>;
  /** Items of a list that says nothing about its size. */
  readonly assumedListSize: number;
}

export const STANDARD_COST_POLICY: CostPolicy = {
  mode: "enforce",
  perOperation: 50_000,
  perClient: {},
  perSubgraph: {},
  // A page without `first` has as many.
  assumedListSize: 20,
};
