import type { DocumentNode } from "graphql";
import { LruCache } from "../../cache/lru-cache.ts";
import type { Graph } from "../../supergraph/graph.ts";
import { operationOf, type Findings, type OperationRequest } from "../operation-request.ts";
import { OperationCost, type CostOptions } from "./operation-cost.ts";
import { priceVariables } from "./price-variables.ts";

const REMEMBERED_PRICES = 20;
/** Longer ones are a list of everything somebody has, and never come twice. */
const LONGEST_KEY = 1_000;

/** Priced operations by graph and document, then by whatever else the price depends on. */
const remembered = new WeakMap<Graph, WeakMap<DocumentNode, LruCache<string, OperationCost>>>();

/** The prices of an operation's fields; whoever asks what costs the same again finds them worked out. */
export function pricedOperation(
  request: OperationRequest,
  { document, variables }: Pick<Findings, "document" | "variables">,
  options: CostOptions,
): OperationCost {
  const { graph } = request;
  const priced = { ...request, document };
  const { key, values } = priceVariables(graph, document, operationOf(priced), variables);
  const price = () => new OperationCost(graph, priced, values, options);
  if (key.length > LONGEST_KEY) return price();

  const ofGraph = remembered.get(graph) ?? new WeakMap();
  remembered.set(graph, ofGraph);
  const ofDocument =
    ofGraph.get(document) ?? new LruCache<string, OperationCost>(REMEMBERED_PRICES);
  ofGraph.set(document, ofDocument);
  const whole = `${options.assumedListSize} ${request.operationName ?? ""} ${key}`;
  const known = ofDocument.get(whole);
  if (known !== undefined) return known;
  const operation = price();
  ofDocument.set(whole, operation);
  return operation;
}
