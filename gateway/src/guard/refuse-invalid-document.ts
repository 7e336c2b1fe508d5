import { type DocumentNode, type GraphQLError, specifiedRules, validate } from "graphql";
import { noDeferredRootFields, uniqueDeferLabels } from "./defer-rules.ts";
import { codedError, Refused } from "../operation/refusal.ts";
import type { Graph } from "../supergraph/graph.ts";

const RULES = [...specifiedRules, uniqueDeferLabels, noDeferredRootFields];

/** Refuses a document that is not valid for the graph. Callers who may not read the schema receive no suggestions. */
export function refuseInvalidDocument(
  document: DocumentNode,
  graph: Graph,
  mayReadSchema: boolean,
): void {
  const problems = validate(graph.apiSchema, document, RULES, {
    hideSuggestions: !mayReadSchema,
  });
  if (problems.length === 0) return;
  throw new Refused(
    problems.map((problem: GraphQLError) => codedError(problem, "GRAPHQL_VALIDATION_FAILED")),
  );
}
