import type { FetchDataRewrite, QueryPlanSelectionNode } from "@apollo/query-planner";
import { type GraphQLSchema, isNonNullType, isObjectType } from "graphql";
import { type Answer, isAnswer, isOfType, mergeData, ownValue, setOwn } from "../answer/answer.ts";

/**
 * The fields that identify an object to a subgraph; undefined where one of them is absent, null where one is
 * null that must not be: another subgraph does not have the object.
 */
export function readRequired(
  schema: GraphQLSchema,
  source: Answer,
  selections: readonly QueryPlanSelectionNode[],
): Answer | null | undefined {
  const representation: Answer = {};
  let missing: null | undefined;
  for (const selection of selections) {
    if (selection.kind === "InlineFragment") {
      const { typeCondition } = selection;
      if (typeCondition === undefined || !isOfType(schema, source, typeCondition, false)) continue;
      const part = readRequired(schema, source, selection.selections);
      if (part === undefined || part === null) missing = part;
      else mergeData(schema, representation, part);
      continue;
    }
    const key = selection.alias ?? selection.name;
    const value = ownValue(source, key);
    if (value === undefined) return undefined;
    if (value === null && mustNotBeNull(schema, source, selection.name)) return null;
    setOwn(representation, key, below(schema, value, selection.selections));
  }
  return Object.keys(representation).length === 0 ? missing : representation;
}

function mustNotBeNull(schema: GraphQLSchema, { __typename }: Answer, name: string): boolean {
  const type = typeof __typename === "string" ? schema.getType(__typename) : undefined;
  return isObjectType(type) && isNonNullType(type.getFields()[name]?.type);
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

const TYPE_STEP = "... on ";

/** Applies a plan's rewrites to what a subgraph receives or sends: renamed keys and set values. */
export function rewriteData(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[] | undefined,
  value: unknown,
): void {
  for (const rewrite of rewrites ?? []) {
    const last = rewrite.path.at(-1);
    if (last === undefined) continue;
    eachAt(schema, rewrite.path.slice(0, -1), value, (object) => apply(rewrite, last, object));
  }
}

function apply(rewrite: FetchDataRewrite, key: string, object: Answer): void {
  if (rewrite.kind === "ValueSetter") {
    setOwn(object, key, rewrite.setValueTo);
    return;
  }
  const value = ownValue(object, key);
  if (value === undefined) return;
  setOwn(object, rewrite.renameKeyTo, value);
  object[key] = undefined;
}

/** Visits the objects at a path. Steps are keys, or types an object must be of. */
function eachAt(
  schema: GraphQLSchema,
  path: readonly string[],
  value: unknown,
  visit: (object: Answer) => void,
): void {
  if (!isAnswer(value)) return;
  if (Array.isArray(value)) {
    for (const item of value) eachAt(schema, path, item, visit);
    return;
  }
  const [step, ...rest] = path;
  if (step === undefined) visit(value);
  else if (!step.startsWith(TYPE_STEP)) eachAt(schema, rest, ownValue(value, step), visit);
  else if (isOfType(schema, value, step.slice(TYPE_STEP.length), true))
    eachAt(schema, rest, value, visit);
}
