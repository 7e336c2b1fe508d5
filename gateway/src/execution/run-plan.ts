import { INCLUDE_TRACE_HEADER, TRACE_FORMAT } from "@allfunds/platform/context";
import type { DeferNode, FetchNode, PlanNode, QueryPlan } from "@apollo/query-planner";
import { GraphQLError, OperationTypeNode, type ExecutionResult } from "graphql";
import type { Answer } from "../answer/answer.ts";
import type { DeferredPart } from "../answer/complete-value.ts";
import type { Findings } from "../operation/findings.ts";
import type { OperationRequest, Variables } from "../operation/operation-request.ts";
import type { PlannedOperation } from "../planning/plan-operation.ts";
import { plannerVariables, restoreClientKeys, restorePath } from "../planning/planner-document.ts";
import type { CallContext } from "../subgraphs/subgraph-request.ts";
import type { SubgraphSource } from "../subgraphs/subgraph-source.ts";
import type { Graph } from "../supergraph/graph.ts";
import { DeferredBlocks } from "./deferred-blocks.ts";
import { batchedSource } from "./entity-batches.ts";
import { placeBelow, rootPlace, type Place } from "./place.ts";
import { repeatedFetches, usesContexts } from "./entity-fetches.ts";
import { runFetch, type FetchContext } from "./run-fetch.ts";

export type Services = Readonly<Record<string, SubgraphSource>>;

/** A planned operation with what one run of it needs. */
export interface Execution {
  readonly graph: Graph;
  readonly operation: PlannedOperation;
  readonly variables: Variables;
  readonly call: CallContext;
  readonly found: Findings;
  /** The request as the guard admitted it. */
  readonly request: OperationRequest;
  /** The operation in the graph in force, when that is another one now. */
  readonly renewed?: () => Promise<Pick<Execution, "graph" | "operation"> | undefined>;
  /** Why the next event may not be sent any more; absent for operations without events. */
  readonly refusalOfEvent?: () => Promise<readonly GraphQLError[] | undefined>;
}

export interface PlanRun extends Omit<Execution, "request" | "refusalOfEvent" | "renewed"> {
  readonly plan: QueryPlan;
  readonly services: Services;
}

/** Runs a plan over the subgraphs and shapes the client's answer. */
export async function runPlan(run: PlanRun): Promise<ExecutionResult> {
  const { operation, found } = run;
  const { data, errors } = await runPrimary(run);
  return clientAnswer(data, errors, operation, found);
}

/** What of an answer is fetched before its deferred fragments, with the planner's keys. */
export interface PrimaryAnswer {
  readonly data: ExecutionResult["data"];
  readonly errors: readonly GraphQLError[];
  readonly deferred: readonly DeferredPart[];
  /** The coerced variables by their names in the plan. */
  readonly variables: Record<string, unknown>;
  /** The fetches of the deferred fragments, which go on. */
  readonly blocks: DeferredBlocks;
}

/** Runs a plan as far as its first answer, and shapes that. */
export async function runPrimary(run: PlanRun): Promise<PrimaryAnswer> {
  const { plan, operation, services, call, found } = run;
  const variables = plannerVariables(found.variables);
  const errors: Error[] = [];
  const blocks = new DeferredBlocks();
  const merged = await executePlan(plan, {
    schema: run.graph.supergraphSchema,
    services,
    variables: operation.variablesOf(run.variables),
    isTrue: (variable) => variables[variable] === true,
    reading: readOnce(run),
    // What is around one of them is not around the other.
    separates: usesContexts(plan),
    call: found.trace === undefined ? call : traced(call),
    errors,
    blocks,
    isMutation: operation.operation.operation === OperationTypeNode.MUTATION,
    observers: [found.explanation, found.trace].filter((one) => one !== undefined),
  });
  const sent = errors.map(asGraphqlError);
  const { data, violations, deferred } = shapeOf(merged, operation, variables, sent);
  return { data, errors: [...sent, ...violations], deferred, variables, blocks };
}

/** The call by which subgraphs state the times of their fields. */
const traced = (call: CallContext): CallContext => ({
  ...call,
  headers: { ...call.headers, [INCLUDE_TRACE_HEADER]: TRACE_FORMAT },
});

/** Reads an entity once for all fetches of a query that need the same of it. A mutation may change it in between. */
function readOnce({ plan, operation, services }: PlanRun): FetchContext["reading"] {
  const repeated = repeatedFetches(plan);
  if (repeated.size === 0 || operation.operation.operation === OperationTypeNode.MUTATION)
    return undefined;
  const sources: Record<string, SubgraphSource> = {};
  return (fetch: FetchNode) => {
    const service = services[fetch.serviceName];
    if (service === undefined || !repeated.has(fetch)) return undefined;
    return (sources[fetch.serviceName] ??= batchedSource(service, true));
  };
}

