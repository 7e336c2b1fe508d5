import {
  execute,
  getNamedType,
  GraphQLFloat,
  getOperationAST,
  isInputObjectType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLSchema,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type TypeNode,
} from "graphql";
import { inSpan, isTracing } from "../telemetry/tracing.ts";
import { JsonScalar, noteAsRead } from "./scalars.ts";
import { readVariables } from "./read-variables.ts";

// The platform's scalar that accepts any value unchanged.
const ANY_VALUE: NamedTypeNode = {
  kind: Kind.NAMED_TYPE,
  name: { kind: Kind.NAME, value: JsonScalar.name },
};

/**
 * Executes a query or mutation with graphql-js, whose reading of variables dominates the cost of large bulks.
 * Valid variables are read here and passed through. Invalid ones go to graphql-js, which reports the errors.
 */
export function executeOperation(args: ExecutionArgs): ReturnType<typeof execute> {
  if (!isTracing()) return execute(withVariablesRead(args));
  const operation = getOperationAST(args.document, args.operationName);
  return inSpan(spanNameOf(operation), {}, async ({ set }) => {
    const result = await execute(withVariablesRead(args));
    if (result.errors !== undefined) set({ "graphql.error.count": result.errors.length });
    return result;
  });
}

const spanNameOf = (operation: OperationDefinitionNode | null | undefined): string =>
  operation ? `${operation.operation} ${operation.name?.value ?? ""}`.trim() : "operation";

function withVariablesRead(args: ExecutionArgs): ExecutionArgs {
  const { schema, document } = args;
  const operation = getOperationAST(document, args.operationName);
  const taking = operation && documentTakingAnyValue(schema, document, operation);
  if (!taking) return args;
  const given = args.variableValues ?? {};
  const variableValues = readVariables(schema, operation, given, "doubles");
  if (variableValues !== undefined) Object.values(variableValues).forEach(noteAsRead);
  return variableValues === undefined ? args : { ...args, document: taking, variableValues };
}

const documents = new WeakMap<OperationDefinitionNode, DocumentNode | undefined>();

/** The document with variables of any type, which graphql-js does not coerce; undefined without input objects. */
function documentTakingAnyValue(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode | undefined {
  if (documents.has(operation)) return documents.get(operation);
  const taking = takesInputObject(schema, operation)
    ? withVariablesOfAnyType(document, operation)
    : undefined;
  documents.set(operation, taking);
  return taking;
}

function takesInputObject(schema: GraphQLSchema, operation: OperationDefinitionNode): boolean {
  const hasAnyValue = schema.getType(ANY_VALUE.name.value) !== undefined;
  const takes = ({ type }: { readonly type: TypeNode }): boolean => {
    const named = getNamedType(typeFromAST(schema, type));
    // graphql-js takes no number for a Float whose digits were kept.
    return isInputObjectType(named) || named === GraphQLFloat;
  };
  return hasAnyValue && (operation.variableDefinitions ?? []).some(takes);
}

function withVariablesOfAnyType(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode {
  const variableDefinitions = (operation.variableDefinitions ?? []).map(({ kind, variable }) => ({
    kind,
    variable,
    type: ANY_VALUE,
  }));
  return {
    ...document,
    definitions: document.definitions.map((definition) =>
      definition === operation ? { ...operation, variableDefinitions } : definition,
    ),
  };
}
