import { Kind, valueFromASTUntyped, type ConstDirectiveNode, type DocumentNode } from "graphql";
import type { SecurityNames } from "./security-features.ts";

/** What a caller has to be and have. */
export interface Requirement {
  readonly authenticated: boolean;
  /** Any of these groups, each of them whole; nothing is required when absent. */
  readonly scopes: readonly (readonly string[])[] | undefined;
  /** The same with policies. */
  readonly policies: readonly (readonly string[])[] | undefined;
}

/** Requirements by `Type` and `Type.field`, as the supergraph states them. */
export type AccessRules = ReadonlyMap<string, Requirement>;

export function accessRulesOf(supergraph: DocumentNode, names: SecurityNames): AccessRules {
  const rules = new Map<string, Requirement>();
  const note = (name: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
    const requirement = requirementOf(directives ?? [], names);
    if (requirement !== undefined) rules.set(name, requirement);
  };
  for (const definition of supergraph.definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION &&
      definition.kind !== Kind.UNION_TYPE_DEFINITION &&
      definition.kind !== Kind.SCALAR_TYPE_DEFINITION &&
      definition.kind !== Kind.ENUM_TYPE_DEFINITION
    )
      continue;
    const type = definition.name.value;
    note(type, definition.directives);
    for (const field of "fields" in definition ? (definition.fields ?? []) : [])
      note(`${type}.${field.name.value}`, field.directives);
  }
  return rules;
}

function requirementOf(
  directives: readonly ConstDirectiveNode[],
  names: SecurityNames,
): Requirement | undefined {
  const authenticated = directives.some(({ name }) => name.value === names.authenticated);
  const scopes = groupsOf(directives, names.requiresScopes, "scopes");
  const policies = groupsOf(directives, names.policy, "policies");
  if (!authenticated && scopes === undefined && policies === undefined) return undefined;
  return { authenticated, scopes, policies };
}

function groupsOf(
  directives: readonly ConstDirectiveNode[],
  directive: string | undefined,
  argument: string,
): string[][] | undefined {
  const found = directives.find(({ name }) => name.value === directive);
  if (directive === undefined || found === undefined) return undefined;
  const value = found.arguments?.find(({ name }) => name.value === argument)?.value;
  const groups: unknown = value === undefined ? [] : valueFromASTUntyped(value);
  // A single value stands for a list of one, as everywhere in GraphQL.
  return listOf(groups).map((group) => listOf(group).map(String));
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
