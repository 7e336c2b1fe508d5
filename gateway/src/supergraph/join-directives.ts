import {
  type ConstDirectiveNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
} from "graphql";

export type TypeWithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export const isTypeWithFields = (node: unknown): node is TypeWithFields => {
  const kind = (node as { kind?: unknown } | null)?.kind;
  return kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_DEFINITION;
};

/** The value of a directive's argument; undefined when it is absent, a list or an object. */
export const argumentOf = (directive: ConstDirectiveNode, name: string): unknown => {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value !== undefined && "value" in value ? value.value : undefined;
};
