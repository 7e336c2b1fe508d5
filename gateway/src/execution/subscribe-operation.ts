import { AppError } from "@allfunds/contract/errors";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { FormattedExecutionResult } from "graphql-ws";
import type { Graph } from "../supergraph/graph.ts";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import type { SubgraphRequest } from "../subgraphs/subgraph-request.ts";
import type { SubgraphSource } from "../subgraphs/subgraph-source.ts";
import { endedBy } from "./call-context.ts";
import { EventQueue } from "./event-queue.ts";
import type { Execution, ExecutorOptions } from "./executor.ts";
import { OperationStream, type Arrival } from "./operation-stream.ts";
import { plannerVariables } from "./protect-planner-variables.ts";
import { runPlan, type Services } from "./run-plan.ts";
import type { Variables } from "./variables.ts";
import { EVENT_SERVICE, subscriptionPlan, type SubscriptionPlan } from "./subscription-plan.ts";

/**
 * Subscribes at the subgraph that owns the event, and completes each event with the fields of the
 * others. When the subgraph is lost or the client falls too far behind, one coded error is the last
 * answer: events may be missing from there, and the client has to know.
 */
export function subscribeOperation(
  execution: Execution,
  services: Services,
  options: ExecutorOptions,
): OperationStream {
  const plan = subscriptionPlan(execution.operation.plan);
  if (plan === undefined)
    throw new AppError("INVALID_INPUT", "The operation is not a subscription.");

  const withheld = execution.found.withheld.get(plan.primary.serviceName);
  if (withheld !== undefined) throw asRefusal(withheld);

  const arrivals = new EventQueue<Arrival>(options.queueLimit);
  const unsubscribe = options.sockets.subscribe(
    subgraphNamed(execution.graph, plan.primary.serviceName),
    primaryRequest(plan, plannerVariables(execution.variables)),
    execution.call,
    {
      event: (event) => {
        if (arrivals.push({ event })) return;
        arrivals.cut({ failure: [asGraphqlError(TOO_FAR_BEHIND)] });
        unsubscribe();
      },
      failed: (reason) => arrivals.end({ failure: reason.map(asGraphqlError) }),
      completed: () => arrivals.end(),
    },
  );

  return new OperationStream(arrivals, unsubscribe, async (event, ended) => {
    const refusal = await execution.refusalOfEvent?.();
    if (refusal !== undefined) {
      arrivals.cut();
      unsubscribe();
      return { errors: refusal };
    }
    const limit = AbortSignal.any([ended, AbortSignal.timeout(options.eventTimeoutMs)]);
    return runPlan({
      ...execution,
      plan: plan.perEvent,
      call: endedBy(execution.call, limit),
      services: { ...services, [EVENT_SERVICE]: eventSource(event) },
    });
  });
}

const asRefusal = (reason: AppError): GraphQLError =>
  new GraphQLError(reason.message, { extensions: { code: reason.code } });

/** The event, standing where the executor expects the subgraph's first answer. */
const eventSource = ({ data, errors }: FormattedExecutionResult): SubgraphSource => ({
  ask: async () => ({ data: data ?? null, ...(errors === undefined ? {} : { errors }) }),
});

const TOO_FAR_BEHIND: GraphQLFormattedError = {
  message: "The client is too far behind; subscribe again and read on from what it saw last.",
  extensions: { code: "SUBSCRIPTION_OVERFLOW" },
};

const primaryRequest = ({ primary }: SubscriptionPlan, variables: Variables): SubgraphRequest => ({
  query: primary.operation,
  variables: pick(variables, primary.variableUsages ?? []),
  ...(primary.operationName === undefined ? {} : { operationName: primary.operationName }),
});

const pick = (variables: Variables, names: readonly string[]): Variables =>
  Object.fromEntries(
    names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
  );

const asGraphqlError = (error: GraphQLFormattedError): GraphQLError =>
  new GraphQLError(error.message, { extensions: error.extensions ?? {} });

function subgraphNamed(graph: Graph, name: string): SubgraphAddress {
  const subgraph = graph.subgraphs.find((candidate) => candidate.name === name);
  if (subgraph !== undefined) return subgraph;
  throw new AppError("INTERNAL_ERROR", "The plan names an unknown subgraph.", { detail: name });
}
