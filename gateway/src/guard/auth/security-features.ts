import { Kind, visit, type ConstDirectiveNode, type DocumentNode } from "graphql";
import { linkedFeatures } from "../../supergraph/linked-names.ts";

const SPECS = "https://specs.apollo.dev/";
const ENFORCED = ["authenticated", "requiresScopes", "policy"] as const;
type Enforced = (typeof ENFORCED)[number];
/** What it hides is no part of the schema that operations are validated against. */
const HIDING = `${SPECS}inaccessible`;

/** The names the directives we enforce have in one supergraph; absent where it does not use one. */
export type SecurityNames = Readonly<Partial<Record<Enforced, string>>>;

/**
 * What a supergraph calls the security directives. Throws when it relies on one we do not know:
 * serving it without would open what somebody meant to be closed.
 */
export function securityNames(supergraph: DocumentNode): SecurityNames {
  const names: Partial<Record<Enforced, string>> = {};
  for (const { identity, purpose, nameOf } of linkedFeatures(supergraph)) {
    const known = ENFORCED.find((name) => identity === SPECS + name);
    if (known !== undefined) names[known] = nameOf(known);
    else if (purpose === "SECURITY" && identity !== HIDING)
      throw new Error(
        `The supergraph is secured by ${identity}, which this gateway cannot enforce.`,
      );
  }
  return names;
}

/** The supergraph as the planner takes it: it refuses a document that asks it for security. */
export function withoutSecurity(supergraph: DocumentNode, names: SecurityNames): DocumentNode {
  const directives = new Set<string>(Object.values(names));
  if (directives.size === 0) return supergraph;
  const scalars = new Set(
    linkedFeatures(supergraph).flatMap(({ identity, nameOf }) => {
      if (identity === `${SPECS}requiresScopes`) return [nameOf("Scope")];
      return identity === `${SPECS}policy` ? [nameOf("Policy")] : [];
    }),
  );
  return visit(supergraph, {
    Directive: (node) =>
      directives.has(node.name.value) || linksSecurity(node as ConstDirectiveNode)
        ? null
        : undefined,
    DirectiveDefinition: (node) => (directives.has(node.name.value) ? null : undefined),
    ScalarTypeDefinition: (node) => (scalars.has(node.name.value) ? null : undefined),
  });
}

function linksSecurity(node: ConstDirectiveNode): boolean {
  const url = node.arguments?.find(({ name }) => name.value === "url")?.value;
  if (node.name.value !== "link" || url?.kind !== Kind.STRING) return false;
  return ENFORCED.some((name) => url.value.startsWith(`${SPECS}${name}/`));
}
