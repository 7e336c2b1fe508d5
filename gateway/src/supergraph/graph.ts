import { Supergraph, type Schema } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import { parse, type GraphQLSchema } from "graphql";
import { accessRulesOf, securityNames, withoutSecurity, type AccessRules } from "./access-rules.ts";
import { costModelOf, type CostModel } from "./cost-model.ts";
import { plannerKeysOf, type PlannerKeys } from "./planner-keys.ts";
import { routeTo, type Routing, type SubgraphAddress } from "./routing.ts";

/** One loaded supergraph and what its document states. It never changes; a new document makes a new graph. */
export interface Graph {
  readonly sdl: string;
  /** The schema clients see. */
  readonly apiSchema: GraphQLSchema;
  readonly federatedApiSchema: Schema;
  readonly supergraphSchema: GraphQLSchema;
  readonly subgraphs: readonly SubgraphAddress[];
  readonly planner: QueryPlanner;
  readonly plannerKeys: PlannerKeys;
  readonly costs: CostModel;
  readonly accessRules: AccessRules;
}

/** Builds a graph from composed SDL. Throws with the reason when the SDL is not a usable supergraph. */
export function buildGraph(sdl: string, routingOf: (names: readonly string[]) => Routing): Graph {
  const document = parse(sdl);
  const security = securityNames(document);
  const supergraph = Supergraph.build(withoutSecurity(document, security), {
    validateSupergraph: true,
  });
  const federatedApiSchema = supergraph.apiSchema();
  const addresses = supergraph.subgraphsMetadata();
  const names = addresses.map(({ name }) => name);
  const routing = routingOf(names);
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
    costs: costModelOf(document, names),
  });
}