/** An answer with the client's own keys, the fields it may not have, and what the operation cost. */
export const clientAnswer = (
  data: ExecutionResult["data"],
  errors: readonly GraphQLError[],
  { renamed, plan }: PlannedOperation,
  found: Findings,
): ExecutionResult =>
  renamed === undefined
    ? answer(data, errors, found, plan)
    : answer(
        restoreClientKeys(data, renamed) as ExecutionResult["data"],
        errors.map(withClientPath),
        found,
        plan,
      );

/** The merged data in the client's shape; no data where it cannot be shaped. */
function shapeOf(
  merged: Answer,
  { shape }: PlannedOperation,
  variables: Record<string, unknown>,
  sent: readonly GraphQLError[],
): {
  data: ExecutionResult["data"];
  violations: readonly GraphQLError[];
  deferred: readonly DeferredPart[];
} {
  try {
    const { data, errors, deferred } = shape.shape(merged, variables, sent);
    return { data, violations: errors, deferred };
  } catch (error) {
    return { data: undefined, violations: [asGraphqlError(error as Error)], deferred: [] };
  }
}

export const asGraphqlError = (error: Error): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });

function answer(
  data: ExecutionResult["data"],
  errors: readonly GraphQLError[],
  found: Findings,
  plan: QueryPlan,
): ExecutionResult {
  const completed = found.withheldFields?.complete(data) ?? { data, errors: [] };
  const all = [...errors, ...completed.errors];
  const extensions = extensionsOf(data, found, plan);
  return {
    ...(all.length > 0 ? { errors: all } : {}),
    ...(completed.data === undefined ? {} : { data: completed.data }),
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
  };
}

/** The operation's cost, the budget that is left, and the plan and the trace for those who asked for them. */
export function extensionsOf(
  data: ExecutionResult["data"],
  { cost, spending, explanation, trace }: Findings,
  plan: QueryPlan,
): Record<string, unknown> {
  const counted = cost?.withAnswer(data);
  if (counted !== undefined) spending?.settle(counted.actual);
  return {
    ...(counted === undefined ? {} : { cost: counted }),
    ...(spending === undefined ? {} : { budget: spending.standing }),
    ...(explanation === undefined ? {} : { plan: explanation.extension(plan) }),
    ...(trace === undefined ? {} : { [TRACE_FORMAT]: trace.extension(plan) }),
  };
}

export const withClientPath = (error: GraphQLError): GraphQLError =>
  error.path === undefined
    ? error
    : new GraphQLError(error.message, {
        path: restorePath(error.path),
        originalError: error.originalError ?? null,
        extensions: error.extensions,
      });

interface PlanContext extends FetchContext {
  /** The value of a condition's variable. */
  readonly isTrue: (variable: string) => boolean;
  readonly blocks: DeferredBlocks;
  readonly isMutation: boolean;
  /** Ends when what is around a deferred fragment has been fetched. */
  readonly around?: Promise<unknown>;
}

/** Calls the subgraphs in the plan's order and merges what they send. */
async function executePlan({ node }: QueryPlan, context: PlanContext): Promise<Answer> {
  const root = Object.create(null) as Answer;
  if (node?.kind === "Subscription") throw new Error("a subscription is run event by event");
  if (node !== undefined) await executeNode(context, node, rootPlace(root));
  return root;
}

async function executeNode(context: PlanContext, node: PlanNode, place: Place): Promise<void> {
  switch (node.kind) {
    case "Sequence":
      for (const part of node.nodes) await executeNode(context, part, place);
      return;
    case "Parallel":
      await Promise.all(node.nodes.map((part) => executeNode(context, part, place)));
      return;
    case "Flatten":
      return executeNode(context, node.node, placeBelow(place, node.path));
    case "Condition": {
      const part = context.isTrue(node.condition) ? node.ifClause : node.elseClause;
      return part === undefined ? undefined : executeNode(context, part, place);
    }
    case "Fetch":
      try {
        return await runFetch(context, node, place);
      } catch (error) {
        // The fields of a failing subgraph stay empty, and the other fetches go on.
        context.errors.push(error as Error);
        return;
      } finally {
        if (node.id !== undefined) context.blocks.fetched(node.id);
      }
    case "Defer":
      return executeDefer(context, node, place);
  }
}

/** Waits for what is sent first; the deferred fragments are fetched meanwhile and go on. */
async function executeDefer(context: PlanContext, node: DeferNode, place: Place): Promise<void> {
  const { primary } = node;
  const first =
    primary.node === undefined ? Promise.resolve() : executeNode(context, primary.node, place);
  // A fragment that fetches nothing itself ends at once, and those in it may need what is around it.
  const around = Promise.all([context.around, first]);
  // What a later field of a mutation changes belongs into the fragments of an earlier one.
  context.blocks.start(node, around, context.isMutation, async (block, errors) => {
    if (block.node !== undefined)
      await executeNode({ ...context, errors, around }, block.node, rootPlace(place.root));
  });
  // Who waits for the first part gets its failure.
  around.catch(() => undefined);
  await first;
}
