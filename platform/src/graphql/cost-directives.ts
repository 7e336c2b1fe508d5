import { Kind, parse, visit, type ConstDirectiveNode, type FieldDefinitionNode } from "graphql";

/** The default cost of a mutation: high, because it writes while others wait. */
const MUTATION_WEIGHT = 10;

const parseDirective = (text: string): ConstDirectiveNode => {
  const document = parse(`scalar Carrier ${text}`, { noLocation: true });
  const [carrier] = document.definitions;
  const found = carrier?.kind === Kind.SCALAR_TYPE_DEFINITION ? carrier.directives?.[0] : undefined;
  if (found === undefined) throw new Error(`"${text}" is not a directive.`);
  return found;
};

const SIZED_BY_FIRST = parseDirective(
  `@listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"], requireOneSlicingArgument: false)`,
);
const WRITES = parseDirective(`@cost(weight: ${MUTATION_WEIGHT})`);

/**
 * Adds the cost directives that follow from the conventions of every subgraph, so no resolver can omit them:
 * a connection holds at most `first` items, and a mutation has a cost.
 */
export function stateCosts(sdl: string): ReturnType<typeof parse> {
  return visit(parse(sdl, { noLocation: true }), {
    ObjectTypeDefinition(type) {
      const isMutation = type.name.value === "Mutation";
      const fields = type.fields?.map((field) => {
        const added = [
          ...(isSizedByFirst(field) && !has(field, "listSize") ? [SIZED_BY_FIRST] : []),
          ...(isMutation && !has(field, "cost") ? [WRITES] : []),
        ];
        return { ...field, directives: [...(field.directives ?? []), ...added] };
      });
      return { ...type, ...(fields === undefined ? {} : { fields }) };
    },
  });
}

const has = (field: FieldDefinitionNode, directive: string): boolean =>
  field.directives?.some(({ name }) => name.value === directive) === true;

function isSizedByFirst(field: FieldDefinitionNode): boolean {
  let { type } = field;
  if (type.kind === Kind.NON_NULL_TYPE) type = type.type;
  return (
    type.kind === Kind.NAMED_TYPE &&
    type.name.value.endsWith("Connection") &&
    field.arguments?.some(({ name }) => name.value === "first") === true
  );
}
