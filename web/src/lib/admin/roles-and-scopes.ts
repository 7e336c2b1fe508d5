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
  "users:provision",
  "admin",
] as const;
