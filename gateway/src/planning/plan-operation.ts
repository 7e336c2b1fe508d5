import { AppError } from "@allfunds/contract/errors";
import { operationFromDocument } from "@apollo/federation-internals";
import type { QueryPlan } from "@apollo/query-planner";
import {
  getOperationAST,
  Kind,
  print,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { AnswerShape } from "../answer/shape-answer.ts";
import { LruCache } from "../cache/lru-cache.ts";
import { WeakPairMap } from "../cache/weak-pair-map.ts";
import type { Findings } from "../operation/findings.ts";
import { isCondition } from "../operation/collect-fields.ts";
import { digestOf, fragmentsOf } from "../operation/operation-request.ts";
import type { Graph } from "../supergraph/graph.ts";
import {
  fetchEmptySelections,
  protectPlannerKeys,
  protectPlannerVariables,
  type RenamedKeys,
} from "./planner-document.ts";

/** An operation prepared to run any number of times with any variables. */
export interface PlannedOperation {
  readonly plan: QueryPlan;
  readonly operation: OperationDefinitionNode;
  readonly shape: AnswerShape;
  readonly renamed: RenamedKeys | undefined;
}

const MAX_PLANS = 1_000;

/** The plans of a graph by the digest of the text that runs, so that equal texts share one plan. */
const plansByText = new WeakMap<Graph, LruCache<string, PlannedOperation>>();

// Parsed documents are cached too, and a lookup by document needs no digest of its text.
const plansByDocument = new WeakPairMap<Graph, DocumentNode, Map<string, PlannedOperation>>();

/** The plan for one operation of a document; planned once for each graph and text. */
export function planOperation(
  graph: Graph,
  { document, withheldFields }: Pick<Findings, "document" | "withheldFields">,
  source: string,
  operationName: string | undefined,
): PlannedOperation {
  const name = operationName ?? "";
  const ofDocument = plansByDocument.get(graph, document, () => new Map());
  const cached = ofDocument.get(name);
  if (cached !== undefined) return cached;

  // Callers may have different fields of one document, so the key is the text that runs.
  const text = withheldFields === undefined ? source : print(document);
  const key = `${digestOf(text)}/${name}`;
  const ofGraph = plansByText.get(graph) ?? new LruCache<string, PlannedOperation>(MAX_PLANS);
  plansByText.set(graph, ofGraph);
  const planned = ofGraph.get(key) ?? plan(graph, document, operationName);
  ofGraph.set(key, planned);
  ofDocument.set(name, planned);
  return planned;
}

/** Whether an operation selects a field that the gateway does not answer itself, whatever its variables are. */
function needsSubgraphs(
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
): boolean {
  const fragments = fragmentsOf(document);
  const seen = new Set<SelectionSetNode>();
  const isAsked = (set: SelectionSetNode): boolean => {
    if (seen.has(set)) return false;
    seen.add(set);
    return set.selections.some((selection) => {
      if (selection.directives?.some(isCondition) === true) return false;
      if (selection.kind === Kind.FIELD) return !selection.name.value.startsWith("__");
      if (selection.kind === Kind.INLINE_FRAGMENT) return isAsked(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      return fragment !== undefined && isAsked(fragment.selectionSet);
    });
  };
  return isAsked(selectionSet);
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
  const plan = graph.planner.buildQueryPlan(
    operationFromDocument(graph.federatedApiSchema, fetchEmptySelections(document), named),
  );
  if (plan.node === undefined && needsSubgraphs(document, operation))
    throw new AppError("INTERNAL_ERROR", "The operation cannot be planned.", {
      detail: "the plan of an operation with fields of subgraphs is empty",
    });
  return {
    plan,
    operation,
    shape: new AnswerShape({ schema: graph.apiSchema, document, operation }),
    renamed,
  };
}
