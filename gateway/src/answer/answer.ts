import { isExactNumber } from "@allfunds/platform/exact-json";
import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from "graphql";

/** An object in a subgraph's answer. */
export type Answer = Record<string, unknown>;

export const isAnswer = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null;

/** The value of an own key. A client may name a field `constructor`, which objects inherit. */
export const ownValue = (of: object, key: string): unknown =>
  Object.hasOwn(of, key) ? (of as Answer)[key] : undefined;

const WRITABLE = { configurable: true, enumerable: true, writable: true };

const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Sets an own key, also one that objects inherit. */
export function setOwn(of: Answer, key: string, value: unknown): void {
  if (INHERITED.has(key) && !Object.hasOwn(of, key))
    Object.defineProperty(of, key, { ...WRITABLE, value });
  else of[key] = value;
}

/** Merges the fields one subgraph sent for an object into the fields of the others. */
export function mergeData(schema: GraphQLSchema, into: Answer, from: Answer): void {
  for (const key of Object.keys(from)) {
    const value = from[key];
    if (value === undefined) continue;
    const present = ownValue(into, key);
    if (isAnswer(value) && isAnswer(present) && areAlike(value, present))
      mergeData(schema, present, value);
    else if (key !== "__typename" || !isLessConcrete(schema, value, present))
      setOwn(into, key, value);
  }
}

/** A subgraph with an interface object calls every object by the interface's name. */
const isLessConcrete = (schema: GraphQLSchema, name: unknown, present: unknown): boolean =>
  name !== present && isConcrete(schema, present) && !isConcrete(schema, name);

/** Whether a `__typename` names an object type. */
export const isConcrete = (schema: GraphQLSchema, name: unknown): name is string =>
  typeof name === "string" && isObjectType(schema.getType(name));

/** Lists of one length hold the same objects; an array's keys are its indexes. */
function areAlike(one: Answer, other: Answer): boolean {
  if (isExactNumber(one) || isExactNumber(other)) return false;
  return Array.isArray(one)
    ? Array.isArray(other) && one.length === other.length
    : !Array.isArray(other);
}

/** A copy of JSON data. */
export function copyOf(value: unknown): unknown {
  if (!isAnswer(value) || isExactNumber(value)) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Answer = {};
  for (const key of Object.keys(value)) setOwn(copy, key, copyOf(value[key]));
  return copy;
}

/** Whether an object is of a type, by its `__typename`; `untyped` is the result where it has none. */
export function isOfType(
  schema: GraphQLSchema,
  { __typename: named }: Answer,
  condition: string,
  untyped: boolean,
): boolean {
  if (typeof named !== "string" || named === "") return untyped;
  if (named === condition) return true;
  const type = schema.getType(named);
  const wanted = schema.getType(condition);
  return (
    isAbstractType(wanted) &&
    (isObjectType(type) || isInterfaceType(type)) &&
    schema.isSubType(wanted, type)
  );
}
