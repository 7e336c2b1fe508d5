import type { FetchNode } from "@apollo/query-planner";

/** What became of a fetch. */
export interface FetchOutcome {
  /** How many of its entities, or 1 for the whole, the answer cache had. */
  readonly cacheHits: number;
  /** The errors that the subgraph sent, or 1 when it sent no answer. */
  readonly errors: number;
  /** The subgraph's own trace, when it was asked for and sent. */
  readonly ftv1?: string | undefined;
}

/** Notes the fetches of one run of a plan. */
export interface FetchObserver {
  /** Starts a fetch at a path of the answer, of so many entities; call the returned function when it ends. */
  readonly fetching: (
    fetch: FetchNode,
    path: readonly (string | number)[],
    entities: number | undefined,
  ) => (outcome: FetchOutcome) => void;
}
