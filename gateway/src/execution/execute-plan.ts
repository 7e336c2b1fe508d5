import type { PlanNode, QueryPlan } from "@apollo/query-planner";
import type { Answer } from "./answer.ts";
import { placeBelow, rootPlace, type Place } from "./place.ts";
import { runFetch, type FetchContext } from "./run-fetch.ts";

export interface PlanContext extends FetchContext {
  /** What a condition's variable says. */
  readonly isTrue: (variable: string) => boolean;
}

/** Asks the subgraphs as the plan says, and answers with what they said, put together. */
export async function executePlan({ node }: QueryPlan, context: PlanContext): Promise<Answer> {
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
        // One subgraph that breaks its word leaves its fields empty, and the others go on.
        context.errors.push(error as Error);
        return;
      }
    case "Defer":
      throw new Error("@defer is not served");
  }
}
