import {
  type DocumentNode,
  type GraphQLInputType,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  visit,
} from "graphql";
import { ownValue } from "../../answer/answer.ts";
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

/** What is found once for a document in a graph. */
interface DocumentPrices {
  readonly variables: Map<OperationDefinitionNode, readonly PricedVariable[]>;
  /** By everything else that the price depends on. */
  readonly prices: LruCache<string, OperationCost>;
}

const ofDocuments = new WeakPairMap<Graph, DocumentNode, DocumentPrices>();

/** The prices of an operation's fields, cached for requests of the same price. */
export function pricedOperation(
  request: OperationRequest,
  { document, variables }: Pick<Findings, "document" | "variables">,
  options: CostOptions,
): OperationCost {
  const { graph, operationName } = request;
  const ofDocument = ofDocuments.get(graph, document, () => ({
    variables: new Map(),
    prices: new LruCache(MAX_PRICES),
  }));
  const operation = operationOf({ document, operationName });
  const priced = ofDocument.variables.get(operation) ?? pricedVariables(graph, document, operation);
  ofDocument.variables.set(operation, priced);
  const { key, values } = priceVariables(graph, priced, variables);
  const price = () => new OperationCost(graph, { ...request, document }, values, options);
  if (key.length > MAX_KEY_LENGTH) return price();

  const whole = `${options.assumedListSize} ${operationName ?? ""} ${key}`;
  const cached = ofDocument.prices.get(whole);
  if (cached !== undefined) return cached;
  const made = price();
  ofDocument.prices.set(whole, made);
  return made;
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
  priced: readonly PricedVariable[],
  variables: Readonly<Record<string, unknown>>,
): PriceVariables {
  const values: Record<string, unknown> = {};
  let key = "";
  for (const { name, weighedAs } of priced) {
    const value = ownValue(variables, name);
    const isGiven = value !== undefined && value !== null;
    if (isGiven && weighedAs !== undefined) {
      const weight = weigherOf(graph.costs, weighedAs)?.(value) ?? 0;
      values[name] = new Weighed(weight);
      key += `${weight} `;
    } else {
      // graphql-js distinguishes an absent variable from an undefined one.
      if (value !== undefined) values[name] = value;
      key += typeof value === "number" ? `=${value} ` : `=${JSON.stringify(value)} `;
    }
  }
  return { key, values };
}

function pricedVariables(
  graph: PricedGraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly PricedVariable[] {
  const whole = neededWhole(document, sizingArguments(graph.costs));
  return (operation.variableDefinitions ?? []).map(({ variable, type: node }) => {
    const name = variable.name.value;
    const type = whole.has(name) ? undefined : typeFromAST(graph.apiSchema, node);
    return { name, weighedAs: isInputType(type) ? type : undefined };
  });
}

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
