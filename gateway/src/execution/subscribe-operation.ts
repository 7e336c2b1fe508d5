import { AppError } from "@allfunds/contract/errors";
import { inSpan } from "@allfunds/platform/telemetry";
import type { FetchNode, PlanNode, QueryPlan } from "@apollo/query-planner";
import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  OperationTypeNode,
} from "graphql";
import type { Findings } from "../operation/findings.ts";
import type { Variables } from "../operation/operation-request.ts";
import type { PlannedOperation } from "../planning/plan-operation.ts";
import type { PublishedEvent } from "../subgraphs/published-event.ts";
import { endedBy, type SubgraphRequest } from "../subgraphs/subgraph-request.ts";
import type { SubgraphSource } from "../subgraphs/subgraph-source.ts";
import type { Graph } from "../supergraph/graph.ts";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import type { SubgraphSockets } from "../subgraphs/subgraph-sockets.ts";
import { batchedSource } from "./entity-batches.ts";
import { EventQueue, type QueueLimits } from "./event-queue.ts";
import { type Arrival, type Completed, OperationStream } from "./operation-stream.ts";
import { type Execution, extensionsOf, runPlan, type Services } from "./run-plan.ts";

export interface SubscriptionOptions {
  readonly sockets: SubgraphSockets;
  /** The longest time to complete one event's fields, in milliseconds. */
  readonly eventTimeoutMs: number;
  /** The most that a client may be behind before its subscription ends. */
  readonly queueLimits: QueueLimits;
}

/**
 * Subscribes at the subgraph that owns the event, and completes each event with the fields of the others.
 * When the subgraph is lost or the client falls too far behind, the last answer is a coded error: the client
 * must learn that events may be missing.
 */
export function subscribeOperation(
  execution: Execution,
  servicesOf: (execution: Execution) => Services,
  options: SubscriptionOptions,
): OperationStream {
  let current = runningIn(execution, servicesOf);
  const { plan } = current;
  const withheld = execution.found.withheld.get(plan.primary.serviceName);
  if (withheld !== undefined) throw asRefusal(withheld);

  const arrivals = new EventQueue<Arrival>(options.queueLimits);
  const unsubscribe = options.sockets.subscribe(
    {
      subgraph: subgraphNamed(execution.graph, plan.primary.serviceName),
      request: primaryRequest(plan, execution.operation.variablesOf(execution.variables)),
      call: execution.call,
      schema: execution.graph.supergraphSchema,
    },
    {
      event: (event, bytes) => {
        if (arrivals.push(event, bytes)) return;
        arrivals.cut({ failure: [asGraphqlError(TOO_FAR_BEHIND)] });
        unsubscribe();
      },
      failed: (reason) => arrivals.end({ failure: reason.map(asGraphqlError) }),
      completed: () => arrivals.end(),
    },
  );

  const last = (errors: readonly GraphQLError[]): Completed => {
    arrivals.cut();
    unsubscribe();
    return { answer: { errors }, isLast: true };
  };

  return new OperationStream(arrivals, unsubscribe, async (event, ended) => {
    const refusal = await execution.refusalOfEvent?.();
    if (refusal !== undefined) return last(refusal);
    const renewed = await current.execution.renewed?.();
    if (renewed !== undefined) {
      const next = runningIn({ ...current.execution, ...renewed }, servicesOf);
      if (!isSameSource(current, next)) return last([asGraphqlError(GRAPH_CHANGED)]);
      current = next;
    }
    return { answer: await answerTo(event, current, ended, options.eventTimeoutMs) };
  });
}

/** The answer to an event. Subscribers with equal operations and credentials share it; what it costs is for each to pay. */
async function answerTo(
  event: PublishedEvent,
  running: Running,
  ended: AbortSignal,
  limitMs: number,
): Promise<ExecutionResult> {
  const { found, operation } = running.execution;
  if (!event.isShared || found.withheldFields !== undefined || found.withheld.size > 0) {
    const limit = AbortSignal.any([ended, AbortSignal.timeout(limitMs)]);
    return completeEvent(event, running, found, limit, limitMs);
  }
  const { cost: _cost, spending: _spending, ...unpriced } = found;
  // One of them that leaves does not end the others' answer.
  const answer = await event.answerOnce(running.key(), () =>
    completeEvent(event, running, unpriced, AbortSignal.timeout(limitMs), limitMs),
  );
  const extensions = extensionsOf(answer.data, found, operation.plan);
  return Object.keys(extensions).length === 0 ? answer : { ...answer, extensions };
}

