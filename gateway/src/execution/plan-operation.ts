import { createHash } from "node:crypto";
import { operationFromDocument } from "@apollo/federation-internals";
import type { QueryPlan } from "@apollo/query-planner";
import { getOperationAST, print, type DocumentNode, type OperationDefinitionNode } from "graphql";
import type { Findings } from "../guard/operation-request.ts";
import type { Graph } from "../supergraph/graph.ts";
import { fetchEmptySelections } from "./fetch-empty-selections.ts";
import { protectPlannerVariables } from "./protect-planner-variables.ts";
import { protectPlannerKeys, type RenamedKeys } from "./protect-planner-keys.ts";
import { AnswerShape } from "./shape-answer.ts";

/** An operation made ready to run any number of times, whatever its variables. */
export interface PlannedOperation {
  readonly plan: QueryPlan;
  readonly operation: OperationDefinitionNode;
  readonly shape: AnswerShape;
  readonly renamed: RenamedKeys | undefined;
}

/** The plan for one operation of a document; the same text gets the same plan without planning again. */
export function planOperation(
  graph: Graph,
  { document, withheldFields }: Pick<Findings, "document" | "withheldFields">,
  source: string,
  operationName: string | undefined,
): PlannedOperation {
  const name = operationName ?? "";
  const ofDocument = plansOf(graph, document);
  const known = ofDocument.get(name);
  if (known !== undefined) return known;

  // What was taken out for one caller may be left in for another: the text that runs is the key.
  const text = withheldFields === undefined ? source : print(document);
  const key = `${digestOf(text)}/${name}`;
  const planned = graph.plans.get(key) ?? plan(graph, document, operationName);
  graph.plans.set(key, planned);
  ofDocument.set(name, planned);
  return planned;
}

type PlansOfDocument = Map<string, PlannedOperation>;

// Parsed documents are remembered too, and finding one's plans by itself needs no digest of its text.
const remembered = new WeakMap<Graph, WeakMap<DocumentNode, PlansOfDocument>>();

function plansOf(graph: Graph, document: DocumentNode): PlansOfDocument {
  const ofGraph = remembered.get(graph) ?? new WeakMap<DocumentNode, PlansOfDocument>();
  remembered.set(graph, ofGraph);
  const ofDocument = ofGraph.get(document) ?? new Map<string, PlannedOperation>();
  ofGraph.set(document, ofDocument);
  return ofDocument;
}

function plan(
  graph: Graph,
  client: DocumentNode,
  operationName: string | undefined,
): PlannedOperation {
  const { document, renamed } = protectPlannerKeys(
    protectPlannerVariables(client),
    graph.plannerKeys,
  );
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined)
    throw new Error("the guard lets no document pass without its operation");
  const named = operationName === undefined ? {} : { operationName };
  return {
    plan: graph.planner.buildQueryPlan(
      operationFromDocument(graph.federatedApiSchema, fetchEmptySelections(document), named),
    ),
    operation,
    shape: new AnswerShape({ schema: graph.apiSchema, document, operation }),
    renamed,
  };
}

/** The SHA-256 of a document's text, hexadecimal: how caches name an operation. */
export const digestOf = (source: string): string =>
  createHash("sha256").update(source).digest("hex");
