import { Directive } from "type-graphql";

/** Decorates a resolver's method, an object type or one of its fields. */
type AccessDecorator = ReturnType<typeof Directive>;

/**
 * Whoever asks needs one of these scopes, or all of a group:
 * `@RequiresScopes("ledger:read", ["feed:read", "audit:read"])`. The gateway reads the rule from the
 * schema, and `buildSubgraph` enforces it here as well.
 */
export const RequiresScopes = (
  ...anyOf: readonly [string | readonly string[], ...(string | readonly string[])[]]
): AccessDecorator =>
  Directive(`@requiresScopes(scopes: ${JSON.stringify(anyOf.map((scopes) => [scopes].flat()))})`);

/** A user who asks must have signed in with two factors. */
export const RequiresMfa = (): AccessDecorator => Directive(`@policy(policies: [["mfa"]])`);

/** Anybody may ask who has signed in. */
export const RequiresSignIn = (): AccessDecorator => Directive("@authenticated");
