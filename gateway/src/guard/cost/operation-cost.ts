import {
  getNamedType,
  isAbstractType,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from "graphql";
import type { Graph } from "../../supergraph/graph.ts";
import { fragmentsOf, operationOf, type OperationRequest } from "../operation-request.ts";
import { FieldCollector, selectionsOf } from "./collect-fields.ts";
import { Cost } from "./cost.ts";
import type { CostModel } from "./cost-model.ts";
import { argumentsOf, fieldCost, returnsList, typeWeight } from "./field-cost.ts";
import { boundOf, slicesOf, type ListSize } from "./list-size.ts";

/** A list whose length the field around it decides. */
interface Sized {
  readonly fields: readonly string[];
  readonly size: number;
}

/** A place in the answer where objects stand. */
interface Place {
  readonly below: readonly SelectionSetNode[];
  readonly type: GraphQLNamedType;
  readonly subgraph: number;
  /** What is to be counted of an object of each type; made when the first one comes. */
  readonly counted: Map<GraphQLObjectType, readonly Counted[]>;
}

/** A field that costs something in itself or below. */
interface Counted {
  readonly key: string;
  readonly call: Call;
  readonly itemWeight: number;
}

/** A field as it is called on one type. */
interface Call extends Place {
  readonly node: FieldNode;
  readonly isList: boolean;
  /** What one call costs. */
  readonly weight: number;
  readonly listSize: ListSize | undefined;
  readonly slices: readonly number[];
}

export interface CostOptions {
  /** Items of a list that says nothing about its size. */
  readonly assumedListSize: number;
}

/** The cost of one operation with its variables: bounded before it runs, counted after. */
export class OperationCost {
  readonly #schema: GraphQLSchema;
  readonly #model: CostModel;
  readonly #variables: Record<string, unknown>;
  readonly #options: CostOptions;
  readonly #collector: FieldCollector;
  readonly #root: GraphQLObjectType;
  readonly #selections: readonly SelectionSetNode[];
  readonly #bounds = new Map<string, Cost>();
  // The collector hands out the same nodes for the same place again.
  readonly #calls = new Map<readonly FieldNode[], Map<number, Call>>();
  readonly #unclear: string[] = [];

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
    this.#variables = variables;
    this.#options = options;
    this.#root = root;
    this.#selections = [operation.selectionSet];
    this.#collector = new FieldCollector(graph.apiSchema, fragmentsOf(request.document), variables);
  }

  /** The most the operation can cost. */
  estimate(): Cost {
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
    const place = {
      below: this.#selections,
      type: this.#root,
      subgraph: this.#nobody,
      counted: new Map(),
    };
    this.#count(data, place, cost);
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
        this.#addBound(cost, this.#call(nodes, parent, subgraph), sized);
    }
    this.#bounds.set(key, cost);
    return cost;
  }

  #addBound(cost: Cost, call: Call | undefined, sized: Sized | undefined): void {
    if (call === undefined) return;
    const own = call.listSize === undefined ? undefined : this.#listBound(call.listSize, call);
    const passedOn = call.listSize !== undefined && call.listSize.sizedFields.length > 0;
    const fromAround = sized?.fields.includes(call.node.name.value) === true ? sized.size : own;
    const items = call.isList
      ? ((passedOn ? undefined : fromAround) ?? this.#options.assumedListSize)
      : 1;
    cost.charge(call.subgraph, call.weight, items * this.#dearestWeight(call.type));
    if (call.below.length === 0) return;
    const inside: Sized | undefined =
      passedOn && own !== undefined
        ? { fields: call.listSize?.sizedFields ?? [], size: own }
        : undefined;
    cost.add(this.#boundOf(call.below, call.type, call.subgraph, inside), items);
  }

  #listBound(listSize: ListSize, call: Call): number {
    if (
      listSize.requireOneSlicingArgument &&
      listSize.slicingArguments.length > 0 &&
      call.slices.length !== 1
    )
      this.#unclear.push(call.node.name.value);
    return boundOf(listSize, call.slices) ?? this.#options.assumedListSize;
  }

  /** Walks the whole answer, so it does nothing twice and skips what is free. */
  #count(value: unknown, place: Place, cost: Cost): void {
    if (typeof value !== "object" || value === null) return;
    const data = value as Record<string, unknown>;
    const concrete = this.#concrete(place.type, data, place.below);
    for (const { key, call, itemWeight } of this.#countedOf(place, concrete)) {
      const answer = data[key];
      if (answer === undefined) continue;
      cost.charge(call.subgraph, call.weight, 0);
      this.#countItems(answer, call, itemWeight, cost);
    }
  }

  #countItems(answer: unknown, call: Call, itemWeight: number, cost: Cost): void {
    if (answer === null) return;
    if (Array.isArray(answer)) {
      for (const item of answer) this.#countItems(item, call, itemWeight, cost);
      return;
    }
    cost.charge(call.subgraph, 0, itemWeight);
    if (call.below.length > 0) this.#count(answer, call, cost);
  }

  #countedOf(place: Place, concrete: GraphQLObjectType): readonly Counted[] {
    const known = place.counted.get(concrete);
    if (known !== undefined) return known;
    const counted: Counted[] = [];
    for (const [key, nodes] of this.#collector.collect(place.below, concrete)) {
      const call = this.#call(nodes, concrete, place.subgraph);
      if (call === undefined) continue;
      const itemWeight = this.#dearestWeight(call.type);
      if (call.weight > 0 || itemWeight !== 0 || call.below.length > 0)
        counted.push({ key, call, itemWeight });
    }
    place.counted.set(concrete, counted);
    return counted;
  }

  /** The type an object of the answer has: what it says it is, else the one whose fields it has. */
  #concrete(
    type: GraphQLNamedType,
    data: Record<string, unknown>,
    sets: readonly SelectionSetNode[],
  ): GraphQLObjectType {
    if (!isAbstractType(type)) return type as GraphQLObjectType;
    const possible = this.#schema.getPossibleTypes(type);
    const named = possible.find(({ name }) => name === data["__typename"]);
    const fitting = possible.find((candidate) => {
      const fields = this.#collector.collect(sets, candidate);
      return (
        fields.size === Object.keys(data).length &&
        Object.keys(data).every((key) => fields.has(key))
      );
    });
    return (named ?? fitting ?? possible[0]) as GraphQLObjectType;
  }

  #call(nodes: readonly FieldNode[], parent: GraphQLObjectType, around: number): Call | undefined {
    const [node] = nodes;
    const field = node === undefined ? undefined : parent.getFields()[node.name.value];
    if (node === undefined || field === undefined) return undefined;
    const known = this.#calls.get(nodes)?.get(around);
    if (known !== undefined) return known;
    const name = `${parent.name}.${field.name}`;
    const given = argumentsOf(field, node, this.#variables);
    const listSize = this.#model.lists.get(name);
    const call: Call = {
      node,
      below: selectionsOf(nodes),
      counted: new Map(),
      type: getNamedType(field.type),
      isList: returnsList(field.type),
      subgraph: this.#ownerOf(name, parent.name, around),
      weight: fieldCost(this.#schema, this.#model, parent, field, node, given, this.#variables),
      listSize,
      slices: listSize === undefined ? [] : slicesOf(listSize, given),
    };
    const calls = this.#calls.get(nodes) ?? new Map<number, Call>();
    this.#calls.set(nodes, calls.set(around, call));
    return call;
  }

  /** The subgraph that gives a field: the one we are at where it can, as a plan would have it. */
  #ownerOf(field: string, type: string, around: number): number {
    const owners = this.#model.owners.get(field) ?? this.#model.owners.get(type) ?? [];
    return owners.includes(around) ? around : (owners[0] ?? around);
  }

  #dearestWeight(type: GraphQLNamedType): number {
    if (!isAbstractType(type)) return typeWeight(this.#model, type);
    const weights = this.#schema.getPossibleTypes(type).map((one) => typeWeight(this.#model, one));
    return Math.max(0, ...weights);
  }
}
