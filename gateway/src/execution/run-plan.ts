import type { QueryPlan } from "@apollo/query-planner";
import { GraphQLError, type ExecutionResult } from "graphql";
import type { Findings } from "../guard/operation-request.ts";
import type { Graph } from "../supergraph/graph.ts";
import type { SubgraphSource } from "../subgraphs/subgraph-source.ts";
import type { Answer } from "./answer.ts";
import type { CallContext } from "./call-context.ts";
import { executePlan } from "./execute-plan.ts";
import { plannerVariables } from "./protect-planner-variables.ts";
import type { PlannedOperation } from "./plan-operation.ts";
import type { Variables } from "./variables.ts";
import { restoreClientKeys, restorePath } from "./protect-planner-keys.ts";

export type Services = Readonly<Record<string, SubgraphSource>>;

export interface PlanRun {
  readonly graph: Graph;
  readonly operation: PlannedOperation;
  readonly plan: QueryPlan;
  readonly variables: Variables;
  readonly call: CallContext;
  readonly found: Findings;
  readonly services: Services;
}

/** Runs a plan over the subgraphs and shapes the answer the client asked for. */
export async function runPlan(run: PlanRun): Promise<ExecutionResult> {
  const { plan, operation, services, call, found } = run;
  const variables = plannerVariables(found.variables);
  const errors: Error[] = [];
  const said = await executePlan(plan, {
    schema: run.graph.supergraphSchema,
    services,
    variables: plannerVariables(run.variables),
    isTrue: (variable) => variables[variable] === true,
    call,
    errors,
  });
  const { data, broken } = shapeOf(said, operation, variables);
  // A subgraph that told of an error may leave out what it has promised.
  const told = errors.length > 0 ? errors.map(asGraphqlError) : broken;
  const { renamed } = operation;
  return answer(
    renamed === undefined ? data : (restoreClientKeys(data, renamed) as ExecutionResult["data"]),
    renamed === undefined ? told : told.map(withClientPath),
    found,
  );
}

/** The answer in the client's shape; without data where what the subgraphs sent cannot be brought into it. */
function shapeOf(
  said: Answer,
  { shape }: PlannedOperation,
  variables: Record<string, unknown>,
): { data: ExecutionResult["data"]; broken: readonly GraphQLError[] } {
  try {
    const { data, errors } = shape.shape(said, variables);
    return { data, broken: errors };
  } catch (error) {
    return { data: undefined, broken: [asGraphqlError(error as Error)] };
  }
}

const asGraphqlError = (error: Error): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });

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
