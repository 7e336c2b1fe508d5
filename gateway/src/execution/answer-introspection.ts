import {
  executeSync,
  Kind,
  OperationTypeNode,
  type FieldNode,
  type FragmentDefinitionNode,
} from "graphql";
import type { ClientOperation } from "./client-operation.ts";

const OWN_FIELDS = new Set(["__schema", "__type"]);

export const isIntrospection = ([node]: readonly FieldNode[]): boolean =>
  node !== undefined && OWN_FIELDS.has(node.name.value);

/** What a field says of the schema clients see: no subgraph is asked for that. */
export function answerIntrospection(
  { schema, document, operation }: ClientOperation,
  key: string,
  nodes: readonly FieldNode[],
  variableValues: Record<string, unknown>,
): unknown {
  const { data, errors } = executeSync({
    schema,
    variableValues,
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        {
          ...operation,
          operation: OperationTypeNode.QUERY,
          selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
        },
        ...document.definitions.filter(
          (definition): definition is FragmentDefinitionNode =>
            definition.kind === Kind.FRAGMENT_DEFINITION,
        ),
      ],
    },
  });
  if (errors?.[0] !== undefined) throw errors[0];
  return data?.[key];
}
