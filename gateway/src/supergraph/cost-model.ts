import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  valueFromASTUntyped,
} from "graphql";
import type { JoinedGraph } from "./join-directives.ts";
import { linkedFeatures } from "./linked-features.ts";

/** The `@listSize` of a field. */
export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Arguments that bound the list; `filter.max` looks inside an input object. */
  readonly slicingArguments: readonly string[];
  /** Fields of the returned object that hold the list; empty when the field is the list itself. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** The costs a supergraph states, by name. Absent elements have the default weight of their kind. */
export interface CostModel {
  /** `Type` */
  readonly types: ReadonlyMap<string, number>;
  /** `Type.field`, of output and input types. */
  readonly fields: ReadonlyMap<string, number>;
  /** `Type.field.argument`, and `@directive.argument`. */
  readonly arguments: ReadonlyMap<string, number>;
  /** `Type.field` */
  readonly lists: ReadonlyMap<string, ListSize>;
  /** `Type.field` and `Type` to the subgraphs that resolve it, as indexes into `subgraphs`. */
  readonly owners: ReadonlyMap<string, readonly number[]>;
  readonly subgraphs: readonly string[];
}

const COST_FEATURE = "https://specs.apollo.dev/cost";

/** Reads `@cost` and `@listSize`, under the names a supergraph imports them by, and the owner of each field. */
export function costModelOf(
  supergraph: DocumentNode,
  subgraphs: readonly JoinedGraph[],
): CostModel {
  const feature = linkedFeatures(supergraph).find(({ identity }) => identity === COST_FEATURE);
  const names = {
    cost: feature?.nameOf("cost") ?? "cost",
    listSize: feature?.nameOf("listSize") ?? "listSize",
  };
  const reading = new Reading(names, new Map(subgraphs.map(({ value }, index) => [value, index])));
  for (const definition of supergraph.definitions) reading.read(definition);
  return { ...reading.found, subgraphs: subgraphs.map(({ name }) => name) };
}

class Reading {
  readonly found = {
    types: new Map<string, number>(),
    fields: new Map<string, number>(),
    arguments: new Map<string, number>(),
    lists: new Map<string, ListSize>(),
    owners: new Map<string, number[]>(),
  };
  readonly #names: { readonly cost: string; readonly listSize: string };
  readonly #graphs: ReadonlyMap<string, number>;

  constructor(
    names: { readonly cost: string; readonly listSize: string },
    graphs: ReadonlyMap<string, number>,
  ) {
    this.#names = names;
    this.#graphs = graphs;
  }

  read(definition: DefinitionNode): void {
    if (
      definition.kind === Kind.SCALAR_TYPE_DEFINITION ||
      definition.kind === Kind.ENUM_TYPE_DEFINITION
    ) {
      this.#weigh(this.found.types, definition.name.value, definition.directives);
    } else if (
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    ) {
      const type = definition.name.value;
      this.#weigh(this.found.types, type, definition.directives);
      this.#own(type, "join__type", definition.directives);
      for (const field of definition.fields ?? []) this.#readField(type, field);
    } else if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
      for (const { name, directives } of definition.fields ?? [])
        this.#weigh(this.found.fields, `${definition.name.value}.${name.value}`, directives);
    } else if (definition.kind === Kind.DIRECTIVE_DEFINITION) {
      this.#readArguments(`@${definition.name.value}`, definition.arguments);
    }
  }

  #readField(type: string, field: FieldDefinitionNode): void {
    const name = `${type}.${field.name.value}`;
    this.#weigh(this.found.fields, name, field.directives);
    this.#own(name, "join__field", field.directives);
    this.#readArguments(name, field.arguments);
    const listSize = field.directives?.find((one) => one.name.value === this.#names.listSize);
    if (listSize !== undefined) this.found.lists.set(name, listSizeOf(listSize));
  }

  #readArguments(owner: string, list: readonly InputValueDefinitionNode[] = []): void {
    for (const argument of list)
      this.#weigh(this.found.arguments, `${owner}.${argument.name.value}`, argument.directives);
  }

  #weigh(
    weights: Map<string, number>,
    name: string,
    directives: readonly ConstDirectiveNode[] | undefined,
  ): void {
    // Weights are strings in the specification and integers in Apollo's version.
    const weight = argumentOf(directives, this.#names.cost, "weight");
    if (weight !== undefined && Number.isFinite(Number(weight))) weights.set(name, Number(weight));
  }

  #own(
    name: string,
    directive: string,
    directives: readonly ConstDirectiveNode[] | undefined,
  ): void {
    const graphs = (directives ?? []).flatMap((one) => {
      if (one.name.value !== directive) return [];
      const { graph, external } = valuesOf(one);
      const index = external === true ? undefined : this.#graphs.get(String(graph));
      return index === undefined ? [] : [index];
    });
    if (graphs.length > 0) this.found.owners.set(name, graphs);
  }
}

function listSizeOf(directive: ConstDirectiveNode): ListSize {
  const values = valuesOf(directive);
  const { assumedSize, requireOneSlicingArgument } = values;
  return {
    assumedSize: typeof assumedSize === "number" ? assumedSize : undefined,
    slicingArguments: texts(values["slicingArguments"]),
    sizedFields: texts(values["sizedFields"]),
    requireOneSlicingArgument: requireOneSlicingArgument !== false,
  };
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

const valuesOf = (directive: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );

const argumentOf = (
  directives: readonly ConstDirectiveNode[] | undefined,
  directive: string,
  argument: string,
): unknown => {
  const found = directives?.find(({ name }) => name.value === directive);
  return found === undefined ? undefined : valuesOf(found)[argument];
};
