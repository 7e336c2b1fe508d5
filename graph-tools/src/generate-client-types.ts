import { codegen } from "@graphql-codegen/core";
import * as typedDocumentNode from "@graphql-codegen/typed-document-node";
import * as typescriptOperations from "@graphql-codegen/typescript-operations";
import { Kind, parse, validate } from "graphql";
import type { DocumentNode, GraphQLError, Source } from "graphql";
import type { GraphClient } from "./clients.ts";
import { generatedFile, TYPE_SETTINGS, type PublicSchema } from "./codegen-settings.ts";
import { liveTexts, textDocuments } from "./text-documents.ts";

/**
 * The TypeScript file of a client: the types of variables and result of each of its operations, the
 * enums and inputs they use, and the operations as typed documents. Throws with every fault of its
 * documents when they do not fit the schema.
 */
export async function generateClientTypes(
  schema: PublicSchema,
  client: GraphClient,
  sources: readonly Source[],
): Promise<string> {
  const document = readDocuments(schema, sources);
  const generated = await codegen({
    schema: schema.document,
    schemaAst: schema.ast,
    filename: client.output,
    documents: [{ location: client.documents, document }],
    config: TYPE_SETTINGS,
    ...pluginsFor(client),
  });
  return generatedFile(generated);
}

function pluginsFor({ send }: GraphClient) {
  if (send.as === "text") {
    return {
      plugins: [{ types: {} }, { documents: {} }],
      pluginMap: { types: typescriptOperations, documents: textDocuments },
    };
  }
  if (send.as === "live") return { plugins: [{ texts: {} }], pluginMap: { texts: liveTexts } };
  const settings = {
    documentMode: "graphQLTag",
    gqlImport: `${send.library}#gql`,
    documentNodeImport: `${send.library}#TypedDocumentNode`,
    pureMagicComment: true,
  };
  return {
    plugins: [{ types: {} }, { documents: settings }],
    pluginMap: { types: typescriptOperations, documents: typedDocumentNode },
  };
}

/** All documents of a client as one that is valid on the schema. */
function readDocuments({ ast }: PublicSchema, sources: readonly Source[]): DocumentNode {
  const definitions = sources.flatMap((source) => parse(source).definitions);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  const faults = validate(ast, document);
  if (faults.length === 0) return document;
  throw new Error(faults.map(describeFault).join("\n"));
}

const describeFault = ({ message, nodes, locations }: GraphQLError): string =>
  `${nodes?.[0]?.loc?.source.name}:${locations?.[0]?.line}: ${message}`;
