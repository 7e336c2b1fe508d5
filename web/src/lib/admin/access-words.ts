/** The roles a user can have, each with what it is for. */
export const ROLES = [
  ["viewer", "Reads funds, figures and insights"],
  ["accountant", "Posts and imports transactions"],
  ["fund-manager", "Posts, and imports prices"],
  ["approver", "Decides on postings that wait for a second person"],
  ["auditor", "Reads the audit trail and verifies the books"],
  ["admin", "Manages users and API clients, and may do everything else"],
] as const;

/** What a token can allow, each with what it opens. */
export const SCOPES = [
  ["ledger:read", "Read funds, accounts, transactions and entries"],
  ["ledger:write", "Open funds and accounts, post and import transactions"],
  ["ledger:approve", "Decide on postings that wait for a second person"],
  ["metrics:read", "Read figures, series and forecasts"],
  ["metrics:write", "Import prices"],
  ["analytics:read", "Read categories, insights and predictions"],
  ["analytics:run", "Have texts and transactions analysed"],
  ["audit:read", "Read the audit trail and what verifications of the books found"],
  ["audit:verify", "Start and cancel verifications of the books"],
  ["admin", "Manage users, roles and API clients"],
] as const;
