import {
  getArgumentValues,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type DirectiveNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from "graphql";
import type { CostModel } from "./cost-model.ts";

type Values = Readonly<Record<string, unknown>>;
type Field = GraphQLField<unknown, unknown>;

/** The weight of a type: what is stated, else 1 for what has fields and 0 for a value. */
export const typeWeight = (model: CostModel, type: GraphQLNamedType): number =>
  model.types.get(type.name) ?? (isCompositeType(type) || isInputObjectType(type) ? 1 : 0);

/** What one call of a field costs: its own weight, its arguments' and its directives', and never less than 0. */
export function fieldCost(
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

/** The coerced arguments of a call, defaults included. */
export const argumentsOf = (
  field: Field,
  node: FieldNode,
  variables: Record<string, unknown>,
): Values => (field.args.length === 0 ? {} : getArgumentValues(field, node, variables));

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

/** What the fields of a given input cost, at all its levels. */
function inputCost(model: CostModel, value: unknown, type: GraphQLInputType): number {
  if (isNonNullType(type)) return inputCost(model, value, type.ofType);
  if (isListType(type)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.reduce<number>((sum, item) => sum + inputCost(model, item, type.ofType), 0);
  }
  if (!isInputObjectType(type) || typeof value !== "object" || value === null) return 0;
  let cost = 0;
  for (const [name, inside] of Object.entries(value)) {
    const field = type.getFields()[name];
    if (field === undefined || inside === undefined || inside === null) continue;
    cost +=
      (model.fields.get(`${type.name}.${name}`) ?? typeWeight(model, getNamedType(field.type))) +
      inputCost(model, inside, field.type);
  }
  return cost;
}

/** Whether a field returns a list, whatever may be null about it. */
export const returnsList = (type: GraphQLOutputType): boolean =>
  isListType(type) || (isNonNullType(type) && isListType(type.ofType));
