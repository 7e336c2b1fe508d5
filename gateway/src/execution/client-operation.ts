import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";

/** An operation with the document it stands in and the schema its client sees. */
export interface ClientOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}
