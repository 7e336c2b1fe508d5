import type { DocumentNode } from "graphql";
import { LruCache } from "../../cache/lru-cache.ts";
import type { Graph } from "../../supergraph/graph.ts";
import type { Findings, OperationRequest } from "../operation-request.ts";
import { OperationCost, type CostOptions } from "./operation-cost.ts";

const REMEMBERED_VARIABLES = 20;
/** Longer ones are a statement or a bulk, and never come twice. */
const LONGEST_VARIABLES = 1_000;

/** Priced operations by graph and document, then by whatever else the price depends on. */
const remembered = new WeakMap<Graph, WeakMap<DocumentNode, LruCache<string, OperationCost>>>();

/** The prices of an operation's fields; a page that asks the same again finds them worked out. */
export function pricedOperation(
  request: OperationRequest,
  { document, variables }: Pick<Findings, "document" | "variables">,
  options: CostOptions,
): OperationCost {
  const { graph } = request;
  const price = () => new OperationCost(graph, { ...request, document }, variables, options);
  const given = JSON.stringify(variables);
  if (given.length > LONGEST_VARIABLES) return price();

  const ofGraph = remembered.get(graph) ?? new WeakMap();
  remembered.set(graph, ofGraph);
  const ofDocument =
    ofGraph.get(document) ?? new LruCache<string, OperationCost>(REMEMBERED_VARIABLES);
  ofGraph.set(document, ofDocument);
  const key = `${options.assumedListSize} ${request.operationName ?? ""} ${given}`;
  const known = ofDocument.get(key);
  if (known !== undefined) return known;
  const priced = price();
  ofDocument.set(key, priced);
  return priced;
}
