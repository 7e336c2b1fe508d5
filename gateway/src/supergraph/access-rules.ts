import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  valueFromASTUntyped,
  visit,
} from "graphql";
import { linkedFeatures } from "./linked-features.ts";

/** What a caller needs. */
export interface Requirement {
  readonly authenticated: boolean;
  /** All scopes of one of these groups; no scope is required when absent. */
  readonly scopes: readonly (readonly string[])[] | undefined;
  /** All policies of one of these groups; none is required when absent. */
  readonly policies: readonly (readonly string[])[] | undefined;
}

/** Requirements by `Type` and `Type.field`. */
export type AccessRules = ReadonlyMap<string, Requirement>;

/** Reads the requirements of types and fields out of a supergraph. */
export function accessRulesOf(supergraph: DocumentNode, names: SecurityNames): AccessRules {
  const rules = new Map<string, Requirement>();
  const add = (name: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
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
    add(type, definition.directives);
    for (const field of "fields" in definition ? (definition.fields ?? []) : [])
      add(`${type}.${field.name.value}`, field.directives);
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

const SPECS = "https://specs.apollo.dev/";
const ENFORCED = ["authenticated", "requiresScopes", "policy"] as const;
type Enforced = (typeof ENFORCED)[number];
/** Enforced by validation: the API schema leaves out hidden elements. */
const HIDING = `${SPECS}inaccessible`;
/** Followed by the executor; the planner's libraries know it, but not as a feature for security. */
const CONTEXT = `${SPECS}context`;

/** The names of the enforced directives in one supergraph; absent where it does not use one. */
export type SecurityNames = Readonly<Partial<Record<Enforced, string>>>;

/**
 * Reads the names of the security directives. Throws when the supergraph relies on an unsupported one:
 * serving it would expose protected fields.
 */
export function securityNames(supergraph: DocumentNode): SecurityNames {
  const names: Partial<Record<Enforced, string>> = {};
  for (const { identity, purpose, nameOf } of linkedFeatures(supergraph)) {
    const enforced = ENFORCED.find((name) => identity === SPECS + name);
    if (enforced !== undefined) names[enforced] = nameOf(enforced);
    else if (purpose === "SECURITY" && identity !== HIDING && identity !== CONTEXT)
      throw new Error(
        `The supergraph is secured by ${identity}, which this gateway cannot enforce.`,
      );
  }
  return names;
}

/** The supergraph without its security directives, and no feature for security: the planner refuses these. */
export function withoutSecurity(supergraph: DocumentNode, names: SecurityNames): DocumentNode {
  const directives = new Set<string>(Object.values(names));
  const scalars = new Set(
    linkedFeatures(supergraph).flatMap(({ identity, nameOf }) => {
      if (identity === `${SPECS}requiresScopes`) return [nameOf("Scope")];
      return identity === `${SPECS}policy` ? [nameOf("Policy")] : [];
    }),
  );
  return visit(supergraph, {
    Directive: (node) => {
      if (directives.has(node.name.value)) return null;
      if (links(node as ConstDirectiveNode, ENFORCED)) return null;
      return links(node as ConstDirectiveNode, ["context"]) ? withoutPurpose(node) : undefined;
    },
    DirectiveDefinition: (node) => (directives.has(node.name.value) ? null : undefined),
    ScalarTypeDefinition: (node) => (scalars.has(node.name.value) ? null : undefined),
  });
}

const withoutPurpose = (link: DirectiveNode): DirectiveNode => ({
  ...link,
  arguments: (link.arguments ?? []).filter(({ name }) => name.value !== "for"),
});

/** Whether a directive links one of these features. */
function links(node: ConstDirectiveNode, features: readonly string[]): boolean {
  const url = node.arguments?.find(({ name }) => name.value === "url")?.value;
  if (node.name.value !== "link" || url?.kind !== Kind.STRING) return false;
  return features.some((name) => url.value.startsWith(`${SPECS}${name}/`));
}
