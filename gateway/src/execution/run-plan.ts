import { executeQueryPlan, type GraphQLDataSource } from "@apollo/gateway";
import type { QueryPlan } from "@apollo/query-planner";
import type { GatewayGraphQLRequestContext } from "@apollo/server-gateway-interface";
import type { Logger } from "@allfunds/platform";
import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from "graphql";
import type { Findings } from "../guard/operation-request.ts";
import type { Graph } from "../supergraph/graph.ts";
import type { CallContext } from "./call-context.ts";
import { plannerVariables } from "./protect-planner-variables.ts";
import type { PlannedOperation } from "./plan-operation.ts";
import { restoreClientKeys, restorePath } from "./protect-planner-keys.ts";

export type Services = Readonly<Record<string, GraphQLDataSource>>;
export type Variables = Readonly<Record<string, unknown>>;

export interface PlanRun {
  readonly graph: Graph;
  readonly operation: PlannedOperation;
  readonly plan: QueryPlan;
  readonly variables: Variables;
  readonly call: CallContext;
  readonly found: Findings;
  readonly services: Services;
  readonly logger: Logger;
}

/** Runs a plan over the subgraphs and shapes the answer the client asked for. */
export async function runPlan(run: PlanRun): Promise<ExecutionResult> {
  const result = await executeQueryPlan(
    run.plan,
    { ...run.services },
    requestContextOf(run),
    run.operation.context,
    run.graph.supergraphSchema,
    run.graph.federatedApiSchema,
    {},
  );
  const errors = allErrors(result);
  const renamed = run.operation.renamed;
  const data =
    renamed === undefined
      ? result.data
      : (restoreClientKeys(result.data, renamed) as ExecutionResult["data"]);
  return answer(data, renamed === undefined ? errors : errors.map(withClientPath), run.found);
}

/** The executor reads these few fields of Apollo Server's context, and so it runs without that server. */
const requestContextOf = (run: PlanRun): GatewayGraphQLRequestContext =>
  ({
    request: { variables: plannerVariables(run.variables) },
    context: { call: run.call },
    logger: run.logger,
    metrics: {},
  }) as unknown as GatewayGraphQLRequestContext;

/** The executor hides a broken promise of a subgraph (null for a non-null field) in an extension; here it is an error. */
function allErrors(result: Awaited<ReturnType<typeof executeQueryPlan>>): readonly GraphQLError[] {
  const broken = (result.extensions?.["valueCompletion"] ?? []) as readonly (
    | GraphQLError
    | GraphQLFormattedError
  )[];
  const completed = broken.map((error) =>
    error instanceof GraphQLError ? error : new GraphQLError(error.message, error),
  );
  return [...(result.errors ?? []), ...completed];
}

function answer(
  data: ExecutionResult["data"],
  errors: readonly GraphQLError[],
  found: Findings,
): ExecutionResult {
  const completed = found.withheldFields?.complete(data) ?? { data, errors: [] };
  const all = [...errors, ...completed.errors];
  const extensions = extensionsOf(data, found);
  return {
    ...(all.length > 0 ? { errors: all } : {}),
    ...(completed.data === undefined ? {} : { data: completed.data }),
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
  };
}

/** What the operation did cost, and what is left. */
function extensionsOf(
  data: ExecutionResult["data"],
  { cost, spending }: Findings,
): Record<string, unknown> {
  const actual = cost?.actual(data);
  if (actual !== undefined) spending?.settle(actual.points);
  return {
    ...(cost === undefined ? {} : { cost: cost.extension(actual) }),
    ...(spending === undefined ? {} : { budget: spending.standing }),
  };
}

const withClientPath = (error: GraphQLError): GraphQLError =>
  error.path === undefined
    ? error
    : new GraphQLError(error.message, {
        path: restorePath(error.path),
        originalError: error.originalError ?? null,
        extensions: error.extensions,
      });
