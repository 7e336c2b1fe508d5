import {
  isAbstractType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from "graphql";
import type { Graph } from "../../supergraph/graph.ts";
import { fragmentsOf, operationOf, type OperationRequest } from "../operation-request.ts";
import { FieldCollector } from "./collect-fields.ts";
import { Cost } from "./cost.ts";
import type { CostModel } from "./cost-model.ts";
import { AnswerCount, type Place } from "./count-answer.ts";
import { FieldCalls, type FieldCall } from "./field-calls.ts";
import { typeWeight } from "./input-weight.ts";
import { boundOf, type ListSize } from "./list-size.ts";

/** A list whose length the field around it decides. */
interface Sized {
  readonly fields: readonly string[];
  readonly size: number;
}

export interface CostOptions {
  /** Items of a list that says nothing about its size. */
  readonly assumedListSize: number;
}

/** The cost of one operation with its variables: bounded before it runs, counted after. */
export class OperationCost {
  readonly #schema: GraphQLSchema;
  readonly #model: CostModel;
  readonly #options: CostOptions;
  readonly #collector: FieldCollector;
  readonly #root: GraphQLObjectType;
  readonly #selections: readonly SelectionSetNode[];
  readonly #bounds = new Map<string, Cost>();
  readonly #calls: FieldCalls;
  readonly #unclear: string[] = [];
  readonly #place: Place;
  #count: AnswerCount | undefined;
  #estimated: Cost | undefined;

  constructor(
    graph: Pick<Graph, "apiSchema" | "costs">,
    request: OperationRequest,
    variables: Record<string, unknown>,
    options: CostOptions,
  ) {
    const operation = operationOf(request);
    const root = graph.apiSchema.getRootType(operation.operation);
    if (root === undefined || root === null) throw new Error("a valid operation has a root type");
    this.#schema = graph.apiSchema;
    this.#model = graph.costs;
    this.#calls = new FieldCalls(graph.apiSchema, graph.costs, variables);
    this.#options = options;
    this.#root = root;
    this.#selections = [operation.selectionSet];
    this.#place = { below: this.#selections, type: root, subgraph: graph.costs.subgraphs.length };
    this.#collector = new FieldCollector(graph.apiSchema, fragmentsOf(request.document), variables);
  }

  /** The most the operation can cost. */
  estimate(): Cost {
    this.#estimated ??= this.#estimate();
    return this.#estimated;
  }

  #estimate(): Cost {
    const cost = this.#none();
    cost.charge(this.#nobody, 0, typeWeight(this.#model, this.#root));
    cost.add(this.#boundOf(this.#selections, this.#root, this.#nobody, undefined));
    return cost;
  }

  /** Fields that have to be given exactly one of their slicing arguments and are not; known after `estimate`. */
  get unclearLists(): readonly string[] {
    return this.#unclear;
  }

  /** What an answer did cost. */
  actual(data: unknown): Cost {
    const cost = this.#none();
    cost.charge(this.#nobody, 0, typeWeight(this.#model, this.#root));
    this.#count ??= new AnswerCount(this.#schema, this.#collector, this.#calls);
    this.#count.add(cost, data, this.#place);
    return cost;
  }

  #none = (): Cost => Cost.none(this.#model.subgraphs.length + 1);

  /** Where costs go that no subgraph has, such as that of the root itself. */
  get #nobody(): number {
    return this.#model.subgraphs.length;
  }

  #boundOf(
    sets: readonly SelectionSetNode[],
    type: GraphQLNamedType,
    subgraph: number,
    sized: Sized | undefined,
  ): Cost {
    const key = `${this.#collector.keyOf(sets, type)}:${subgraph}:${sized?.size}:${sized?.fields.join()}`;
    const known = this.#bounds.get(key);
    if (known !== undefined) return known;
    const cost = this.#none();
    if (isAbstractType(type)) {
      // Which type it will be is not known: the dearest.
      for (const possible of this.#schema.getPossibleTypes(type))
        cost.widen(this.#boundOf(sets, possible, subgraph, sized));
    } else {
      const parent = type as GraphQLObjectType;
      for (const nodes of this.#collector.collect(sets, parent).values())
        this.#addBound(cost, this.#calls.callOf(nodes, parent, subgraph), sized);
    }
    this.#bounds.set(key, cost);
    return cost;
  }

  #addBound(cost: Cost, call: FieldCall | undefined, sized: Sized | undefined): void {
    if (call === undefined) return;
    const own = call.listSize === undefined ? undefined : this.#listBound(call.listSize, call);
    const passedOn = call.listSize !== undefined && call.listSize.sizedFields.length > 0;
    const fromAround = sized?.fields.includes(call.node.name.value) === true ? sized.size : own;
    const items = call.isList
      ? ((passedOn ? undefined : fromAround) ?? this.#options.assumedListSize)
      : 1;
    cost.charge(call.subgraph, call.weight, items * call.itemWeight);
    if (call.below.length === 0) return;
    const inside: Sized | undefined =
      passedOn && own !== undefined
        ? { fields: call.listSize?.sizedFields ?? [], size: own }
        : undefined;
    cost.add(this.#boundOf(call.below, call.type, call.subgraph, inside), items);
  }

  #listBound(listSize: ListSize, call: FieldCall): number {
    if (
      listSize.requireOneSlicingArgument &&
      listSize.slicingArguments.length > 0 &&
      call.slices.length !== 1
    )
      this.#unclear.push(call.node.name.value);
    return boundOf(listSize, call.slices) ?? this.#options.assumedListSize;
  }
}
