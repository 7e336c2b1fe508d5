import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
} from "graphql";

export type TypeWithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export const isTypeWithFields = (node: unknown): node is TypeWithFields => {
  const kind = (node as { kind?: unknown } | null)?.kind;
  return kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_DEFINITION;
};

/** A subgraph as a supergraph's `join__Graph` has it. */
export interface JoinedGraph {
  /** Its name in the arguments of join directives. */
  readonly value: string;
  readonly name: string;
  readonly url: string;
}

/** The subgraphs of a supergraph. */
export function joinedGraphs(supergraph: DocumentNode): JoinedGraph[] {
  const graphs = supergraph.definitions.find(
    (one) => one.kind === Kind.ENUM_TYPE_DEFINITION && one.name.value === "join__Graph",
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) return [];
  return (graphs.values ?? []).flatMap(({ name: { value }, directives = [] }) => {
    const graph = directives.find(({ name }) => name.value === "join__graph");
    if (graph === undefined) return [];
    return [
      { value, name: String(argumentOf(graph, "name")), url: String(argumentOf(graph, "url")) },
    ];
  });
}

/** A join directive of an object type or interface, or of one of its fields. */
export interface Join {
  readonly directive: ConstDirectiveNode;
  readonly type: TypeWithFields;
  readonly field: FieldDefinitionNode | undefined;
}

/** The join directives of the object types and interfaces of a supergraph. */
export function* joinsOf(supergraph: DocumentNode): Generator<Join> {
  for (const type of supergraph.definitions.filter(isTypeWithFields))
    for (const field of [undefined, ...(type.fields ?? [])])
      for (const directive of (field ?? type).directives ?? [])
        if (directive.name.value.startsWith("join__")) yield { directive, type, field };
}

/** The value of a directive's argument; undefined when it is absent, a list or an object. */
export const argumentOf = (directive: ConstDirectiveNode, name: string): unknown => {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value !== undefined && "value" in value ? value.value : undefined;
};
