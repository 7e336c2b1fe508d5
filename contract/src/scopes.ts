/** Every scope of the graph, with a sentence for administrators about what it allows. */
export const SCOPE_SENTENCES = {
  "ledger:read": "Read funds, accounts, transactions and entries",
  "ledger:write": "Open funds and accounts, post and import transactions",
  "ledger:propose": "Propose transactions, which another person approves and so posts",
  "ledger:approve": "Decide on postings and orders that wait for a second approver",
  "nav:publish": "Publish and restate the NAV that another person calculated",
  "investors:read": "Read names, addresses, tax data and bank accounts of investors",
  "investors:write": "Register and erase investors, and decide on their KYC state",
  "metrics:read": "Read figures, series and forecasts",
  "metrics:write": "Import prices, start simulations, cancel jobs of metrics",
  "analytics:read": "Read categories, insights and predictions",
  "analytics:run": "Analyse texts and transactions",
  "analytics:write": "Correct categories, and make and run rules for them",
  "audit:read": "Read the audit log and the results of book verifications",
  "audit:verify": "Start and cancel verifications of the books",
  "users:provision": "Provision users and their roles from a directory (SCIM)",
  admin: "Manage users, roles and API clients",
} as const;

export type Scope = keyof typeof SCOPE_SENTENCES;

export const ALL_SCOPES = Object.keys(SCOPE_SENTENCES) as Scope[];

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPE_SENTENCES, text);

/** Scopes that a user's token carries only after a sign-in with two factors. */
export const SENSITIVE_SCOPES: ReadonlySet<Scope> = new Set([
  "ledger:approve",
  "nav:publish",
  "users:provision",
  "admin",
]);

/** Scopes of the system's services; users and tenants' clients never receive them. */
export const SYSTEM_SCOPES = ["feed:read", "audit:write", "audit:export", "token:forward"] as const;

/** The scope of a service that forwards tokens bound to their callers' keys, after it has verified the proofs. */
export const TOKEN_FORWARD: (typeof SYSTEM_SCOPES)[number] = "token:forward";
