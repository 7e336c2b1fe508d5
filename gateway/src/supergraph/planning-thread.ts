import { parentPort } from "node:worker_threads";
import { operationFromDocument, type Schema } from "@apollo/federation-internals";
import { ApolloGateway, type SupergraphSdlUpdateFunction } from "@apollo/gateway";
import type { QueryPlan, QueryPlanner } from "@apollo/query-planner";
import { parse } from "graphql";
import { keepMergesAcyclic } from "./acyclic-merges.ts";
import { allowNamesOfInterfaceObjects } from "./interface-object-names.ts";
import type { LoadCall, PlanCall, ThreadAnswer, ThreadCall } from "./planner.ts";

/** What ApolloGateway made of a supergraph; its types keep it private. */
interface Loaded {
  readonly queryPlanner: QueryPlanner;
  readonly apiSchema: Schema;
}

allowNamesOfInterfaceObjects();
keepMergesAcyclic();

const silent = () => undefined;
const NO_LOG = { debug: silent, info: silent, warn: silent, error: silent };

/** Operations that began with an older graph end with it. */
const MAX_GRAPHS = 3;

/** A supergraph that ApolloGateway loads and checks, and swaps when another version of it comes. */
class Source {
  readonly #graphs = new Map<number, Loaded>();
  #gateway: ApolloGateway | undefined;
  #update: SupergraphSdlUpdateFunction | undefined;

  async load({ graph, sdl }: LoadCall): Promise<undefined> {
    if (this.#gateway === undefined) this.#gateway = await this.#open(sdl);
    else this.#update?.(sdl);
    const { queryPlanner, apiSchema } = this.#gateway as unknown as Loaded;
    this.#graphs.set(graph, { queryPlanner, apiSchema });
    const [oldest] = this.#graphs.keys();
    if (this.#graphs.size > MAX_GRAPHS && oldest !== undefined) this.#graphs.delete(oldest);
    return undefined;
  }

  async #open(supergraphSdl: string): Promise<ApolloGateway> {
    const gateway = new ApolloGateway({
      supergraphSdl: async ({ update }) => {
        this.#update = update;
        return { supergraphSdl };
      },
      logger: NO_LOG,
      queryPlannerConfig: {
        incrementalDelivery: { enableDefer: true },
        reuseQueryFragments: false,
      },
    });
    await gateway.load();
    return gateway;
  }

  plan({ graph, document, operationName, overrides }: PlanCall): QueryPlan {
    const loaded = this.#graphs.get(graph);
    if (loaded === undefined) throw new Error("the graph of the operation is no longer loaded");
    const named = operationName === undefined ? {} : { operationName };
    const operation = operationFromDocument(loaded.apiSchema, parse(document), named);
    return loaded.queryPlanner.buildQueryPlan(operation, {
      overrideConditions: new Map(Object.entries(overrides)),
    });
  }
}

const sources = new Map<number, Source>();

async function answer(call: ThreadCall): Promise<QueryPlan | undefined> {
  const source = sources.get(call.source) ?? new Source();
  sources.set(call.source, source);
  if (call.kind === "evict") sources.delete(call.source);
  if (call.kind === "load") return source.load(call);
  return call.kind === "plan" ? source.plan(call) : undefined;
}

const report = (outcome: ThreadAnswer): void => parentPort?.postMessage(outcome, []);

parentPort?.on("message", (call: ThreadCall) => {
  answer(call).then(
    // A plan has nothing but data; as text it is copied once.
    (plan) => report({ plan: plan === undefined ? "" : JSON.stringify(plan) }),
    (error: unknown) => report({ failure: error instanceof Error ? error.message : String(error) }),
  );
});
