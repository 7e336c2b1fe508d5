import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
} from "graphql";
import { digestOf } from "../execution/plan-operation.ts";
import type { Graph } from "../supergraph/graph.ts";

export interface DocumentRules {
  readonly introspection: boolean;
  readonly maxTokens: number;
}

/** A document that parses and is valid for the graph, or the coded reasons why it is not. */
export function readDocument(
  graph: Graph,
  source: string,
  rules: DocumentRules,
): DocumentNode | readonly GraphQLError[] {
  const key = digestOf(source);
  const known = graph.documents.get(key);
  if (known !== undefined) return known;

  const document = parseDocument(source, rules.maxTokens);
  if (document instanceof GraphQLError) return [document];
  const checks = rules.introspection
    ? specifiedRules
    : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const problems = validate(graph.apiSchema, document, checks, {
    hideSuggestions: !rules.introspection,
  });
  if (problems.length > 0)
    return problems.map((problem) => coded(problem, "GRAPHQL_VALIDATION_FAILED"));
  graph.documents.set(key, document);
  return document;
}

function parseDocument(source: string, maxTokens: number): DocumentNode | GraphQLError {
  try {
    return parse(source, { maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError) return coded(error, "GRAPHQL_PARSE_FAILED");
    throw error;
  }
}

const coded = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { ...error.extensions, code },
  });
