import type { FetchNode, QueryPlan } from "@apollo/query-planner";
import { print } from "graphql";
import { withFetches } from "./plan-fetches.ts";
import type { PlannerGraph } from "./planner-graph.ts";
import { type PlanCall, Planner, separatedSource } from "./planner.ts";
import { separateChained } from "./separate-chained.ts";

/** Plans the operations of a graph whose required fields require others themselves, with a subgraph for each of these. */
export class ChainPlanner {
  readonly #planner: Planner;
  readonly #copyOf: ReadonlyMap<string, string>;

  private constructor(planner: Planner, copyOf: ReadonlyMap<string, string>) {
    this.#planner = planner;
    this.#copyOf = copyOf;
  }

  /** Undefined for a graph without such fields. Its graph is loaded when it is first needed. */
  static of(graph: PlannerGraph, source: number): ChainPlanner | undefined {
    const separated = separateChained(graph);
    if (separated === undefined) return undefined;
    return new ChainPlanner(
      new Planner(print(separated.document), separatedSource(source)),
      separated.copyOf,
    );
  }

  /** The plan of an operation, as a plan of the subgraphs. */
  async plan(
    operation: Pick<PlanCall, "document" | "operationName" | "overrides">,
  ): Promise<QueryPlan> {
    const plan = await this.#planner.plan(operation);
    return withFetches(plan, (fetch) => this.#named(fetch));
  }

  #named(fetch: FetchNode): FetchNode {
    const { serviceName } = fetch;
    return { ...fetch, serviceName: this.#copyOf.get(serviceName) ?? serviceName };
  }

  async close(): Promise<void> {
    await this.#planner.close();
  }
}
