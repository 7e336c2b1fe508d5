import { Supergraph, type Schema } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import { parse, type DocumentNode, type GraphQLSchema } from "graphql";
import type { PlannedOperation } from "../execution/plan-operation.ts";
import { accessRulesOf, type AccessRules } from "../guard/auth/access-rules.ts";
import { securityNames, withoutSecurity } from "../guard/auth/security-features.ts";
import { costModelOf, type CostModel } from "../guard/cost/cost-model.ts";
import { LruCache } from "../cache/lru-cache.ts";
import { routeTo, type Routing, type SubgraphAddress } from "./routing.ts";
import { plannerKeysOf, type PlannerKeys } from "./planner-keys.ts";

/** One loaded supergraph with everything derived from it; never changed, replaced as a whole. */
export interface Graph {
  readonly sdl: string;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  readonly federatedApiSchema: Schema;
  readonly supergraphSchema: GraphQLSchema;
  readonly subgraphs: readonly SubgraphAddress[];
  readonly planner: QueryPlanner;
  readonly plannerKeys: PlannerKeys;
  /** What fields and types cost, as far as the supergraph says. */
  readonly costs: CostModel;
  /** What callers have to be and have to reach types and fields. */
  readonly accessRules: AccessRules;
  readonly plans: LruCache<string, PlannedOperation>;
  /** Parsed and validated documents of operations that came over a WebSocket. */
  readonly documents: LruCache<string, DocumentNode>;
}

const REMEMBERED_OPERATIONS = 1_000;

/** Builds a graph from composed SDL. Throws with the reason when the SDL is not a usable supergraph. */
export function buildGraph(sdl: string, routingOf: (names: readonly string[]) => Routing): Graph {
  const document = parse(sdl);
  const security = securityNames(document);
  const supergraph = Supergraph.build(withoutSecurity(document, security), {
    validateSupergraph: true,
  });
  const federatedApiSchema = supergraph.apiSchema();
  const addresses = supergraph.subgraphsMetadata();
  const routing = routingOf(addresses.map(({ name }) => name));
  return Object.freeze({
    sdl,
    apiSchema: federatedApiSchema.toGraphQLJSSchema(),
    federatedApiSchema,
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: addresses.map((address) => ({
      name: address.name,
      url: routeTo(address, routing),
    })),
    planner: new QueryPlanner(supergraph),
    plannerKeys: plannerKeysOf(document),
    accessRules: accessRulesOf(document, security),
    costs: costModelOf(
      document,
      addresses.map(({ name }) => name),
    ),
    plans: new LruCache<string, PlannedOperation>(REMEMBERED_OPERATIONS),
    documents: new LruCache<string, DocumentNode>(REMEMBERED_OPERATIONS),
  });
}
