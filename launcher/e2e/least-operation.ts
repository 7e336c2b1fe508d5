import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
} from "graphql";
import { randomUUID } from "node:crypto";

/** Ids of things that are there, by their type: ways to fields that are no root fields. */
export type KnownIds = Readonly<Record<string, string>>;

/** What a document needs of an operation of the access table. */
export interface LeastOperation {
  readonly root: "query" | "mutation" | "subscription";
  readonly selection: string;
}

/** The shortest selection with an operation of the access table, such as `Query.fund` or `Fund.metrics`. */
export function leastOperation(
  schema: GraphQLSchema,
  operation: string,
  ids: KnownIds,
): LeastOperation {
  const [typeName = "", fieldName = ""] = operation.split(".");
  const type = schema.getType(typeName);
  const field = type !== undefined && "getFields" in type ? type.getFields()[fieldName] : undefined;
  if (field === undefined || !("args" in field)) throw new Error(`there is no ${operation}`);
  const below = isLeafType(getNamedType(field.type)) ? "" : " { __typename }";
  const selected = `${fieldName}${argumentsOf(field.args)}${below}`;
  const root = typeName.charAt(0).toLowerCase() + typeName.slice(1);
  if (root === "query" || root === "mutation" || root === "subscription") {
    return { root, selection: selected };
  }
  return { root: "query", selection: `${root}(id: "${ids[typeName] ?? ""}") { ${selected} }` };
}

function argumentsOf(args: readonly GraphQLArgument[]): string {
  const needed = args.filter(isNeeded).map(({ name, type }) => `${name}: ${literal(type)}`);
  return needed.length === 0 ? "" : `(${needed.join(", ")})`;
}

const isNeeded = ({ type, defaultValue }: GraphQLArgument | GraphQLInputField): boolean =>
  isNonNullType(type) && defaultValue === undefined;

const LITERALS: Readonly<Record<string, () => string>> = {
  // Of nothing that exists: what is allowed is to come to nothing.
  ID: () => `"${randomUUID()}"`,
  Int: () => "1",
  SafeInt: () => "1",
  Float: () => "1",
  Boolean: () => "true",
  Date: () => `"2026-01-31"`,
  DateTime: () => `"2026-01-31T00:00:00Z"`,
  Decimal: () => `"1.00"`,
  JSON: () => "{}",
};

function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type)) return `[${literal(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? "";
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isNeeded);
    return `{ ${fields.map((field) => `${field.name}: ${literal(field.type)}`).join(", ")} }`;
  }
  return LITERALS[type.name]?.() ?? `"-"`;
}
