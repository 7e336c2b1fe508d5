import {
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from "graphql";

/** An operation of the schema with everything in it that names something. */
export interface Probe {
  readonly kind: "query" | "mutation" | "subscription";
  readonly field: string;
  readonly document: string;
  /** Variables with these ids wherever an id is taken. */
  readonly variables: (ids: ReadonlyMap<string, string>) => Record<string, unknown>;
}

const SAMPLES: Readonly<Record<string, unknown>> = {
  Date: "2026-06-30",
  DateTime: "2026-06-30T12:00:00.000Z",
  Decimal: "1.00",
  SafeInt: 1,
  Int: 1,
  Float: 1,
  Boolean: true,
  JSON: {},
  Cursor: undefined,
};
const TEXTS: Readonly<Record<string, string>> = {
  currency: "EUR",
  content: "date;amount",
  eventTypes: "TransactionPosted",
  url: "https://hooks.example/in",
  name: "note.txt",
  contentBase64: "bm90ZQ==",
  hash: "0".repeat(64),
  isin: "IE00B4L5Y983",
  taxCountry: "LU",
  timeZone: "Europe/Luxembourg",
  cutOffTime: "15:00",
};

const ANSWER_DEPTH = 2;

type Ids = ReadonlyMap<string, string>;

/** Every query, mutation and subscription that the schema has, with each id it can take. */
export function probesOf(schema: GraphQLSchema): Probe[] {
  const roots = [
    ["query", schema.getQueryType()],
    ["mutation", schema.getMutationType()],
    ["subscription", schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([kind, root]) =>
    Object.values(root?.getFields() ?? {})
      .filter(({ name }) => !name.startsWith("_"))
      .map((field) => {
        const declared = field.args.map(({ name, type }) => `$${name}: ${String(type)}`);
        const passed = field.args.map(({ name }) => `${name}: $${name}`);
        const inner = selectionOf(field.type, ANSWER_DEPTH);
        const call = passed.length > 0 ? `${field.name}(${passed.join(", ")})` : field.name;
        const head = declared.length > 0 ? `${kind} (${declared.join(", ")})` : kind;
        return {
          kind,
          field: field.name,
          document: `${head} { ${call} ${inner} }`,
          variables: (ids: Ids) =>
            Object.fromEntries(field.args.map((arg) => [arg.name, sample(arg, ids, 0)])),
        };
      }),
  );
}

/** What an answer has without arguments: fields that take none, to some depth. */
function selectionOf(output: GraphQLOutputType, depth: number): string {
  const type = getNamedType(output);
  if (!isObjectType(type)) return isLeafType(type) ? "" : "{ __typename }";
  const fields = Object.values(type.getFields())
    .filter((field) => field.args.length === 0)
    .filter((field) => depth > 0 || isLeafType(getNamedType(field.type)))
    .map((field) => `${field.name} ${selectionOf(field.type, depth - 1)}`);
  return `{ __typename ${fields.join(" ")} }`;
}

function sample(slot: GraphQLArgument | GraphQLInputField, ids: Ids, index: number): unknown {
  const isRequired = isNonNullType(slot.type);
  return sampleOf(slot.type, slot.name, ids, index, isRequired);
}

function sampleOf(
  type: GraphQLInputType,
  name: string,
  ids: Ids,
  index: number,
  isRequired: boolean,
): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType, name, ids, index, true);
  if (isListType(type)) {
    // The tenant of the probes has declared none.
    if (name === "dimensions") return undefined;
    // Two of each: a posting needs two sides.
    return [0, 1].map((each) => sampleOf(type.ofType, name, ids, each, isRequired));
  }
  if (isInputObjectType(type)) return sampleObject(type, ids, index);
  if (type.name === "ID") return ids.get(name) ?? ids.get("other");
  if (!isRequired) return undefined;
  if (isEnumType(type)) {
    const values = type.getValues();
    return values[index % values.length]?.name;
  }
  if (type.name === "String") return TEXTS[name] ?? "text";
  return SAMPLES[type.name];
}

const sampleObject = (type: GraphQLInputObjectType, ids: Ids, index: number): object =>
  Object.fromEntries(
    Object.values(type.getFields()).map((field) => [field.name, sample(field, ids, index)]),
  );
