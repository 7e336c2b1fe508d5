import { valueFromASTUntyped, type ConstDirectiveNode } from "graphql";
import { requireStepUp } from "../auth/require.ts";
import type { RequestContext } from "../context.ts";
import { AppError } from "@allfunds/contract/errors";

/** What a caller has to be and have; the meaning is the federation directives'. */
export interface AccessRule {
  /** Any of these groups, each of them whole; nothing is required when absent. */
  readonly scopes: readonly (readonly string[])[] | undefined;
  readonly mfa: boolean;
}

const MFA_POLICY = "mfa";

/** The rule that directives state together; undefined when they state none. Throws on a policy nobody enforces. */
export function accessRuleOf(
  directives: readonly ConstDirectiveNode[] | undefined,
): AccessRule | undefined {
  const scopes = groupsOf(directives, "requiresScopes", "scopes");
  const policies = groupsOf(directives, "policy", "policies")?.flat();
  const unknown = policies?.find((name) => name !== MFA_POLICY);
  if (unknown !== undefined) throw new Error(`Nobody enforces the policy ${unknown}.`);
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
 * Throws FORBIDDEN or STEP_UP_REQUIRED unless the rule is met. Scopes come first, as at the gateway: a
 * second factor is asked for only where it would help.
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
  // A request without a caller was let in by a service that asks nobody for a token.
  if (mfa && request.caller !== undefined) requireStepUp(request.caller);
}
