import {
  getDirectiveValues,
  getNamedType,
  GraphQLDirective,
  GraphQLInt,
  GraphQLList,
  GraphQLString,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type SelectionSetNode,
} from "graphql";

const COST = new GraphQLDirective({
  name: "cost",
  locations: [],
  args: { weight: { type: GraphQLInt } },
});
const LIST_SIZE = new GraphQLDirective({
  name: "listSize",
  locations: [],
  args: {
    assumedSize: { type: GraphQLInt },
    slicingArguments: { type: new GraphQLList(GraphQLString) },
    sizedFields: { type: new GraphQLList(GraphQLString) },
  },
});

/** Items of a list without a stated size, as the gateway takes them. */
const ASSUMED_SIZE = 20;

interface Points {
  readonly field: number;
  readonly type: number;
}

/**
 * The points of a field by the rules of the gateway: the larger of what its calls, with their input objects, and its
 * objects cost.
 */
export function pointsOf(parent: GraphQLObjectType, field: FieldNode, input: number): number {
  const { field: calls, type } = costOf(parent, field, undefined);
  return Math.max(calls + input, type);
}

function costOf(parent: GraphQLObjectType, node: FieldNode, sized: number | undefined): Points {
  const field = parent.getFields()[node.name.value];
  if (field === undefined) throw new Error(`${parent.name} has no ${node.name.value}`);
  const type = getNamedType(field.type);
  const isComposite = isObjectType(type);
  const list = sizeOf(field, node);
  const items = isList(field) ? (sized ?? list?.size ?? ASSUMED_SIZE) : 1;
  const own = {
    field: weightOf(field) ?? (isComposite ? 1 : 0),
    type: isComposite ? items * (weightOf(type) ?? 1) : 0,
  };
  if (!isComposite || node.selectionSet === undefined) return own;
  const below = fieldsOf(node.selectionSet).map((child) =>
    costOf(type, child, list?.fields.includes(child.name.value) === true ? list.size : undefined),
  );
  return {
    field: below.reduce((sum, cost) => sum + items * cost.field, own.field),
    type: below.reduce((sum, cost) => sum + items * cost.type, own.type),
  };
}

const fieldsOf = ({ selections }: SelectionSetNode): FieldNode[] =>
  selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection] : []));

function isList({ type }: GraphQLField<unknown, unknown>): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function weightOf({ astNode }: Pick<GraphQLObjectType, "astNode">): number | undefined;
function weightOf({ astNode }: Pick<GraphQLField<unknown, unknown>, "astNode">): number | undefined;
function weightOf({ astNode }: { readonly astNode?: unknown }): number | undefined {
  const node = (astNode ?? {}) as Parameters<typeof getDirectiveValues>[1];
  const weight = getDirectiveValues(COST, node)?.["weight"];
  return typeof weight === "number" ? weight : undefined;
}

function sizeOf(field: GraphQLField<unknown, unknown>, node: FieldNode) {
  const values = field.astNode ? getDirectiveValues(LIST_SIZE, field.astNode) : undefined;
  if (values === undefined) return undefined;
  const slicing = (values["slicingArguments"] ?? []) as string[];
  const sizes = slicing.flatMap((name) => {
    const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (given?.kind === Kind.INT) return [Number(given.value)];
    const byDefault = field.args.find((argument) => argument.name === name)?.defaultValue;
    return typeof byDefault === "number" ? [byDefault] : [];
  });
  const assumed = values["assumedSize"];
  const size = sizes.length > 0 ? Math.max(...sizes) : assumed;
  return {
    size: typeof size === "number" ? size : ASSUMED_SIZE,
    fields: (values["sizedFields"] ?? []) as string[],
  };
}
