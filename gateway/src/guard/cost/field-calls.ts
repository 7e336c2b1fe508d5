import {
  getNamedType,
  isAbstractType,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from "graphql";
import { selectionsOf } from "./collect-fields.ts";
import type { CostModel } from "./cost-model.ts";
import { argumentsOf, fieldCost, returnsList } from "./field-cost.ts";
import { typeWeight } from "./input-weight.ts";
import { slicesOf, type ListSize } from "./list-size.ts";

/** A field as it is called on one type. */
export interface FieldCall {
  readonly node: FieldNode;
  readonly below: readonly SelectionSetNode[];
  readonly type: GraphQLNamedType;
  readonly isList: boolean;
  /** Who is charged, as an index into the model's subgraphs. */
  readonly subgraph: number;
  /** What one call costs. */
  readonly weight: number;
  /** What one object of the answer costs. */
  readonly itemWeight: number;
  readonly listSize: ListSize | undefined;
  readonly slices: readonly number[];
}

/** The calls of one operation, priced with its variables. */
export class FieldCalls {
  readonly #schema: GraphQLSchema;
  readonly #model: CostModel;
  readonly #variables: Record<string, unknown>;
  // The collector hands out the same nodes for the same place again.
  readonly #calls = new Map<readonly FieldNode[], Map<number, FieldCall>>();

  constructor(schema: GraphQLSchema, model: CostModel, variables: Record<string, unknown>) {
    this.#schema = schema;
    this.#model = model;
    this.#variables = variables;
  }

  /** The call these nodes stand for; undefined for introspection, which is free. `around` is the subgraph of the object. */
  callOf(
    nodes: readonly FieldNode[],
    parent: GraphQLObjectType,
    around: number,
  ): FieldCall | undefined {
    const [node] = nodes;
    const field = node === undefined ? undefined : parent.getFields()[node.name.value];
    if (node === undefined || field === undefined) return undefined;
    const known = this.#calls.get(nodes)?.get(around);
    if (known !== undefined) return known;
    const type = getNamedType(field.type);
    const name = `${parent.name}.${field.name}`;
    const given = argumentsOf(field, node, this.#variables);
    const listSize = this.#model.lists.get(name);
    const call: FieldCall = {
      node,
      below: selectionsOf(nodes),
      type,
      isList: returnsList(field.type),
      subgraph: this.#ownerOf(name, parent.name, around),
      weight: fieldCost(this.#schema, this.#model, parent, field, node, given, this.#variables),
      itemWeight: this.#dearestWeight(type),
      listSize,
      slices: listSize === undefined ? [] : slicesOf(listSize, given),
    };
    const calls = this.#calls.get(nodes) ?? new Map<number, FieldCall>();
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
