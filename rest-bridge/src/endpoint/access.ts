/** The scopes that endpoints require, and what each one permits. */
export const SCOPES = {
  "ledger:read": "Read funds, accounts, transactions and entries",
  "ledger:write": "Post, reserve, adjust and reverse; close periods",
  "ledger:propose": "Propose transactions that another person approves",
  "ledger:approve": "Decide on postings that wait for a second approver",
  "nav:publish": "Publish the NAV that another person calculated",
  "investors:read": "Read names and addresses of investors",
  "metrics:read": "Read metrics and forecasts",
  "metrics:write": "Start simulations and cancel jobs of metrics",
  "analytics:read": "Read categories and predictions",
  "analytics:run": "Analyse texts and transactions",
  "analytics:write": "Post news",
  "audit:read": "Read verifications of the books",
  "audit:verify": "Cancel verifications of the books",
  admin: "Administer the tenant's webhooks",
} as const;

type Scope = keyof typeof SCOPES;

/** What a caller needs to use an endpoint. */
export interface Access {
  /** All of them are needed. */
  readonly scopes: readonly [Scope, ...Scope[]];
  /** Or all of one of these groups: then the caller sees another part of what there is. */
  readonly or?: readonly (readonly [Scope, ...Scope[]])[];
  /** Whether a person must have signed in with two factors. A client has none and needs the scopes alone. */
  readonly secondFactor?: boolean;
}

/** The groups of scopes of which a caller needs one. */
export const alternativesOf = ({ scopes, or = [] }: Access): readonly Access["scopes"][] => [
  scopes,
  ...or,
];
