import {
  type DirectiveNode,
  type FieldNode,
  getArgumentValues,
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isListType,
  isNonNullType,
  type SelectionSetNode,
} from "graphql";
import { argumentsOf, selectionsOf } from "../../operation/collect-fields.ts";
import type { CostModel, ListSize } from "../../supergraph/cost-model.ts";
import { inputCost, typeWeight } from "./input-weight.ts";

/** The call of a field on one type. */
export interface FieldCall {
  readonly node: FieldNode;
  readonly below: readonly SelectionSetNode[];
  readonly type: GraphQLNamedType;
  readonly isList: boolean;
  /** The subgraph that is charged, as an index into the model's subgraphs. */
  readonly subgraph: number;
  /** The cost of one call. */
  readonly weight: number;
  /** The cost of one object in the answer. */
  readonly itemWeight: number;
  readonly listSize: ListSize | undefined;
  readonly slices: readonly number[];
}

/** The calls of one operation, priced with its variables. */
export class FieldCalls {
  readonly #schema: GraphQLSchema;
  readonly #model: CostModel;
  readonly #variables: Record<string, unknown>;
  // The collector returns the same nodes for the same place.
  readonly #calls = new Map<readonly FieldNode[], Map<number, FieldCall>>();

  constructor(schema: GraphQLSchema, model: CostModel, variables: Record<string, unknown>) {
    this.#schema = schema;
    this.#model = model;
    this.#variables = variables;
  }

  /** The call of a field's nodes; undefined for introspection, which is free. `around` is the subgraph of the parent object. */
  callOf(
    nodes: readonly FieldNode[],
    parent: GraphQLObjectType,
    around: number,
  ): FieldCall | undefined {
    const [node] = nodes;
    const field = node === undefined ? undefined : parent.getFields()[node.name.value];
    if (node === undefined || field === undefined) return undefined;
    const cached = this.#calls.get(nodes)?.get(around);
    if (cached !== undefined) return cached;
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
      itemWeight: this.#largestWeight(type),
      listSize,
      slices: listSize === undefined ? [] : slicesOf(listSize, given),
    };
    const calls = this.#calls.get(nodes) ?? new Map<number, FieldCall>();
    this.#calls.set(nodes, calls.set(around, call));
    return call;
  }

  /** The subgraph that resolves a field: that of the parent object where it can, as in a plan. */
  #ownerOf(field: string, type: string, around: number): number {
    const owners = this.#model.owners.get(field) ?? this.#model.owners.get(type) ?? [];
    return owners.includes(around) ? around : (owners[0] ?? around);
  }

  #largestWeight(type: GraphQLNamedType): number {
    if (!isAbstractType(type)) return typeWeight(this.#model, type);
    const weights = this.#schema.getPossibleTypes(type).map((one) => typeWeight(this.#model, one));
    return Math.max(0, ...weights);
  }
}

type Values = Readonly<Record<string, unknown>>;
type Field = GraphQLField<unknown, unknown>;

/** The cost of one call: the weights of the field, its arguments and its directives; at least 0. */
function fieldCost(
  schema: GraphQLSchema,
  model: CostModel,
  parent: GraphQLObjectType,
  field: Field,
  node: FieldNode,
  given: Values,
  variables: Record<string, unknown>,
): number {
  const name = `${parent.name}.${field.name}`;
  const weight = model.fields.get(name) ?? typeWeight(model, getNamedType(field.type));
  const used = (node.arguments ?? []).map((argument) => argument.name.value);
  let cost = weight + argumentsCost(model, name, field.args, used, given);
  for (const directive of node.directives ?? [])
    cost += directiveCost(schema, model, directive, variables);
  return Math.max(0, cost);
}

function directiveCost(
  schema: GraphQLSchema,
  model: CostModel,
  node: DirectiveNode,
  variables: Record<string, unknown>,
): number {
  const directive = schema.getDirective(node.name.value);
  if (directive === undefined || directive === null) return 0;
  const given = getArgumentValues(directive, node, variables);
  return argumentsCost(model, `@${directive.name}`, directive.args, Object.keys(given), given);
}

function argumentsCost(
  model: CostModel,
  owner: string,
  definitions: readonly GraphQLArgument[],
  used: readonly string[],
  given: Values,
): number {
  let cost = 0;
  for (const name of used) {
    const definition = definitions.find((candidate) => candidate.name === name);
    const value = given[name];
    if (definition === undefined || value === undefined || value === null) continue;
    cost +=
      (model.arguments.get(`${owner}.${name}`) ??
        typeWeight(model, getNamedType(definition.type))) +
      inputCost(model, value, definition.type);
  }
  return cost;
}

/** Whether a field returns a list, nullable or not. */
const returnsList = (type: GraphQLOutputType): boolean =>
  isListType(type) || (isNonNullType(type) && isListType(type.ofType));

/** The values of a call's slicing arguments, defaults included. */
function slicesOf(
  { slicingArguments }: ListSize,
  values: Readonly<Record<string, unknown>>,
): number[] {
  return slicingArguments.flatMap((path) => {
    const value = path
      .split(".")
      .reduce<unknown>(
        (inside, name) =>
          typeof inside === "object" && inside !== null
            ? (inside as Record<string, unknown>)[name]
            : undefined,
        values,
      );
    return typeof value === "number" ? [Math.max(0, value)] : [];
  });
}
