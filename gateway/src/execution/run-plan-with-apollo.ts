import { type Schema, Supergraph } from "@apollo/federation-internals";
import { buildOperationContext, executeQueryPlan, type ServiceMap } from "@apollo/gateway";
import type { GatewayGraphQLRequestContext } from "@apollo/server-gateway-interface";
import { type ExecutionResult, GraphQLError } from "graphql";
import type { Variables } from "../operation/operation-request.ts";
import { usesContexts } from "./entity-fetches.ts";
import type { Graph } from "../supergraph/graph.ts";
import { clientAnswer, type PlanRun, runPlan } from "./run-plan.ts";

/**
 * Runs a plan with the executor of @apollo/gateway, over the same subgraphs: the fallback of the gateway's own
 * executor, and what tests compare that with. Nulls that it fills in silently get an error.
 */
export async function runPlanWithApollo(run: PlanRun): Promise<ExecutionResult> {
  const { plan, operation, graph, found } = run;
  // It passes no arguments from the objects around.
  if (usesContexts(plan)) return runPlan(run);
  const { data, errors, extensions } = await executeQueryPlan(
    plan,
    serviceMapOf(run),
    requestContextOf(operation.variablesOf({ ...run.variables, ...found.variables })),
    buildOperationContext({
      schema: graph.apiSchema,
      operationDocument: operation.document,
      ...(operation.operation.name === undefined
        ? {}
        : { operationName: operation.operation.name.value }),
    }),
    graph.supergraphSchema,
    federatedSchemaOf(graph),
  );
  const filled = (extensions?.["valueCompletion"] ?? []) as readonly GraphQLError[];
  const reported = [...(errors ?? []), ...filled.map(asViolation)];
  return clientAnswer(data as ExecutionResult["data"], reported, operation, found);
}

const federatedSchemas = new WeakMap<Graph, Schema>();

/** The schema clients see, as Apollo's libraries have it. */
function federatedSchemaOf(graph: Graph): Schema {
  const built =
    federatedSchemas.get(graph) ??
    Supergraph.build(graph.sdl, { supportedFeatures: null }).apiSchema();
  federatedSchemas.set(graph, built);
  return built;
}

const asViolation = ({ message, path }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { path, extensions: { code: "UPSTREAM_INVALID" } });

const serviceMapOf = ({ services, call }: PlanRun): ServiceMap =>
  Object.fromEntries(
    Object.entries(services).map(([name, service]) => [
      name,
      {
        process: async ({ request: { query = "", variables = {} } }) =>
          service.fetch({ query, variables }, call),
      },
    ]),
  );

/** The parts of a request's context that the executor reads. */
const requestContextOf = (variables: Variables): GatewayGraphQLRequestContext =>
  ({ request: { variables }, metrics: {}, context: {} }) as unknown as GatewayGraphQLRequestContext;
