import {
  type DocumentNode,
  type GraphQLInputType,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  visit,
} from "graphql";
import { LruCache } from "../../cache/lru-cache.ts";
import { WeakPairMap } from "../../cache/weak-pair-map.ts";
import type { Findings } from "../../operation/findings.ts";
import { operationOf, type OperationRequest } from "../../operation/operation-request.ts";
import type { CostModel } from "../../supergraph/cost-model.ts";
import type { Graph } from "../../supergraph/graph.ts";
import { Weighed, weigherOf } from "./input-weight.ts";
import { type CostOptions, OperationCost } from "./operation-cost.ts";

const MAX_PRICES = 20;
/** Longer keys are unlikely to come again. */
const MAX_KEY_LENGTH = 1_000;

/** Priced operations by graph and document, then by everything else the price depends on. */
const prices = new WeakPairMap<Graph, DocumentNode, LruCache<string, OperationCost>>();

/** The prices of an operation's fields, cached for requests of the same price. */
export function pricedOperation(
  request: OperationRequest,
  { document, variables }: Pick<Findings, "document" | "variables">,
  options: CostOptions,
): OperationCost {
  const { graph } = request;
  const priced = { ...request, document };
  const { key, values } = priceVariables(graph, document, operationOf(priced), variables);
  const price = () => new OperationCost(graph, priced, values, options);
  if (key.length > MAX_KEY_LENGTH) return price();

  const ofDocument = prices.get(graph, document, () => new LruCache(MAX_PRICES));
  const whole = `${options.assumedListSize} ${request.operationName ?? ""} ${key}`;
  const cached = ofDocument.get(whole);
  if (cached !== undefined) return cached;
  const operation = price();
  ofDocument.set(whole, operation);
  return operation;
}

/** The part of an operation's variables that its price depends on. */
interface PriceVariables {
  /** Equal for variables of the same price. */
  readonly key: string;
  readonly values: Record<string, unknown>;
}

interface PricedVariable {
  readonly name: string;
  /** Present where only the weight of the value matters. */
  readonly weighedAs: GraphQLInputType | undefined;
}

type PricedGraph = Pick<Graph, "apiSchema" | "costs">;

/**
 * Reduces the variables to what a price depends on. For most, which are only passed to a field, that is their
 * weight: one bulk of a hundred items costs as much as another. List sizes and directives need the value.
 */
function priceVariables(
  graph: PricedGraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): PriceVariables {
  const values: Record<string, unknown> = {};
  let key = "";
  for (const { name, weighedAs } of pricedVariablesOf(graph, document, operation)) {
    const value = variables[name];
    const isGiven = value !== undefined && value !== null;
    if (isGiven && weighedAs !== undefined) {
      const weight = weigherOf(graph.costs, weighedAs)?.(value) ?? 0;
      values[name] = new Weighed(weight);
      key += `${weight} `;
    } else {
      // graphql-js distinguishes an absent variable from an undefined one.
      if (value !== undefined) values[name] = value;
      key += `=${JSON.stringify(value)} `;
    }
  }
  return { key, values };
}

// Parsed documents are cached, so each operation is searched once.
const pricedVariables = new WeakPairMap<
  PricedGraph,
  OperationDefinitionNode,
  readonly PricedVariable[]
>();

const pricedVariablesOf = (
  graph: PricedGraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly PricedVariable[] =>
  pricedVariables.get(graph, operation, () => {
    const whole = neededWhole(document, sizingArguments(graph.costs));
    return (operation.variableDefinitions ?? []).map(({ variable, type: node }) => {
      const name = variable.name.value;
      const type = whole.has(name) ? undefined : typeFromAST(graph.apiSchema, node);
      return { name, weighedAs: isInputType(type) ? type : undefined };
    });
  });

/** Variables whose value matters: those that are not a whole argument of a field, or that size a list. */
function neededWhole(document: DocumentNode, sizing: ReadonlySet<string>): ReadonlySet<string> {
  const needed = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Field: {
      enter: (field) => ({
        ...field,
        arguments: (field.arguments ?? []).filter(
          ({ name, value }) => value.kind !== Kind.VARIABLE || sizing.has(name.value),
        ),
      }),
    },
    Variable: ({ name }) => {
      needed.add(name.value);
    },
  });
  return needed;
}

/** The arguments that size lists in the graph. */
const sizingArguments = ({ lists }: CostModel): ReadonlySet<string> =>
  new Set(
    [...lists.values()].flatMap(({ slicingArguments }) =>
      slicingArguments.map((path) => path.split(".")[0] ?? path),
    ),
  );
