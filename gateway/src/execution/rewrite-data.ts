import type { FetchDataRewrite } from "@apollo/query-planner";
import type { GraphQLSchema } from "graphql";
import { isAnswer, ownValue, setOwn, type Answer } from "./answer.ts";
import { isOfType } from "./type-of-answer.ts";

const TYPE_STEP = "... on ";

/** Renames keys and sets values in what goes to a subgraph or comes from it, where a plan says so. */
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
  if (value === undefined || value === null) return;
  setOwn(object, rewrite.renameKeyTo, value);
  object[key] = undefined;
}

/** Visits the objects a path leads to: steps are keys, or types an object has to be of. */
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
