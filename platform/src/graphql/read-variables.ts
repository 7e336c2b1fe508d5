import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  valueFromAST,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from "graphql";
import { isExactNumber } from "../exact-json.ts";

/** Marks a value that graphql-js has to read or refuse. */
const UNSURE = Symbol("unsure");

/** Reads a value by its type and fills in defaults; returns the same object when nothing changes. */
type InputReader = (value: unknown) => unknown;

/** What becomes of a Float whose digits were kept: a gateway passes them on, a service calculates with a double. */
type LongFloats = "kept" | "doubles";

/** One declared variable: its reader and its value when it is absent. */
interface VariableReader {
  readonly name: string;
  readonly read: InputReader;
  /** UNSURE when the variable is required. */
  readonly absent: unknown;
}

const readersOfSchema = new WeakMap<GraphQLSchema, InputReaders>();
const readersOfOperation = new WeakMap<
  GraphQLSchema,
  WeakMap<OperationDefinitionNode, readonly VariableReader[] | undefined>
>();

/**
 * Reads an operation's variables when every one of them is valid; returns undefined when graphql-js has to
 * read or refuse them. Readers are cached by operation, because clients repeat operations. `longFloats` is the same for
 * every operation of a schema.
 */
export function readVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
  longFloats: LongFloats = "kept",
): Record<string, unknown> | undefined {
  const readers = readersOf(schema, operation, longFloats);
  if (readers === undefined) return undefined;
  const variables: Record<string, unknown> = {};
  for (const { name, read, absent } of readers) {
    const value = Object.hasOwn(given, name) ? read(given[name]) : absent;
    if (value === UNSURE) return undefined;
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

function readersOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  longFloats: LongFloats,
): readonly VariableReader[] | undefined {
  const ofSchema = readersOfOperation.get(schema) ?? new WeakMap();
  readersOfOperation.set(schema, ofSchema);
  if (ofSchema.has(operation)) return ofSchema.get(operation);
  const inputs = readersOfSchema.get(schema) ?? new InputReaders(longFloats);
  readersOfSchema.set(schema, inputs);
  const made = (operation.variableDefinitions ?? []).map((one) => readerOf(schema, one, inputs));
  const all = made.every((one) => one !== undefined) ? made : undefined;
  ofSchema.set(operation, all);
  return all;
}

function readerOf(
  schema: GraphQLSchema,
  { variable, type: typeNode, defaultValue }: VariableDefinitionNode,
  inputs: InputReaders,
): VariableReader | undefined {
  const name = variable.name.value;
  const type = typeFromAST(schema, typeNode);
  if (!isInputType(type) || name === "__proto__") return undefined;
  const standard = defaultValue === undefined ? undefined : valueFromAST(defaultValue, type);
  const isMissing = defaultValue === undefined && isNonNullType(type);
  return { name, read: inputs.readerOf(type), absent: isMissing ? UNSURE : standard };
}

const LARGEST_INT = 2_147_483_647;

const PLAIN_SCALARS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  [GraphQLString.name, (value) => typeof value === "string"],
  [GraphQLID.name, (value) => typeof value === "string"],
  [GraphQLBoolean.name, (value) => typeof value === "boolean"],
  [
    GraphQLFloat.name,
    (value) => Number.isFinite(isExactNumber(value) ? Number(value.rawJSON) : value),
  ],
  [GraphQLInt.name, (value) => Number.isInteger(value) && Math.abs(value as number) <= LARGEST_INT],
]);

/** Creates the reader of each type once; input object types may be recursive. */
class InputReaders {
  readonly #objects = new Map<GraphQLInputObjectType, InputReader>();
  readonly #longFloats: LongFloats;

  constructor(longFloats: LongFloats) {
    this.#longFloats = longFloats;
  }

