import { OperationTypeNode } from "graphql";
import type { FetchNode, PlanNode, QueryPlan } from "@apollo/query-planner";

/** The subgraph name under which an event answers the first fetch of its own plan. */
export const EVENT_SERVICE = "__event";

export interface SubscriptionPlan {
  /** What to subscribe to, and where. */
  readonly primary: FetchNode;
  /** What to run for each event: the event itself, then the fields of the other subgraphs. */
  readonly perEvent: QueryPlan;
}

/** Splits the plan of a subscription; undefined when the plan is not one. */
export function subscriptionPlan(plan: QueryPlan): SubscriptionPlan | undefined {
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
