import type { FetchNode, PlanNode, QueryPlan } from "@apollo/query-planner";
import type { FetchObserver, FetchOutcome } from "./observed-fetch.ts";

/** One request to a subgraph, of a run of a plan. */
export interface ExplainedFetch {
  readonly service: string;
  /** The GraphQL document that was sent, or answered by the cache. */
  readonly operation: string;
  /** Where its fields are in the answer; `@` stands for each item of a list. */
  readonly path: readonly (string | number)[];
  /** The entities it asked for; absent for fields of the root. */
  readonly entities?: number;
  readonly cacheHits: FetchOutcome["cacheHits"];
  /** From the start of the run, in milliseconds. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly errors: FetchOutcome["errors"];
}

/** A part of a plan without the documents of its fetches. */
interface PlanPart {
  readonly kind: PlanNode["kind"];
  readonly service?: string;
  readonly path?: readonly (string | number)[];
  /** The variable of a condition. */
  readonly condition?: string;
  readonly parts?: readonly PlanPart[];
}

/** `extensions.plan`: the plan of an operation, and what its run did. */
export interface PlanExtension {
  readonly plan: PlanPart | null;
  readonly fetches: readonly ExplainedFetch[];
  readonly totalMs: number;
}

/** Notes what one run of a plan does. */
export class PlanExplanation implements FetchObserver {
  readonly #startedAt = performance.now();
  readonly #fetches: ExplainedFetch[] = [];

  fetching(
    { serviceName, operation }: FetchNode,
    path: ExplainedFetch["path"],
    entities: number | undefined,
  ): (outcome: FetchOutcome) => void {
    const startedAt = performance.now();
    return ({ cacheHits, errors }) => {
      this.#fetches.push({
        service: serviceName,
        operation,
        path,
        ...(entities === undefined ? {} : { entities }),
        cacheHits,
        startMs: rounded(startedAt - this.#startedAt),
        durationMs: rounded(performance.now() - startedAt),
        errors,
      });
    };
  }

  extension({ node }: QueryPlan): PlanExtension {
    const plan = node === undefined || node.kind === "Subscription" ? null : partOf(node);
    return { plan, fetches: this.#fetches, totalMs: rounded(performance.now() - this.#startedAt) };
  }
}

const rounded = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

function partOf(node: PlanNode): PlanPart {
  const { kind } = node;
  switch (kind) {
    case "Sequence":
    case "Parallel":
      return { kind, parts: node.nodes.map(partOf) };
    case "Flatten":
      return { kind, path: node.path, parts: [partOf(node.node)] };
    case "Fetch":
      return { kind, service: node.serviceName };
    case "Condition":
      return { kind, condition: node.condition, parts: partsOf(node.ifClause, node.elseClause) };
    case "Defer":
      return {
        kind,
        parts: partsOf(node.primary.node, ...node.deferred.map((block) => block.node)),
      };
  }
}

const partsOf = (...nodes: readonly (PlanNode | undefined)[]): PlanPart[] =>
  nodes.flatMap((node) => (node === undefined ? [] : [partOf(node)]));
