import type { FetchNode } from "@apollo/query-planner";
import type { GraphQLSchema } from "graphql";
import { type Answer, isAnswer, isOfType, ownValue } from "../answer/answer.ts";
import { pathsTo, type Place } from "./place.ts";

/** Objects whose fields get the same values from around them. */
export interface ContextGroup {
  /** Their indexes at the place. */
  readonly indexes: ReadonlySet<number>;
  /** The values by the variables of the fetch. */
  readonly variables: Readonly<Answer>;
}

/** Steps up, in the path of a value: to the object around. */
const UP = "..";
const TYPE_STEP = "... on ";

/**
 * The objects at a place by the values that `@fromContext` gives to the arguments of a fetch. A request has one
 * value for each of its variables, so that each group is fetched by itself; undefined without such arguments.
 */
export function contextGroups(
  schema: GraphQLSchema,
  { contextRewrites = [] }: FetchNode,
  place: Place,
): readonly ContextGroup[] | undefined {
  if (contextRewrites.length === 0) return undefined;
  const groups = new Map<string, { indexes: Set<number>; variables: Answer }>();
  for (const [index, path] of pathsTo(place).entries()) {
    const around = objectsOn(place.root, path);
    const variables: Answer = {};
    for (const { path: steps, renameKeyTo } of contextRewrites) {
      const value = valueAt(schema, around, steps);
      if (value !== undefined) variables[renameKeyTo] = value;
    }
    const key = JSON.stringify(variables);
    const group = groups.get(key) ?? { indexes: new Set(), variables };
    groups.set(key, group);
    group.indexes.add(index);
  }
  return [...groups.values()];
}

/** The objects on a path, from the root to the one at its end; lists are no levels. */
function objectsOn(root: Answer, path: readonly (string | number)[]): Answer[] {
  const objects = [root];
  let at: unknown = root;
  for (const step of path) {
    at = isAnswer(at) ? ownValue(at, String(step)) : undefined;
    if (isAnswer(at) && !Array.isArray(at)) objects.push(at);
  }
  return objects;
}

function valueAt(
  schema: GraphQLSchema,
  around: readonly Answer[],
  steps: readonly string[],
): unknown {
  const levels = steps.filter((step) => step === UP).length;
  let at: unknown = around.at(-1 - levels);
  for (const step of steps.slice(levels)) {
    if (!isAnswer(at)) return at === null ? null : undefined;
    if (!step.startsWith(TYPE_STEP)) at = ownValue(at, step);
    else if (!isOfType(schema, at, step.slice(TYPE_STEP.length), true)) return undefined;
  }
  return at;
}
