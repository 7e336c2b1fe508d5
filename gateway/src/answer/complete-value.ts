import {
  GraphQLBoolean,
  type GraphQLCompositeType,
  type GraphQLEnumType,
  GraphQLError,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLOutputType,
  type GraphQLScalarType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
} from "graphql";
import { type Answer, isAnswer } from "./answer.ts";

/** Null where the schema forbids null: the enclosing value becomes null too. */
export const INVALID = Symbol("invalid");
/** Null, and the error is recorded. */
const BROKEN = Symbol("broken");

/** The state of shaping one answer. */
export interface Completion {
  readonly path: (string | number)[];
  readonly errors: GraphQLError[];
  /** The coerced variables, for conditions and introspection. */
  readonly variables: Record<string, unknown>;
}

/** Shapes a subgraph's value by its type in the client's schema, or returns INVALID. */
export type Completer = (value: unknown, completion: Completion) => unknown;
/** The same for an object; null where its `__typename` is no type of the schema. */
export type ObjectCompleter = (
  object: Answer,
  completion: Completion,
) => Answer | typeof INVALID | null;
type Selected = (type: GraphQLCompositeType) => ObjectCompleter;

/** The completer of a field, `Type.field`, with its selections. */
export function completerOf(type: GraphQLOutputType, field: string, selected: Selected): Completer {
  const complete = completing(type, field, selected);
  return (value, completion) => {
    const completed = complete(value, completion);
    return completed === BROKEN ? null : completed;
  };
}

function completing(type: GraphQLOutputType, field: string, selected: Selected): Completer {
  if (isNonNullType(type)) {
    const complete = completing(type.ofType, field, selected);
    return (value, completion) => {
      const completed = complete(value, completion);
      if (completed === null)
        completion.errors.push(schemaViolation(`${field} is null`, completion));
      return completed === null || completed === BROKEN ? INVALID : completed;
    };
  }
  if (isListType(type)) return listCompleter(completing(type.ofType, field, selected), field);
  if (isCompositeType(type)) return orNull(objectCompleter(selected(type), field));
  const isValid = isEnumType(type) ? enumCheck(type) : scalarCheck(type);
  return orNull((value, completion) => {
    if (isValid(value)) return value;
    completion.errors.push(schemaViolation(`${field} is not a ${type.name}`, completion));
    return BROKEN;
  });
}

const orNull =
  (complete: Completer): Completer =>
  (value, completion) =>
    value === null || value === undefined ? null : complete(value, completion);

const listCompleter = (complete: Completer, field: string): Completer =>
  orNull((value, completion) => {
    if (!Array.isArray(value)) throw new Error(`${field} is not a list`);
    let isInvalid = false;
    const items = value.map((item: unknown, index) => {
      completion.path.push(index);
      const completed = complete(item, completion);
      completion.path.pop();
      if (completed === INVALID) isInvalid = true;
      return completed === BROKEN ? null : completed;
    });
    return isInvalid ? BROKEN : items;
  });

const objectCompleter =
  (complete: ObjectCompleter, field: string): Completer =>
  (value, completion) => {
    if (!isAnswer(value)) throw new Error(`${field} is not an object`);
    const completed = complete(value, completion);
    return completed === INVALID || completed === null ? BROKEN : completed;
  };

function enumCheck(type: GraphQLEnumType): (value: unknown) => boolean {
  const names = new Set<unknown>(type.getValues().map(({ name }) => name));
  return (value) => names.has(value);
}

const isWhole = (value: unknown): boolean => Number.isInteger(value);
const isText = (value: unknown): boolean => typeof value === "string";

/** Checks a scalar's JSON value. Custom scalars are left to the subgraph that defines them. */
function scalarCheck(type: GraphQLScalarType): (value: unknown) => boolean {
  if (!isSpecifiedScalarType(type)) return () => true;
  if (type.name === GraphQLBoolean.name) return (value) => typeof value === "boolean";
  if (type.name === GraphQLInt.name) return isWhole;
  if (type.name === GraphQLFloat.name) return (value) => Number.isFinite(value);
  return type.name === GraphQLID.name ? (value) => isText(value) || isWhole(value) : isText;
}

/** A subgraph sent a value that its own schema forbids. */
export const schemaViolation = (reason: string, { path }: Completion): GraphQLError =>
  new GraphQLError(`A subgraph violated its schema: ${reason}.`, {
    path: [...path],
    extensions: { code: "INVALID_GRAPHQL" },
  });
