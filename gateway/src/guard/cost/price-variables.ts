import {
  isInputType,
  Kind,
  typeFromAST,
  visit,
  type DocumentNode,
  type GraphQLInputType,
  type OperationDefinitionNode,
} from "graphql";
import type { Graph } from "../../supergraph/graph.ts";
import type { CostModel } from "./cost-model.ts";
import { Weighed, weigherOf } from "./input-weight.ts";

/** What a price has of an operation's variables. */
export interface PriceVariables {
  /** Equal for variables that make no difference to the price. */
  readonly key: string;
  readonly values: Record<string, unknown>;
}

interface PricedVariable {
  readonly name: string;
  /** Present where nothing but the weight of the value matters. */
  readonly weighedAs: GraphQLInputType | undefined;
}

type PricedGraph = Pick<Graph, "apiSchema" | "costs">;

/**
 * Takes the variables apart into what a price depends on. Most are handed to a field and no more: then
 * it is what their parts weigh, and a bulk of a hundred costs what any other such bulk costs. The size
 * of a list and what a directive says need the value itself.
 */
export function priceVariables(
  graph: PricedGraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): PriceVariables {
  const values: Record<string, unknown> = {};
  let key = "";
  for (const { name, weighedAs } of pricedVariables(graph, document, operation)) {
    const value = variables[name];
    const isGiven = value !== undefined && value !== null;
    if (isGiven && weighedAs !== undefined) {
      const weight = weigherOf(graph.costs, weighedAs)?.(value) ?? 0;
      values[name] = new Weighed(weight);
      key += `${weight} `;
    } else {
      // graphql-js tells a variable that is absent from one that is undefined.
      if (value !== undefined) values[name] = value;
      key += `=${JSON.stringify(value)} `;
    }
  }
  return { key, values };
}

// Documents come from caches of parsed texts, so each is searched once.
const known = new WeakMap<PricedGraph, WeakMap<OperationDefinitionNode, PricedVariable[]>>();

function pricedVariables(
  graph: PricedGraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly PricedVariable[] {
  const ofGraph = known.get(graph) ?? new WeakMap<OperationDefinitionNode, PricedVariable[]>();
  known.set(graph, ofGraph);
  const before = ofGraph.get(operation);
  if (before !== undefined) return before;
  const needed = neededWhole(document, sizingArguments(graph.costs));
  const found = (operation.variableDefinitions ?? []).map(({ variable, type: node }) => {
    const name = variable.name.value;
    const type = needed.has(name) ? undefined : typeFromAST(graph.apiSchema, node);
    return { name, weighedAs: isInputType(type) ? type : undefined };
  });
  ofGraph.set(operation, found);
  return found;
}

/** Variables that are anything but a whole argument of a field, or one that sizes a list. */
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

/** Arguments by which any list of the graph is sized. */
const sizingArguments = ({ lists }: CostModel): ReadonlySet<string> =>
  new Set(
    [...lists.values()].flatMap(({ slicingArguments }) =>
      slicingArguments.map((path) => path.split(".")[0] ?? path),
    ),
  );
