import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import type { GraphQLSchema } from "graphql";
import { isAnswer, ownValue, setOwn, type Answer } from "./answer.ts";
import { mergeData } from "./merge-data.ts";
import { isOfType } from "./type-of-answer.ts";

/** What a subgraph has to know of an object to find it again; null where not all of that is there. */
export function readRequired(
  schema: GraphQLSchema,
  source: Answer,
  selections: readonly QueryPlanSelectionNode[],
): Answer | null {
  const read: Answer = {};
  for (const selection of selections) {
    if (selection.kind === "InlineFragment") {
      const { typeCondition } = selection;
      if (typeCondition === undefined || !isOfType(schema, source, typeCondition, false)) continue;
      const part = readRequired(schema, source, selection.selections);
      if (part !== null) mergeData(read, part);
      continue;
    }
    const key = selection.alias ?? selection.name;
    const value = ownValue(source, key);
    if (value === undefined) return null;
    setOwn(read, key, below(schema, value, selection.selections));
  }
  return read;
}

function below(
  schema: GraphQLSchema,
  value: unknown,
  selections: readonly QueryPlanSelectionNode[] | undefined,
): unknown {
  if (selections === undefined || !isAnswer(value)) return value;
  if (Array.isArray(value)) return value.map((item) => below(schema, item, selections));
  return readRequired(schema, value, selections);
}
