/** The roles of users, each with its purpose. */
export const ROLES = [
  ["viewer", "Reads funds, figures and insights"],
  ["accountant", "Posts and imports transactions"],
  ["fund-manager", "Posts, and imports prices"],
  ["approver", "Approves or rejects postings above a limit, and publishes NAVs"],
  ["auditor", "Reads the audit log and verifies the books"],
  ["admin", "Manages users and API clients, and may do everything else"],
] as const;

/** The scopes of tokens, each with what it allows. */
export const SCOPES = [
  ["ledger:read", "Read funds, accounts, transactions and entries"],
  ["ledger:write", "Open funds and accounts, post and import transactions"],
  ["ledger:propose", "Propose transactions, which another person approves and so posts"],
  ["ledger:approve", "Approve or reject postings above a limit"],
  ["nav:publish", "Publish and restate the NAV that another person calculated"],
  ["investors:read", "Read names, addresses, tax data and bank accounts of investors"],
  ["investors:write", "Register and erase investors, and decide on their KYC state"],
  ["metrics:read", "Read figures, series and forecasts"],
  ["metrics:write", "Import prices, start simulations, cancel jobs of metrics"],
  ["analytics:read", "Read categories, insights and predictions"],
  ["analytics:run", "Analyse texts and transactions"],
  ["analytics:write", "Correct categories, and make and run rules for them"],
  ["audit:read", "Read the audit log and the results of verifications"],
  ["audit:verify", "Start and cancel verifications of the books"],
  ["admin", "Manage users, roles and API clients"],
] as const;
