/** Every scope of the graph and what it allows, in a sentence an administrator can read. */
const SCOPES = {
  "ledger:read": "Read funds, accounts, transactions and entries",
  "ledger:write": "Open funds and accounts, post and import transactions",
  "ledger:approve": "Decide on postings and orders that wait for a second person",
  "metrics:read": "Read figures, series and forecasts",
  "metrics:write": "Import prices",
  "analytics:read": "Read categories, insights and predictions",
  "analytics:run": "Have texts and transactions analysed",
  "audit:read": "Read the audit trail and what verifications of the books found",
  "audit:verify": "Start and cancel verifications of the books",
  admin: "Manage users, roles and API clients",
} as const;

export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES) as Scope[];

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text);

/** Scopes a user's token carries only after two factors. */
export const SENSITIVE_SCOPES: ReadonlySet<Scope> = new Set(["ledger:approve", "admin"]);

/** Scopes of the system's own services, never given to a user or a tenant's client. */
export const SYSTEM_SCOPES = ["feed:read", "audit:write", "audit:export"] as const;
