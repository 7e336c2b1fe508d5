import { valueFromASTUntyped, type ConstDirectiveNode } from "graphql";
import { requireStepUp } from "../auth/require.ts";
import type { RequestContext } from "../context.ts";
import { AppError } from "@allfunds/contract/errors";

/** The scopes and factors that a caller needs, with the meaning of the federation directives. */
export interface AccessRule {
  /** The caller needs every scope of at least one group; no scope when absent. */
  readonly scopes: readonly (readonly string[])[] | undefined;
  readonly mfa: boolean;
}

const MFA_POLICY = "mfa";

/** The access rule of a definition's directives; undefined without one. Throws on an unknown policy. */
export function accessRuleOf(
  directives: readonly ConstDirectiveNode[] | undefined,
): AccessRule | undefined {
  const scopes = groupsOf(directives, "requiresScopes", "scopes");
  const policies = groupsOf(directives, "policy", "policies")?.flat();
  const unknown = policies?.find((name) => name !== MFA_POLICY);
  if (unknown !== undefined)
    throw new Error(`The policy ${unknown} is not enforced; use ${MFA_POLICY}.`);
  const signIn = directives?.some(({ name }) => name.value === "authenticated") === true;
  if (scopes === undefined && policies === undefined && !signIn) return undefined;
  return { scopes, mfa: policies !== undefined };
}

function groupsOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
  argument: string,
): string[][] | undefined {
  const found = directives?.find((directive) => directive.name.value === name);
  const value = found?.arguments?.find((given) => given.name.value === argument)?.value;
  return value === undefined ? undefined : (valueFromASTUntyped(value) as string[][]);
}

/**
 * Throws FORBIDDEN or STEP_UP_REQUIRED unless the request meets the rule. It checks scopes first, as the
 * gateway does, so it requires a second factor only where that helps.
 */
export function enforceRule(rule: AccessRule, request: RequestContext): void {
  const { scopes, mfa } = rule;
  const met =
    scopes === undefined ||
    scopes.some((all) => all.every((scope) => request.scopes.includes(scope)));
  if (!met) {
    const wanted = scopes.map((all) => all.join(" and ")).join(" or ");
    throw new AppError("FORBIDDEN", `This needs the scope ${wanted}.`);
  }
  // A request without a caller comes from a service that requires no token.
  if (mfa && request.caller !== undefined) requireStepUp(request.caller);
}
