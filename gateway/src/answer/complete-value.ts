import { isExactNumber } from "@allfunds/platform/exact-json";
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
  GraphQLString,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
} from "graphql";
import { type Answer, isAnswer } from "./answer.ts";
import type { ReportedPlaces } from "./reported-places.ts";

/** Null where the schema forbids null: the enclosing value becomes null too. */
export const INVALID = Symbol("invalid");
/** Null, and the error is recorded. */
const BROKEN = Symbol("broken");

/** Coerced variables by name. */
export type Variables = Record<string, unknown>;

export interface ShapedAnswer {
  readonly data: Answer | null;
  /** Values that violate the subgraphs' own schemas, and absent ones, where no subgraph's error explains them. */
  readonly errors: readonly GraphQLError[];
  /** The fragments of its objects that are sent later; none unless the shape defers. */
  readonly deferred: readonly DeferredPart[];
}

/** The fields of a deferred fragment of one object. */
export interface DeferredPart {
  /** The `label` of the fragment's `@defer`. */
  readonly label: string;
  /** The path of the object in the answer. */
  readonly path: readonly (string | number)[];
  /** Shapes the fields once the subgraphs sent them; null where the schema forbids a null. */
  readonly shape: (variables: Variables, errors: readonly GraphQLError[]) => ShapedAnswer;
}

/** The state of shaping one answer. */
export interface Completion {
  readonly path: (string | number)[];
  readonly errors: GraphQLError[];
  /** The places whose nulls the subgraphs explained. */
  readonly reported: () => ReportedPlaces;
  /** The coerced variables, for conditions and introspection. */
  readonly variables: Variables;
  /** Collects the fragments that are shaped later. */
  readonly deferred: DeferredPart[];
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
      if (completed === null) reportViolation(`${field} is null`, completion);
      return completed === null || completed === BROKEN ? INVALID : completed;
    };
  }
  if (isListType(type)) return listCompleter(completing(type.ofType, field, selected), field);
  if (isCompositeType(type)) return orNull(objectCompleter(selected(type), field));
  const coerce = isEnumType(type) ? enumCoercion(type) : scalarCoercion(type);
  return orNull((value, completion) => {
    const coerced = coerce(value);
    return coerced === undefined
      ? broken(`${field} is not a valid ${type.name}`, completion)
      : coerced;
  });
}

const orNull =
  (complete: Completer): Completer =>
  (value, completion) =>
    value === null || value === undefined ? null : complete(value, completion);

const listCompleter = (complete: Completer, field: string): Completer =>
  orNull((value, completion) => {
    if (!Array.isArray(value)) return broken(`${field} is not a list`, completion);
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
    if (!isAnswer(value) || Array.isArray(value) || isExactNumber(value))
      return broken(`${field} is not an object`, completion);
    const completed = complete(value, completion);
    return completed === INVALID || completed === null ? BROKEN : completed;
  };

/** A JSON value as the specification coerces a type's results; undefined when it is none. */
type Coercion = (value: unknown) => unknown;

function enumCoercion(type: GraphQLEnumType): Coercion {
  const names = new Set<unknown>(type.getValues().map(({ name }) => name));
  return (value) => (names.has(value) ? value : undefined);
}

const only =
  (isValid: (value: unknown) => boolean): Coercion =>
  (value) =>
    isValid(value) ? value : undefined;

const isNotInfinite = (value: unknown): boolean =>
  isExactNumber(value) || typeof value === "number" ? isFloat(value) : true;

const isFloat = (value: unknown): boolean =>
  Number.isFinite(isExactNumber(value) ? Number(value.rawJSON) : value);

const COERCIONS: ReadonlyMap<string, Coercion> = new Map([
  [GraphQLBoolean.name, only((value) => typeof value === "boolean")],
  [GraphQLString.name, only((value) => typeof value === "string")],
  [GraphQLInt.name, only(isInt)],
  [GraphQLFloat.name, only(isFloat)],
  [GraphQLID.name, (value) => (typeof value === "string" ? value : wholeText(value))],
]);

/** Custom scalars are left to the subgraph that defines them; clients would read a number beyond doubles as infinite. */
const scalarCoercion = (type: GraphQLScalarType): Coercion =>
  COERCIONS.get(type.name) ?? only(isNotInfinite);

const LARGEST_INT = 2_147_483_647;

function isInt(value: unknown): boolean {
  if (!Number.isInteger(value)) return false;
  return (value as number) <= LARGEST_INT && (value as number) >= -LARGEST_INT - 1;
}

/** A whole number as text: subgraphs may send an ID as one. */
function wholeText(value: unknown): string | undefined {
  if (isExactNumber(value)) return /^-?\d+$/.test(value.rawJSON) ? value.rawJSON : undefined;
  return Number.isInteger(value) ? String(value) : undefined;
}

/** A list of thousands needs no thousand errors. */
const MAX_VIOLATIONS = 100;

function broken(reason: string, completion: Completion): typeof BROKEN {
  reportViolation(reason, completion);
  return BROKEN;
}

/** Records that a subgraph sent what its own schema forbids, unless its error explains it. */
export function reportViolation(reason: string, { path, errors, reported }: Completion): void {
  if (errors.length >= MAX_VIOLATIONS || reported().has(path)) return;
  errors.push(
    new GraphQLError(`A subgraph violated its schema: ${reason}.`, {
      path: [...path],
      extensions: { code: "UPSTREAM_INVALID" },
    }),
  );
}
