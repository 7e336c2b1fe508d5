import type { FetchNode, PlanNode, QueryPlan, SubscriptionNode } from "@apollo/query-planner";

/** Every fetch of a part of a plan. */
export function fetchesOf(node: PlanNode | undefined): FetchNode[] {
  switch (node?.kind) {
    case "Sequence":
    case "Parallel":
      return node.nodes.flatMap(fetchesOf);
    case "Flatten":
      return fetchesOf(node.node);
    case "Condition":
      return [...fetchesOf(node.ifClause), ...fetchesOf(node.elseClause)];
    case "Fetch":
      return [node];
    case "Defer":
      return [node.primary, ...node.deferred].flatMap((part) => fetchesOf(part.node));
    case undefined:
      return [];
  }
}

/** A plan with other nodes in place of its fetches. */
export function withFetches(plan: QueryPlan, change: (fetch: FetchNode) => PlanNode): QueryPlan {
  const { node } = plan;
  if (node === undefined) return plan;
  return {
    ...plan,
    node: node.kind === "Subscription" ? subscription(node, change) : changed(node, change),
  };
}

function subscription(
  node: SubscriptionNode,
  change: (fetch: FetchNode) => PlanNode,
): SubscriptionNode {
  const primary = change(node.primary);
  if (primary.kind !== "Fetch") throw new Error("a subscription has one fetch for its events");
  const { rest } = node;
  return { ...node, primary, ...(rest === undefined ? {} : { rest: changed(rest, change) }) };
}

function changed(node: PlanNode, change: (fetch: FetchNode) => PlanNode): PlanNode {
  const within = <Part extends { readonly node?: PlanNode }>(part: Part): Part =>
    part.node === undefined ? part : { ...part, node: changed(part.node, change) };
  switch (node.kind) {
    case "Sequence":
    case "Parallel":
      return { ...node, nodes: node.nodes.map((part) => changed(part, change)) };
    case "Flatten":
      return { ...node, node: changed(node.node, change) };
    case "Condition":
      return {
        ...node,
        ...(node.ifClause === undefined ? {} : { ifClause: changed(node.ifClause, change) }),
        ...(node.elseClause === undefined ? {} : { elseClause: changed(node.elseClause, change) }),
      };
    case "Fetch":
      return change(node);
    case "Defer":
      return { ...node, primary: within(node.primary), deferred: node.deferred.map(within) };
  }
}
