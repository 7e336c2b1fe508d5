import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  type GraphQLCompositeType,
  type GraphQLEnumType,
  type GraphQLOutputType,
  type GraphQLScalarType,
} from "graphql";
import { isAnswer, type Answer } from "./answer.ts";

/** Null where null may not be: what is around it becomes null, too. */
export const INVALID = Symbol("invalid");
/** Null, and the reason has been told. */
const BROKEN = Symbol("broken");

/** How one answer is put into shape. */
export interface Completion {
  readonly path: (string | number)[];
  readonly errors: GraphQLError[];
  /** The operation's variables, as its conditions and introspection have them. */
  readonly variables: Record<string, unknown>;
}

/** Gives a value of a subgraph the shape its type promises to clients, or INVALID. */
export type Completer = (value: unknown, completion: Completion) => unknown;
/** The same for an object; null where it does not say truly what it is. */
export type ObjectCompleter = (
  object: Answer,
  completion: Completion,
) => Answer | typeof INVALID | null;
type Selected = (type: GraphQLCompositeType) => ObjectCompleter;

/** The completer of a field, `Type.field`, with what is selected in it. */
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
      if (completed === null) completion.errors.push(brokenPromise(`${field} is null`, completion));
      return completed === null || completed === BROKEN ? INVALID : completed;
    };
  }
  if (isListType(type)) return listCompleter(completing(type.ofType, field, selected), field);
  if (isCompositeType(type)) return orNull(objectCompleter(selected(type), field));
  const isValid = isEnumType(type) ? enumCheck(type) : scalarCheck(type);
  return orNull((value, completion) => {
    if (isValid(value)) return value;
    completion.errors.push(brokenPromise(`${field} is no ${type.name}`, completion));
    return BROKEN;
  });
}

const orNull =
  (complete: Completer): Completer =>
  (value, completion) =>
    value === null || value === undefined ? null : complete(value, completion);

const listCompleter = (complete: Completer, field: string): Completer =>
  orNull((value, completion) => {
    if (!Array.isArray(value)) throw new Error(`${field} is no list`);
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
    if (!isAnswer(value)) throw new Error(`${field} is no object`);
    const completed = complete(value, completion);
    return completed === INVALID || completed === null ? BROKEN : completed;
  };

function enumCheck(type: GraphQLEnumType): (value: unknown) => boolean {
  const names = new Set<unknown>(type.getValues().map(({ name }) => name));
  return (value) => names.has(value);
}

const isWhole = (value: unknown): boolean => Number.isInteger(value);
const isText = (value: unknown): boolean => typeof value === "string";

/** What subgraphs may send for a scalar. One of the graph's own is theirs to know. */
function scalarCheck(type: GraphQLScalarType): (value: unknown) => boolean {
  if (!isSpecifiedScalarType(type)) return () => true;
  if (type.name === GraphQLBoolean.name) return (value) => typeof value === "boolean";
  if (type.name === GraphQLInt.name) return isWhole;
  if (type.name === GraphQLFloat.name) return (value) => Number.isFinite(value);
  return type.name === GraphQLID.name ? (value) => isText(value) || isWhole(value) : isText;
}

/** A subgraph has sent what its own schema rules out. */
export const brokenPromise = (reason: string, { path }: Completion): GraphQLError =>
  new GraphQLError(`A subgraph has broken its schema: ${reason}.`, {
    path: [...path],
    extensions: { code: "INVALID_GRAPHQL" },
  });
