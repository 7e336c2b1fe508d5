import {
  execute,
  getNamedType,
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
import { JsonScalar } from "./scalars.ts";
import { readVariables } from "./variables/read-variables.ts";

// This platform's scalar that takes any value as it is.
const ANY_VALUE: NamedTypeNode = {
  kind: Kind.NAMED_TYPE,
  name: { kind: Kind.NAME, value: JsonScalar.name },
};

/**
 * Executes a query or mutation as graphql-js does, which would spend more time on reading a bulk's
 * variables than on all the rest: where they fit, they are read here, and it takes them as they are. What
 * does not fit it reads itself, and says what is wrong.
 */
export const executeOperation = (args: ExecutionArgs): ReturnType<typeof execute> =>
  execute(withVariablesRead(args));

function withVariablesRead(args: ExecutionArgs): ExecutionArgs {
  const { schema, document } = args;
  const operation = getOperationAST(document, args.operationName);
  const taking = operation && documentTakingAnyValue(schema, document, operation);
  if (!taking) return args;
  const variableValues = readVariables(schema, operation, args.variableValues ?? {});
  return variableValues === undefined ? args : { ...args, document: taking, variableValues };
}

const documents = new WeakMap<OperationDefinitionNode, DocumentNode | undefined>();

/** The document with variables of any type, which are not read again; undefined where it is not worth it. */
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
  const takes = ({ type }: { readonly type: TypeNode }): boolean =>
    isInputObjectType(getNamedType(typeFromAST(schema, type)));
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
