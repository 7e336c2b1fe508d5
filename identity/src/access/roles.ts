import { ALL_SCOPES, SENSITIVE_SCOPES, type Scope } from "@allfunds/contract/scopes";

const READ: readonly Scope[] = ["ledger:read", "metrics:read", "analytics:read"];

const INVESTORS: readonly Scope[] = ["investors:read", "investors:write"];

/** The scopes of each role: the one table from which every token's scopes come. */
const ROLES = {
  viewer: { mfa: false, scopes: READ },
  accountant: {
    mfa: false,
    scopes: [
      ...READ,
      ...INVESTORS,
      "ledger:write",
      "ledger:propose",
      "analytics:run",
      "analytics:write",
    ],
  },
  "fund-manager": {
    mfa: false,
    scopes: [
      ...READ,
      ...INVESTORS,
      "ledger:write",
      "ledger:propose",
      "metrics:write",
      "analytics:run",
      "analytics:write",
    ],
  },
  // Approvers write nothing themselves: they approve and publish what another user has made.
  approver: { mfa: true, scopes: [...READ, "ledger:approve", "nav:publish"] },
  auditor: { mfa: false, scopes: [...READ, "audit:read", "audit:verify"] },
  admin: { mfa: true, scopes: ALL_SCOPES },
} as const satisfies Record<string, { mfa: boolean; scopes: readonly Scope[] }>;

export type Role = keyof typeof ROLES;

export const ALL_ROLES = Object.keys(ROLES) as Role[];

export const isRole = (text: string): text is Role => Object.hasOwn(ROLES, text);

/** True when one of the roles always signs in with two factors. */
export const needsMfa = (roles: readonly Role[]): boolean => roles.some((role) => ROLES[role].mfa);

const APPROVAL: readonly Scope[] = ["ledger:approve", "nav:publish"];

/** True when one of the roles decides on what another person made. */
export const carriesApproval = (roles: readonly string[]): boolean =>
  roles.filter(isRole).some((role) => ROLES[role].scopes.some((scope) => APPROVAL.includes(scope)));

/** What the roles allow together; without two factors the sensitive scopes are left out. */
export function scopesOf(roles: readonly Role[], acr: string | undefined): Scope[] {
  const allowed = new Set<Scope>(roles.flatMap((role) => ROLES[role].scopes));
  return ALL_SCOPES.filter(
    (scope) => allowed.has(scope) && (acr === "mfa" || !SENSITIVE_SCOPES.has(scope)),
  );
}
