/** The part of the gateway's graph that the web app uses. */
export const typeDefs = /* GraphQL */ `
  scalar Date
  scalar DateTime
  scalar Decimal
  scalar SafeInt
  scalar Cursor
  scalar JSON

  enum AccountType {
    ASSET
    LIABILITY
    EQUITY
    INCOME
    EXPENSE
  }
  enum EntrySide {
    DEBIT
    CREDIT
  }
  enum Interval {
    DAY
    MONTH
  }
  enum ForecastMetric {
    CASH
    NET_ASSET_VALUE
    REVENUE
  }
  enum MetricUnit {
    MONEY
    RATIO
    PERCENT
    COUNT
    MONTHS
  }
  enum CategorySource {
    RULE
    MODEL
    GEMINI
  }
  enum StatementFormat {
    CAMT_053
    CSV
  }

  type Money {
    amount: Decimal!
    currency: String!
  }
  type PageInfo {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: Cursor
    endCursor: Cursor
  }

  type Query {
    funds(first: Int = 20, after: Cursor): FundConnection!
    fund(id: ID!): Fund
    account(id: ID!): Account
    proposals(
      fundId: ID
      status: ProposalStatus
      first: Int = 20
      after: Cursor
    ): ProposalConnection!
    proposal(id: ID!): Proposal
    approvalLimits(first: Int = 20, after: Cursor, fundId: ID): ApprovalLimitConnection!
  }
  type ApprovalLimitConnection {
    nodes: [ApprovalLimit!]!
    pageInfo: PageInfo!
  }
  type ApprovalLimit {
    currency: String!
    amount: Decimal
    setAt: DateTime!
    fund: Fund
  }
  input RenameAccountInput {
    accountId: ID!
    name: String
    parentId: ID
    countsAsCash: Boolean
  }
  input SetApprovalLimitInput {
    currency: String!
    amount: Decimal
    fundId: ID
  }
  enum ProposalStatus {
    WAITING
    APPROVED
    REJECTED
    WITHDRAWN
  }
  type ProposalConnection {
    nodes: [Proposal!]!
    pageInfo: PageInfo!
  }
  type ProposedTotal {
    amount: Money!
    limit: Money
  }
  type ProposedEntry {
    side: EntrySide!
    amount: Money!
    account: Account
  }
  type Actor {
    name: String
    kind: String
  }
  type Proposal {
    id: ID!
    kind: String!
    status: ProposalStatus!
    maker: String!
    proposer: Actor
    proposedAt: DateTime!
    effectiveDate: Date!
    description: String!
    reference: String
    totals: [ProposedTotal!]!
    entries: [ProposedEntry!]!
    decidedBy: String
    decider: Actor
    decidedAt: DateTime
    reason: String
    fund: Fund!
    transaction: Transaction
  }
  type FundConnection {
    nodes: [Fund!]!
    pageInfo: PageInfo!
  }
  type AccountConnection {
    nodes: [Account!]!
    pageInfo: PageInfo!
  }
  type TransactionConnection {
    nodes: [Transaction!]!
    pageInfo: PageInfo!
  }
  type EntryConnection {
    nodes: [Entry!]!
    pageInfo: PageInfo!
  }

  type Fund {
    id: ID!
    name: String!
    currency: String!
    position: SafeInt!
    openedAt: DateTime!
    accounts(first: Int = 20, after: Cursor): AccountConnection!
    transactions(
      first: Int = 20
      after: Cursor
      from: Date
      to: Date
      accountId: ID
    ): TransactionConnection!
    metrics: FundMetrics!
    balanceHistory(interval: Interval! = DAY, from: Date, to: Date): [BalancePoint!]!
    cashFlows(interval: Interval! = MONTH, from: Date, to: Date): [CashFlowPoint!]!
    forecast(metric: ForecastMetric! = CASH, horizon: Int! = 6): Forecast!
    insights(first: Int = 20, after: Cursor): InsightConnection!
    spendingByCategory(from: Date, to: Date): [CategorySpending!]!
  }
  type Account {
    id: ID!
    code: String!
    name: String!
    type: AccountType!
    currency: String!
    countsAsCash: Boolean!
    parent: Account
    fund: Fund!
    balance(asOf: Date): Money!
    available: Money!
    version: SafeInt!
    entries(from: Date, to: Date, first: Int = 20, after: Cursor): EntryConnection!
  }
  type Transaction {
    id: ID!
    fund: Fund!
    position: SafeInt!
    effectiveDate: Date!
    recordedAt: DateTime!
    description: String!
    reference: String
    metadata: JSON!
    entries: [Entry!]!
    category: TransactionCategory
  }
  type Entry {
    id: ID!
    account: Account!
    side: EntrySide!
    amount: Money!
    balanceAfter: Money!
    transaction: Transaction!
  }
  type TransactionCategory {
    code: String!
    name: String!
    confidence: Float!
    source: CategorySource!
    model: String!
    evidence: [String!]!
    needsReview: Boolean!
    categorisedAt: DateTime!
  }
  type FundMetrics {
    fundId: ID!
    asOf: Date!
    position: SafeInt!
    currency: String!
    cash: Money
    netAssetValue: Money
    inflow30d: Money
    outflow30d: Money
    netFlow30d: Money
    otherCurrencies: [Money!]!
    values(names: [String!]): [Metric!]!
  }
  type Metric {
    name: String!
    value: Float
    money: Money
    unit: MetricUnit!
    asOf: Date!
    method: String!
    inputs: [MetricInput!]!
    unavailable: String
  }
  type MetricInput {
    name: String!
    value: String!
  }
  type BalancePoint {
    date: Date!
    cash: Money!
    netAssetValue: Money
  }
  type CashFlowPoint {
    period: Date!
    inflow: Money!
    outflow: Money!
    net: Money!
  }
  type Forecast {
    metric: String!
    method: String!
    generatedAt: DateTime!
    asOf: Date!
    interval: Interval!
    level: Float!
    currency: String!
    points: [ForecastPoint!]!
    backtest: Backtest!
  }
  type ForecastPoint {
    date: Date!
    value: Decimal!
    lower: Decimal!
    upper: Decimal!
  }
  type Backtest {
    folds: Int!
    mase: Float
    smape: Float!
    coverage: Float!
    candidates: [Candidate!]!
  }
  type Candidate {
    method: String!
    mase: Float
  }
  type InsightConnection {
    nodes: [Insight!]!
    pageInfo: PageInfo!
  }
  type Insight {
    id: ID!
    kind: InsightKind!
    message: String!
    effectiveDate: Date!
    evidence: [MetricInput!]!
  }
  enum InsightKind {
    UNUSUAL_AMOUNT
    NEW_COUNTERPARTY
    POSSIBLE_DUPLICATE
  }
  type Category {
    code: String!
    name: String!
  }
  type CategorySpending {
    category: Category!
    outflow: Money!
    inflow: Money!
    transactions: Int!
  }

  type Mutation {
    renameAccount(input: RenameAccountInput!): Account!
    postTransaction(input: PostTransactionInput!): Transaction!
    importStatement(input: ImportStatementInput!): StatementImport!
    setApprovalLimit(input: SetApprovalLimitInput!): ApprovalLimit!
    approveProposal(id: ID!): Proposal!
    rejectProposal(id: ID!, reason: String!): Proposal!
    withdrawProposal(id: ID!): Proposal!
  }
  input PostTransactionInput {
    id: ID
    fundId: ID!
    effectiveDate: Date!
    description: String!
    reference: String
    metadata: JSON
    entries: [EntryInput!]!
    idempotencyKey: String
  }
  input EntryInput {
    accountId: ID!
    side: EntrySide!
    amount: Decimal!
    currency: String
  }
  input ImportStatementInput {
    accountId: ID!
    format: StatementFormat!
    content: String!
    csv: CsvMappingInput
    receiptsAccountId: ID
    paymentsAccountId: ID
  }
  input CsvMappingInput {
    date: String!
    description: String!
    amount: String
    debit: String
    credit: String
    reference: String
    counterparty: String
    dateFormat: String
    decimalSeparator: String
    delimiter: String
    currency: String
  }
  type StatementImport {
    id: ID!
    lines: Int!
    posted: Int!
    proposed: Int!
    duplicates: Int!
    skipped: Int!
    openingBalance: Money
    closingBalance: Money
  }

  type Subscription {
    transactionPosted(fundId: ID): Transaction!
  }
`;
