import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  type SelectionSetNode,
} from "graphql";
import { FieldCollector } from "../../operation/collect-fields.ts";
import {
  fragmentsOf,
  operationOf,
  type OperationRequest,
} from "../../operation/operation-request.ts";
import type { CostModel, ListSize } from "../../supergraph/cost-model.ts";
import type { Graph } from "../../supergraph/graph.ts";
import { Cost } from "./cost.ts";
import { AnswerCount } from "./count-answer.ts";
import { type FieldCall, FieldCalls } from "./field-calls.ts";
import { typeWeight } from "./input-weight.ts";

/** A list sized by its parent field. */
interface Sized {
  readonly fields: readonly string[];
  readonly size: number;
}

export interface CostOptions {
  /** Items of a list without a stated size. */
  readonly assumedListSize: number;
}

/** The cost of one operation with its variables: estimated before it runs, counted after. */
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
    this.#collector = new FieldCollector(graph.apiSchema, fragmentsOf(request.document), variables);
  }

  /** The upper bound of the cost. */
  estimate(): Cost {
    this.#estimated ??= this.#estimate();
    return this.#estimated;
  }

  #estimate(): Cost {
    const cost = this.#none();
    cost.charge(this.#noSubgraph, 0, typeWeight(this.#model, this.#root));
    cost.add(this.#boundOf(this.#selections, this.#root, this.#noSubgraph, undefined));
    return cost;
  }

  /** Fields without the one slicing argument they require; complete after `estimate`. */
  get unclearLists(): readonly string[] {
    return this.#unclear;
  }

  /** The cost of an answer. */
  actual(data: unknown): Cost {
    const cost = this.#none();
    cost.charge(this.#noSubgraph, 0, typeWeight(this.#model, this.#root));
    this.#count ??= new AnswerCount(this.#schema, this.#collector, this.#calls, {
      below: this.#selections,
      type: this.#root,
      subgraph: this.#noSubgraph,
    });
    this.#count.add(cost, data);
    return cost;
  }

  #none = (): Cost => Cost.none(this.#model.subgraphs.length + 1);

  /** The index for costs of no subgraph, such as the root's. */
  get #noSubgraph(): number {
    return this.#model.subgraphs.length;
  }

  #boundOf(
    sets: readonly SelectionSetNode[],
    type: GraphQLNamedType,
    subgraph: number,
    sized: Sized | undefined,
  ): Cost {
    const key = `${this.#collector.keyOf(sets, type)}:${subgraph}:${sized?.size}:${sized?.fields.join()}`;
    const cached = this.#bounds.get(key);
    if (cached !== undefined) return cached;
    const cost = this.#none();
    if (isAbstractType(type)) {
      // The object may be of any of these types: the most expensive counts.
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

/** The most items of a list: its largest slicing argument, else the assumed size. */
const boundOf = (size: ListSize, slices: readonly number[]): number | undefined =>
  slices.length > 0 ? Math.max(...slices) : size.assumedSize;
