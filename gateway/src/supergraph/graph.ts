import { buildASTSchema, parse, print, type GraphQLSchema } from "graphql";
import { apiDocumentOf, schemaForClients } from "./api-document.ts";
import { ChainPlanner } from "./chain-planner.ts";
import { newPlannerSource, Planner } from "./planner.ts";
import { accessRulesOf, securityNames, withoutSecurity, type AccessRules } from "./access-rules.ts";
import { costModelOf, type CostModel } from "./cost-model.ts";
import { joinedGraphs } from "./join-directives.ts";
import { plannerGraphOf, type PlannerGraph } from "./planner-graph.ts";
import { plannerKeysOf, type PlannerKeys } from "./planner-keys.ts";
import { routeTo, type Routing, type SubgraphAddress } from "./routing.ts";

/** One loaded supergraph and what its document states. It never changes; a new document makes a new graph. */
export interface Graph {
  readonly sdl: string;
  /** The schema clients see. */
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSchema: GraphQLSchema;
  readonly subgraphs: readonly SubgraphAddress[];
  readonly planner: Planner;
  readonly plannerGraph: PlannerGraph;
  /** Plans where the planner would leave out what required fields require themselves; absent when there are none. */
  readonly chainPlanner: ChainPlanner | undefined;
  readonly plannerKeys: PlannerKeys;
  readonly costs: CostModel;
  readonly accessRules: AccessRules;
  /** What some callers see of it, by name. */
  readonly variants?: ReadonlyMap<string, Graph>;
}

/**
 * Builds a graph from composed SDL, a version of its source. Throws with the reason when it is secured by what is
 * not enforced, or has no schema. Its planner checks it as a supergraph when it is loaded: when it is first needed.
 */
export function buildGraph(
  sdl: string,
  routingOf: (names: readonly string[]) => Routing,
  source = newPlannerSource(),
): Graph {
  const document = parse(sdl, { noLocation: true });
  const security = securityNames(document);
  const open = withoutSecurity(document, security);
  const plannerGraph = plannerGraphOf(open);
  const addresses = joinedGraphs(document);
  const names = addresses.map(({ name }) => name);
  const routing = routingOf(names);
  return Object.freeze({
    sdl,
    apiSchema: schemaForClients(apiDocumentOf(document), { assumeValidSDL: true }),
    supergraphSchema: buildASTSchema(document, { assumeValidSDL: true }),
    subgraphs: addresses.map((address) => ({
      name: address.name,
      url: routeTo(address, routing),
    })),
    planner: new Planner(print(plannerGraph.document), source),
    plannerGraph,
    chainPlanner: ChainPlanner.of(plannerGraph, source),
    plannerKeys: plannerKeysOf(plannerGraph.document),
    accessRules: accessRulesOf(document, security),
    costs: costModelOf(document, addresses),
  });
}
