import { type GraphQLError, specifiedRules, validate, type DocumentNode } from "graphql";
import { codedError, Refused } from "./refused.ts";
import type { Graph } from "../supergraph/graph.ts";

/** A document has to be valid for the graph. Who may not know the schema is suggested no names of it. */
export function refuseInvalidDocument(
  document: DocumentNode,
  graph: Graph,
  mayKnowSchema: boolean,
): void {
  const problems = validate(graph.apiSchema, document, specifiedRules, {
    hideSuggestions: !mayKnowSchema,
  });
  if (problems.length === 0) return;
  throw new Refused(
    problems.map((problem: GraphQLError) => codedError(problem, "GRAPHQL_VALIDATION_FAILED")),
  );
}
