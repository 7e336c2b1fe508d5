import { createRequest, type TypedDocumentNode } from "@urql/core";
import type { DocumentNode, OperationDefinitionNode } from "graphql";

/**
 * The id under which the web server accepts a document of the pages: the name of its operation and a hash of
 * its text. Browser and server derive it in the same way, so a page of an earlier version is refused.
 */
export function documentId(document: DocumentNode): string {
  const { query } = createRequest(document as TypedDocumentNode, {});
  const { __key: key = 0 } = query as { __key?: number };
  const hash = (key >>> 0).toString(16).padStart(8, "0");
  return `${operationOf(document)?.name?.value ?? "anonymous"}.${hash}`;
}

/** Whether the document reads and writes nothing. */
export const isQuery = (document: DocumentNode): boolean =>
  `${operationOf(document)?.operation}` === "query";

// By its shape: the browser does not load the library that enumerates the kinds.
function operationOf({ definitions }: DocumentNode): OperationDefinitionNode | undefined {
  return definitions.find(
    (definition): definition is OperationDefinitionNode => "operation" in definition,
  );
}
