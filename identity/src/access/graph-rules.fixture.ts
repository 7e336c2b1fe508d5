import {
  Kind,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
} from "graphql";

/** What the composed graph requires of the caller of an operation. */
export interface GraphRule {
  readonly signIn: boolean;
  /** Any of these groups of scopes, for each rule that applies. */
  readonly scopes: readonly (readonly (readonly string[])[])[];
  readonly mfa: boolean;
}

const ROOTS = ["Query", "Mutation", "Subscription"];

/**
 * The rules of every entry into the graph: root fields, and fields that one service adds to another's
 * type. A field's own rule counts, and that of the type it returns. Undefined where there is none.
 */
export function rulesOfGraph(supergraph: string): Map<string, GraphRule | undefined> {
  const types = new Map(
    parse(supergraph)
      .definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION)
      .map((type) => [type.name.value, type]),
  );
  const rules = new Map<string, GraphRule | undefined>();
  for (const type of types.values()) {
    for (const field of entriesOf(type)) {
      const returned = types.get(namedType(field));
      const stated = [
        field.directives ?? [],
        returned?.directives ?? [],
        ...(ROOTS.includes(type.name.value) ? [] : [type.directives ?? []]),
      ];
      // A field that a service adds needs a rule of its own: the type's rule is another service's.
      const hasRule = ruleOf([field.directives ?? []]) !== undefined;
      rules.set(`${type.name.value}.${field.name.value}`, hasRule ? ruleOf(stated) : undefined);
    }
  }
  return rules;
}

function entriesOf(type: ObjectTypeDefinitionNode): readonly FieldDefinitionNode[] {
  const { fields = [] } = type;
  if (ROOTS.includes(type.name.value)) return fields;
  const isEntity = named(type.directives, "join__type").some((given) => argument(given, "key"));
  if (!isEntity) return [];
  const owner = ownerOf(fields);
  return fields.filter((field) => {
    const graphs = graphsOf(field);
    return graphs.length > 0 && !graphs.includes(owner);
  });
}

/** The service that an entity comes from: the one that resolves most of its fields. */
function ownerOf(fields: readonly FieldDefinitionNode[]): string {
  const counts = new Map<string, number>();
  for (const graph of fields.flatMap(graphsOf)) counts.set(graph, (counts.get(graph) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? "";
}

const graphsOf = (field: FieldDefinitionNode): string[] =>
  named(field.directives, "join__field")
    .filter((given) => argument(given, "external") !== true)
    .map((given) => String(argument(given, "graph")));

function ruleOf(stated: readonly (readonly ConstDirectiveNode[])[]): GraphRule | undefined {
  const all = stated.flat();
  const signIn = named(all, "authenticated").length > 0;
  const scopes = named(all, "requiresScopes").map(
    (given) => argument(given, "scopes") as string[][],
  );
  const policies = named(all, "policy").map((given) => JSON.stringify(argument(given, "policies")));
  const unknown = policies.find((text) => text !== '[["mfa"]]');
  if (unknown !== undefined) throw new Error(`unknown policy ${unknown}`);
  if (!signIn && scopes.length === 0 && policies.length === 0) return undefined;
  return { signIn, scopes, mfa: policies.length > 0 };
}

const named = (directives: readonly ConstDirectiveNode[] = [], name: string) =>
  directives.filter((directive) => directive.name.value === name);

function argument(directive: ConstDirectiveNode, name: string): unknown {
  const value = directive.arguments?.find((given) => given.name.value === name)?.value;
  return value === undefined ? undefined : valueFromASTUntyped(value);
}

function namedType({ type }: FieldDefinitionNode): string {
  let inner = type;
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type;
  return inner.name.value;
}
