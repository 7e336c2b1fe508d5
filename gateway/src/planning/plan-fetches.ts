import type { FetchNode, PlanNode } from "@apollo/query-planner";

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