/** Fetches the fields of the other subgraphs for an event. */
function completeEvent(
  event: PublishedEvent,
  { execution, plan, services }: Running,
  found: Findings,
  limit: AbortSignal,
  limitMs: number,
): Promise<ExecutionResult> {
  const parent = event.traceparent ?? execution.call.headers["traceparent"];
  return inSpan(`event ${plan.primary.serviceName}`, { parent }, () =>
    runPlan({
      ...execution,
      found,
      plan: plan.perEvent,
      call: {
        ...endedBy(execution.call, limit),
        // What was read before the event may not have it yet.
        notBefore: event.arrivedAt,
        deadline: performance.now() + limitMs,
      },
      services: { ...services, [EVENT_SERVICE]: eventSource(event) },
    }),
  );
}

/** A subscription in one version of the graph. */
interface Running {
  readonly execution: Execution;
  readonly plan: SubscriptionPlan;
  readonly services: Services;
  /** Equal for operations whose answers to an event are equal, for one caller. */
  readonly key: () => string;
}

const numbers = new WeakMap<PlannedOperation, number>();
let numbered = 0;

/** Equal operations of one graph are one planned operation. */
function keyOf({ operation, variables }: Execution): string {
  let number = numbers.get(operation);
  if (number === undefined) numbers.set(operation, (number = numbered += 1));
  return `${number} ${JSON.stringify(variables)}`;
}

function runningIn(execution: Execution, servicesOf: (execution: Execution) => Services): Running {
  const plan = subscriptionPlan(execution.operation.plan);
  if (plan === undefined)
    throw new AppError("INVALID_INPUT", "The operation is not a subscription.");
  const services = Object.fromEntries(
    Object.entries(servicesOf(execution)).map(([name, source]) => [name, batchedSource(source)]),
  );
  let key: string | undefined;
  return { execution, plan, services, key: () => (key ??= keyOf(execution)) };
}

/** Whether two versions of a subscription get their events from the same subscription at the same URL. */
const isSameSource = (one: Running, other: Running): boolean =>
  one.plan.primary.operation === other.plan.primary.operation &&
  subgraphNamed(one.execution.graph, one.plan.primary.serviceName).url ===
    subgraphNamed(other.execution.graph, other.plan.primary.serviceName).url;

const GRAPH_CHANGED: GraphQLFormattedError = {
  message: "The graph has changed. Subscribe again.",
  extensions: { code: "UPSTREAM_UNAVAILABLE" },
};

const asRefusal = (reason: AppError): GraphQLError =>
  new GraphQLError(reason.message, { extensions: { code: reason.code } });

/** A source that returns the event as the answer to the plan's first fetch. */
const eventSource = (event: PublishedEvent): SubgraphSource => ({
  fetch: async () => event.take(),
});

const TOO_FAR_BEHIND: GraphQLFormattedError = {
  message: "The client is too far behind. Subscribe again from the last event it received.",
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

/** The subgraph name of the event in its own plan. */
const EVENT_SERVICE = "__event";

interface SubscriptionPlan {
  /** The upstream subscription. */
  readonly primary: FetchNode;
  /** Runs for each event: the event itself, then the fields of the other subgraphs. */
  readonly perEvent: QueryPlan;
}

/** Splits the plan of a subscription; undefined for another plan. */
function subscriptionPlan(plan: QueryPlan): SubscriptionPlan | undefined {
  const { node } = plan;
  if (node?.kind !== "Subscription") return undefined;
  const event: FetchNode = {
    ...node.primary,
    serviceName: EVENT_SERVICE,
    operationKind: OperationTypeNode.QUERY,
  };
  const nodes: PlanNode[] = node.rest === undefined ? [event] : [event, node.rest];
  return {
    primary: node.primary,
    perEvent: { kind: "QueryPlan", node: { kind: "Sequence", nodes } },
  };
}
