import {
  type GraphQLError,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
  type DocumentNode,
} from "graphql";
import { codedError, Refused } from "./refused.ts";
import type { Graph } from "../supergraph/graph.ts";

/** A document has to be valid for the graph. With introspection off, the refusal suggests no names either. */
export function refuseInvalidDocument(
  document: DocumentNode,
  graph: Graph,
  introspection: boolean,
): void {
  const rules = introspection
    ? specifiedRules
    : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const problems = validate(graph.apiSchema, document, rules, { hideSuggestions: !introspection });
  if (problems.length === 0) return;
  throw new Refused(
    problems.map((problem: GraphQLError) => codedError(problem, "GRAPHQL_VALIDATION_FAILED")),
  );
}
