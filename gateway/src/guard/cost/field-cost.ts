import {
  getArgumentValues,
  getNamedType,
  isListType,
  isNonNullType,
  type DirectiveNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from "graphql";
import type { CostModel } from "./cost-model.ts";
import { inputCost, typeWeight } from "./input-weight.ts";

type Values = Readonly<Record<string, unknown>>;
type Field = GraphQLField<unknown, unknown>;

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

/** Whether a field returns a list, whatever may be null about it. */
export const returnsList = (type: GraphQLOutputType): boolean =>
  isListType(type) || (isNonNullType(type) && isListType(type.ofType));
