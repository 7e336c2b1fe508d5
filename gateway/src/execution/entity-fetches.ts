import type { FetchNode, PlanNode, QueryPlan } from "@apollo/query-planner";
import { fetchesOf } from "../supergraph/plan-fetches.ts";

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

const withContexts = new WeakMap<QueryPlan, boolean>();

/** Whether a fetch of a plan has arguments from the objects around its entities. */
export function usesContexts(plan: QueryPlan): boolean {
  const known = withContexts.get(plan);
  if (known !== undefined) return known;
  const uses = entityFetches(plan.node as PlanNode | undefined).some(
    ({ contextRewrites = [] }) => contextRewrites.length > 0,
  );
  withContexts.set(plan, uses);
  return uses;
}

const entityFetches = (node: PlanNode | undefined): FetchNode[] =>
  fetchesOf(node).filter(({ requires }) => requires !== undefined);
