import type { FetchNode, PlanNode, QueryPlan } from "@apollo/query-planner";

const repeatedIn = new WeakMap<QueryPlan, ReadonlySet<FetchNode>>();

/** The fetches of a plan that read the same fields of entities as another of its fetches, in the same subgraph. */
export function repeatedFetches(plan: QueryPlan): ReadonlySet<FetchNode> {
  const known = repeatedIn.get(plan);
  if (known !== undefined) return known;
  const byText = new Map<string, FetchNode[]>();
  for (const fetch of entityFetches(plan.node as PlanNode | undefined)) {
    const { serviceName, operation, operationName = "" } = fetch;
    const text = `${serviceName} ${operation.replace(operationName, "")}`;
    byText.set(text, [...(byText.get(text) ?? []), fetch]);
  }
  const repeated = new Set([...byText.values()].filter((equal) => equal.length > 1).flat());
  repeatedIn.set(plan, repeated);
  return repeated;
}

function entityFetches(node: PlanNode | undefined): FetchNode[] {
  switch (node?.kind) {
    case "Sequence":
    case "Parallel":
      return node.nodes.flatMap(entityFetches);
    case "Flatten":
      return entityFetches(node.node);
    case "Condition":
      return [...entityFetches(node.ifClause), ...entityFetches(node.elseClause)];
    case "Fetch":
      return node.requires === undefined ? [] : [node];
    case "Defer":
      return [node.primary, ...node.deferred].flatMap((part) => entityFetches(part.node));
    case undefined:
      return [];
  }
}