  readerOf(type: GraphQLInputType): InputReader {
    if (isNonNullType(type)) {
      const read = this.readerOf(type.ofType);
      return (value) => (value === null ? UNSURE : read(value));
    }
    if (isListType(type)) return listReader(this.readerOf(type.ofType));
    if (isInputObjectType(type)) return this.#objectReader(type);
    if (type === GraphQLFloat && this.#longFloats === "doubles") return orNull(readDouble);
    return orNull(isEnumType(type) ? enumReader(type) : scalarReader(type));
  }

  #objectReader(type: GraphQLInputObjectType): InputReader {
    const existing = this.#objects.get(type);
    if (existing !== undefined) return existing;
    let read: InputReader | undefined;
    const reader: InputReader = (value) => {
      read ??= this.#makeObjectReader(type);
      return value === null ? null : read(value);
    };
    this.#objects.set(type, reader);
    return reader;
  }

  #makeObjectReader(type: GraphQLInputObjectType): InputReader {
    const fields = Object.values(type.getFields());
    // Under such a name graphql-js also reads inherited properties.
    const hasOddName = fields.some(({ name }) => name in Object.prototype);
    if (type.isOneOf || hasOddName) return () => UNSURE;
    const readers = new Map(fields.map((field) => [field.name, this.readerOf(field.type)]));
    const withDefault = fields.filter(({ defaultValue }) => defaultValue !== undefined);
    const required = fields.filter(
      (field) => isNonNullType(field.type) && field.defaultValue === undefined,
    );
    return objectReader(
      readers,
      required.map(({ name }) => name),
      withDefault.map(({ name, defaultValue }) => [name, defaultValue]),
    );
  }
}

const orNull =
  (read: InputReader): InputReader =>
  (value) =>
    value === null ? null : read(value);

const readDouble: InputReader = (value) => {
  const number = isExactNumber(value) ? Number(value.rawJSON) : value;
  return Number.isFinite(number) ? number : UNSURE;
};

function scalarReader(type: GraphQLScalarType): InputReader {
  const isPlain = PLAIN_SCALARS.get(type.name);
  if (isPlain !== undefined) return (value) => (isPlain(value) ? value : UNSURE);
  return (value) => {
    try {
      const parsed: unknown = value === undefined ? undefined : type.parseValue(value);
      return parsed === undefined ? UNSURE : parsed;
    } catch {
      return UNSURE;
    }
  };
}

function enumReader(type: GraphQLEnumType): InputReader {
  const values = new Map<unknown, unknown>(
    type.getValues().map(({ name, value }) => [name, value as unknown]),
  );
  return (value) => (values.has(value) ? values.get(value) : UNSURE);
}

const listReader =
  (readItem: InputReader): InputReader =>
  (value) => {
    if (value === null) return null;
    // A single value means a list of one; this is rare, so graphql-js reads it.
    if (!Array.isArray(value)) return UNSURE;
    let read: unknown[] = value;
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index];
      const own = readItem(item);
      if (own === UNSURE) return UNSURE;
      if (own === item) continue;
      if (read === value) read = [...(value as unknown[])];
      read[index] = own;
    }
    return read;
  };

const objectReader =
  (
    readers: ReadonlyMap<string, InputReader>,
    required: readonly string[],
    defaults: readonly (readonly [name: string, value: unknown])[],
  ): InputReader =>
  (value) => {
    if (!isPlainObject(value)) return UNSURE;
    let read = value;
    for (const name of Object.keys(value)) {
      const item = value[name];
      const readField = readers.get(name);
      const own = readField === undefined ? UNSURE : readField(item);
      if (own === UNSURE) return UNSURE;
      if (own === item) continue;
      if (read === value) read = { ...value };
      read[name] = own;
    }
    for (const name of required) if (!Object.hasOwn(value, name)) return UNSURE;
    for (const [name, standard] of defaults) {
      if (Object.hasOwn(value, name)) continue;
      if (read === value) read = { ...value };
      read[name] = standard;
    }
    return read;
  };

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
