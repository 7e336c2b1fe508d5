import type { Translate } from "../language/messages.ts";
import { roleName } from "../session/viewer.ts";

/** The roles of users. The catalogue has the name and the purpose of each. */
export const ROLES = [
  "viewer",
  "accountant",
  "fund-manager",
  "approver",
  "auditor",
  "admin",
] as const;

/** The scopes of tokens. The catalogue has what each allows. */
export const SCOPES = [
  "ledger:read",
  "ledger:write",
  "ledger:propose",
  "ledger:approve",
  "nav:publish",
  "investors:read",
  "investors:write",
  "metrics:read",
  "metrics:write",
  "analytics:read",
  "analytics:run",
  "analytics:write",
  "audit:read",
  "audit:verify",
  "admin",
] as const;

/** The name of a role; of one that the catalogue lacks, its own words. */
export function roleText(role: string, t: Translate): string {
  const known = ROLES.find((each) => each === role);
  return known === undefined ? roleName(role) : t(`role.${known}`);
}
