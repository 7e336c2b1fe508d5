import {
  type DocumentNode,
  getNamedType,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  typeFromAST,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";

/**
 * What of a schema one operation of a document uses, as schema coordinates: fields (`Fund.name`), arguments
 * (`Fund.entries(first:)`), and the input types of its variables, because their values may set any field.
 */
export function usedCoordinates(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): readonly string[] {
  const used = new Set<string>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      OperationDefinition: ({ name }) =>
        operationName !== undefined && name?.value !== operationName ? false : undefined,
      VariableDefinition: ({ type }) => {
        const given = typeFromAST(schema, type as never);
        if (isInputType(given)) addInputs(given, used);
      },
      Field: ({ name, arguments: given = [] }) => {
        const parent = info.getParentType();
        if (parent === null || parent === undefined || name.value.startsWith("__")) return;
        const field = `${parent.name}.${name.value}`;
        used.add(field);
        for (const argument of given) used.add(`${field}(${argument.name.value}:)`);
      },
      ObjectField: ({ name }) => {
        const parent = info.getParentInputType();
        if (parent !== null && parent !== undefined)
          used.add(`${getNamedType(parent).name}.${name.value}`);
      },
      EnumValue: ({ value }) => {
        const type = info.getInputType();
        if (type !== null && type !== undefined) used.add(`${getNamedType(type).name}.${value}`);
      },
    }),
  );
  return [...used];
}

function addInputs(type: GraphQLInputType, used: Set<string>): void {
  const named: GraphQLNamedInputType = getNamedType(type);
  if (used.has(named.name)) return;
  used.add(named.name);
  if (isInputObjectType(named))
    for (const field of Object.values(named.getFields())) addInputs(field.type, used);
}
