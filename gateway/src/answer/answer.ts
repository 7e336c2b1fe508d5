import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from "graphql";

/** An object in a subgraph's answer. */
export type Answer = Record<string, unknown>;

export const isAnswer = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null;

/** The value of an own key. A client may name a field `constructor`, which objects inherit. */
export const ownValue = (of: object, key: string): unknown =>
  Object.hasOwn(of, key) ? (of as Answer)[key] : undefined;

const WRITABLE = { configurable: true, enumerable: true, writable: true };

/** Sets an own key, also one that objects inherit. */
export function setOwn(of: Answer, key: string, value: unknown): void {
  if (key in of && !Object.hasOwn(of, key)) Object.defineProperty(of, key, { ...WRITABLE, value });
  else of[key] = value;
}

/** Merges the fields one subgraph sent for an object into the fields of the others. */
export function mergeData(into: Answer, from: Answer): void {
  for (const key of Object.keys(from)) {
    const value = from[key];
    if (value === undefined) continue;
    const present = ownValue(into, key);
    if (isAnswer(value) && isAnswer(present) && areAlike(value, present)) mergeData(present, value);
    else setOwn(into, key, value);
  }
}

/** Lists of one length hold the same objects; an array's keys are its indexes. */
const areAlike = (one: Answer, other: Answer): boolean =>
  Array.isArray(one) ? Array.isArray(other) && one.length === other.length : !Array.isArray(other);

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
