/** The scopes the endpoints ask for and what each allows, as the document tells it. */
export const SCOPES = {
  "ledger:read": "Read funds, accounts, transactions and entries",
  "ledger:write": "Post, reserve, adjust and take back; close periods",
  "ledger:approve": "Decide on postings that wait for a second person",
  "metrics:read": "Read figures and forecasts",
  "analytics:read": "Read categories and predictions",
  "analytics:run": "Have texts and transactions analysed",
} as const;

type Scope = keyof typeof SCOPES;

/** What a caller needs to be let in at an endpoint. */
export interface Access {
  /** All of them are needed. */
  readonly scopes: readonly [Scope, ...Scope[]];
  /** Whether a person must have signed in with two factors; a client has none and needs the scopes alone. */
  readonly secondFactor?: boolean;
}
