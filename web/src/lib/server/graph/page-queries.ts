import * as generated from "../../graph/graph-types.generated.ts";
import { documentId, isQuery } from "../../graph/document-id.ts";
import type { TypedDocumentNode } from "@urql/core";

const documents = new Map<string, TypedDocumentNode>(
  Object.values(generated as Record<string, TypedDocumentNode>)
    .filter(isQuery)
    .map((document) => [documentId(document), document]),
);

/** The query of the pages with this id. Browsers send ids, so that no other query reaches the graph. */
export const pageQueryOf = (id: string): TypedDocumentNode | undefined => documents.get(id);
