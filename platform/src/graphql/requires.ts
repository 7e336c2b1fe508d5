import { Directive } from "type-graphql";

/** Decorates a resolver's method, an object type or one of its fields. */
type AccessDecorator = ReturnType<typeof Directive>;

/**
 * The caller needs one of these scopes, or every scope of a group:
 * `@RequiresScopes("users:read", ["feed:read", "audit:read"])`. The gateway reads the rule from the
 * schema, and `buildSubgraph` enforces it as well.
 */
export const RequiresScopes = (
  ...anyOf: readonly [string | readonly string[], ...(string | readonly string[])[]]
): AccessDecorator =>
  Directive(`@requiresScopes(scopes: ${JSON.stringify(anyOf.map((scopes) => [scopes].flat()))})`);

/** Puts a field under a tag, by which variants of the graph leave it out: `internal` is for the project's own clients. */
export const Tag = (name: "internal"): AccessDecorator => Directive(`@tag(name: "${name}")`);

/** A user must have signed in with two factors. */
export const RequiresMfa = (): AccessDecorator => Directive(`@policy(policies: [["mfa"]])`);

/** Any signed-in caller is allowed. */
export const RequiresSignIn = (): AccessDecorator => Directive("@authenticated");
