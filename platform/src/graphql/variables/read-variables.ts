import {
  isInputType,
  isNonNullType,
  typeFromAST,
  valueFromAST,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from "graphql";
import { InputReaders, UNSURE, type InputReader } from "./read-input.ts";

/** One declared variable: how it is read, and what stands for it where it is not given. */
interface VariableReader {
  readonly name: string;
  readonly read: InputReader;
  /** UNSURE where it has to be given. */
  readonly absent: unknown;
}

const readersOfSchema = new WeakMap<GraphQLSchema, InputReaders>();
const readersOfOperation = new WeakMap<
  GraphQLSchema,
  WeakMap<OperationDefinitionNode, readonly VariableReader[] | undefined>
>();

/**
 * The variables as the schema has them, in the plain case that every one of them fits as it is or by
 * its default; undefined in every other, which is for graphql-js to judge. Operations come again and
 * again, so what can be known of one without its variables is worked out once.
 */
export function readVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const readers = readersOf(schema, operation);
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
): readonly VariableReader[] | undefined {
  const ofSchema = readersOfOperation.get(schema) ?? new WeakMap();
  readersOfOperation.set(schema, ofSchema);
  if (ofSchema.has(operation)) return ofSchema.get(operation);
  const inputs = readersOfSchema.get(schema) ?? new InputReaders();
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
