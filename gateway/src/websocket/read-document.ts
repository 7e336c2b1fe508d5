import { GraphQLError, parse, type DocumentNode } from "graphql";
import { codedError, Refused } from "../guard/refused.ts";
import type { Graph } from "../supergraph/graph.ts";
import { digestOf } from "../execution/plan-operation.ts";

/** The document of a text; the same text gives the same document. Throws Refused when it does not parse. */
export function readDocument(graph: Graph, source: string, maxTokens: number): DocumentNode {
  const key = digestOf(source);
  const known = graph.documents.get(key);
  if (known !== undefined) return known;
  const document = parseDocument(source, maxTokens);
  graph.documents.set(key, document);
  return document;
}

function parseDocument(source: string, maxTokens: number): DocumentNode {
  try {
    return parse(source, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new Refused([codedError(error, "GRAPHQL_PARSE_FAILED")]);
  }
}
