import "reflect-metadata";
import { buildSubgraph, printSubgraph, type SubgraphDefinition } from "@allfunds/platform/graphql";
import type { TransactionPool } from "@allfunds/platform/database";
import type { JobPort } from "@allfunds/platform/jobs";
import { jobQueueResolver } from "@allfunds/platform/jobs/queue-resolver";
import type { GraphQLSchema } from "graphql";
import type { LedgerContext } from "./graph/ledger-context.ts";
import { AccountClassResolver } from "./slices/account-classes/account-class-graphql.ts";
import { CurrencyRevaluationResolver } from "./slices/currency-revaluations/revaluation-graphql.ts";
import {
  BalanceSheetTranslationResolver,
  IncomeStatementTranslationResolver,
} from "./slices/currency-revaluations/translation-graphql.ts";
import { ChartResolver } from "./slices/charts/chart-graphql.ts";
import { OpeningBalancesResolver } from "./slices/opening-balances/opening-balances-graphql.ts";
import { AccountDetailsResolver } from "./slices/account-details/account-details-graphql.ts";
import {
  AccountStatementLinesResolver,
  AccountStatementResolver,
} from "./slices/account-statements/account-statement-graphql.ts";
import { AccountStatusResolver } from "./slices/account-status/account-status-graphql.ts";
import { AccountResolver, FundAccountsResolver } from "./slices/accounts/account-graphql.ts";
import { findAccount } from "./slices/accounts/account-sql.ts";
import { AdjustBalanceResolver } from "./slices/adjustments/adjustment-graphql.ts";
import { LimitResolver } from "./slices/approval-limits/approval-limit-graphql.ts";
import { ChangeProposalResolver } from "./slices/proposals/change-proposal-graphql.ts";
import { ProposalResolver, ProposedEntryResolver } from "./slices/proposals/proposal-graphql.ts";
import {
  AuditLogResolver,
  TransactionAuthorResolver,
} from "./slices/audit-log/audit-log-graphql.ts";
import { AccountBalanceResolver } from "./slices/balances/balance-graphql.ts";
import {
  AccountEntriesResolver,
  EntryResolver,
  TransactionEntriesResolver,
} from "./slices/entries/entry-graphql.ts";
import { ExchangeRateResolver } from "./slices/exchange-rates/exchange-rate-graphql.ts";
import { FundFileResolver } from "./slices/fund-files/fund-file-graphql.ts";
import { SecurityPriceResolver } from "./slices/prices/price-graphql.ts";
import { SecurityResolver } from "./slices/securities/security-graphql.ts";
import {
  FundTradesResolver,
  PositionResolver,
  TradeResolver,
} from "./slices/trades/trade-graphql.ts";
import {
  CorporateActionResolver,
  FundCorporateActionsResolver,
} from "./slices/corporate-actions/corporate-action-graphql.ts";
import {
  CurrencyTradeResolver,
  FundCurrencyTradesResolver,
} from "./slices/currency-trades/currency-trade-graphql.ts";
import { findCurrencyTrade } from "./slices/currency-trades/currency-trade-object.ts";
import { findAction } from "./slices/corporate-actions/corporate-action-sql.ts";
import { findTrade } from "./slices/trades/trade-sql.ts";
import { findSecurity } from "./slices/securities/security-sql.ts";
import { InvestorResolver } from "./slices/investors/investor-graphql.ts";
import { findInvestor } from "./slices/investors/investor-sql.ts";
import {
  findInvestorAccount,
  InvestorAccountResolver,
  InvestorHoldingsResolver,
  ShareClassHoldersResolver,
} from "./slices/orders/investor-account-graphql.ts";
import { OrderResolver, PlacedOrderResolver } from "./slices/orders/order-graphql.ts";
import {
  FundOrdersResolver,
  InvestorOrdersResolver,
  OrderUpdatesResolver,
} from "./slices/orders/order-lists-graphql.ts";
import { findOrder } from "./slices/orders/order-sql.ts";
import {
  FundInvestorStatementsResolver,
  InvestorStatementLineResolver,
} from "./slices/investor-statements/statement-line-graphql.ts";
import { FundTermsResolver } from "./slices/fund-terms/fund-terms-graphql.ts";
import {
  FundShareClassesResolver,
  ShareClassResolver,
} from "./slices/share-classes/share-class-graphql.ts";
import { findShareClass } from "./slices/share-classes/share-class-sql.ts";
import {
  FundValuationsResolver,
  NavResolver,
  ShareClassNavsResolver,
  ValuationResolver,
} from "./slices/valuations/valuation-graphql.ts";
import { PositionValueResolver } from "./slices/valuations/position-value-graphql.ts";
import { ValuationPositionResolver } from "./slices/valuations/valued-lots-graphql.ts";
import { NavPublishedResolver } from "./slices/valuations/nav-published-graphql.ts";
import { findValuation } from "./slices/valuations/valuation-sql.ts";
import { FundResolver } from "./slices/funds/fund-graphql.ts";
import { findFund } from "./slices/funds/fund-sql.ts";
import { AccountHoldsResolver, HoldResolver } from "./slices/holds/hold-graphql.ts";
import {
  DueJournalResolver,
  FundJournalsResolver,
  JournalRunResolver,
  JournalTemplateResolver,
} from "./slices/journal-templates/journal-graphql.ts";
import {
  AttachmentResolver,
  TransactionAttachmentsResolver,
} from "./slices/attachments/attachment-graphql.ts";
import {
  CounterpartyResolver,
  FundCounterpartiesResolver,
} from "./slices/counterparties/counterparty-graphql.ts";
import {
  BalanceSheetByDimensionResolver,
  CashFlowByDimensionResolver,
  IncomeStatementByDimensionResolver,
  TrialBalanceByDimensionResolver,
} from "./slices/reports/by-dimension-graphql.ts";
import { DimensionResolver } from "./slices/dimensions/dimension-graphql.ts";
import { ValueDateResolver } from "./slices/value-dates/value-date-graphql.ts";
import { MonthEndResolver } from "./slices/month-end/month-end-graphql.ts";
import { MinimumBalanceResolver } from "./slices/minimum-balances/minimum-balance-graphql.ts";
import type { CommandPort } from "./engine/command-bus.ts";
import type { BookCommand } from "./slices/model.ts";
import { NodeResolver } from "./slices/nodes/node-graphql.ts";
import { PeriodResolver } from "./slices/periods/period-graphql.ts";
import { CashFlowResolver } from "./slices/reports/cash-flow-graphql.ts";
import { ComparativeCashFlowResolver } from "./slices/reports/comparative-cash-flow-graphql.ts";
import {
  ComparativeByDimensionResolver,
  ComparativeFlowsByDimensionResolver,
} from "./slices/reports/comparative-dimension-graphql.ts";
import { ComparativeResolver } from "./slices/reports/comparative-graphql.ts";
import { ReportResolver } from "./slices/reports/report-graphql.ts";
import { ClassReportResolver } from "./slices/class-reports/class-report-graphql.ts";
import { ReversalResolver } from "./slices/reversals/reversal-graphql.ts";
import { SearchResolver } from "./slices/search/search-graphql.ts";
import {
  AccountBankStatementsResolver,
  BankStatementLineResolver,
  BankStatementResolver,
  FundBankStatementsResolver,
} from "./slices/bank-statements/bank-statement-graphql.ts";
import {
  StatementImportJobResolver,
  StatementUploadResolver,
} from "./slices/bank-statements/statement-upload-graphql.ts";
import { RulesEffectResolver } from "./slices/bank-statements/rules-effect-graphql.ts";
import { MovedLineResolver } from "./slices/bank-statements/moved-line-graphql.ts";
import { StatementApprovalResolver } from "./slices/bank-statements/statement-approval-graphql.ts";
import { StatementUndoResolver } from "./slices/bank-statements/statement-undo-graphql.ts";
import { StatementChangeResolver } from "./slices/bank-statements/statement-change-graphql.ts";
import {
  StatementPreviewResolver,
  StatementResolver,
} from "./slices/bank-statements/statement-graphql.ts";
import { ImportRulesResolver } from "./slices/bank-statements/import-rules-graphql.ts";
import { ReconciliationResolver } from "./slices/reconciliation/reconciliation-graphql.ts";
import { SubscriptionResolver } from "./slices/subscriptions/subscription-graphql.ts";
import { TransactionResolver } from "./slices/transactions/transaction-graphql.ts";
import {
  AccountTransactionsResolver,
  FundTransactionsResolver,
  TransactionTotalsResolver,
} from "./slices/transaction-lists/transaction-list-graphql.ts";
import { WebhookDeliveryResolver } from "./slices/webhooks/webhook-delivery-graphql.ts";
import { WebhookResolver } from "./slices/webhooks/webhook-graphql.ts";
import type { AllowedNetworks } from "./slices/webhooks/allowed-networks.ts";
import { FundYearEndsResolver, YearEndResolver } from "./slices/year-ends/year-end-graphql.ts";
import { findTransaction } from "./slices/transactions/transaction-sql.ts";
import {
  VerificationResolver,
  VerifiedBookResolver,
} from "./slices/verifications/verification-graphql.ts";

/** What resolvers are built with; what they read comes with each request. */
interface ResolverParts {
  readonly books: CommandPort<BookCommand>;
  readonly jobs: JobPort;
  /** Where uploaded files are stored. */
  readonly uploads: TransactionPool;
  /** Where webhooks may be sent to. */
  readonly networks: AllowedNetworks;
}

const LedgerJobQueueResolver = jobQueueResolver("ledger");

type ResolverClass = new (parts: ResolverParts) => object;

const RESOLVERS: readonly [ResolverClass, ...ResolverClass[]] = [
  NodeResolver,
  FundResolver,
  AccountResolver,
  FundAccountsResolver,
  AccountStatusResolver,
  MinimumBalanceResolver,
  AccountDetailsResolver,
  AccountClassResolver,
  ChartResolver,
  CurrencyRevaluationResolver,
  BalanceSheetTranslationResolver,
  IncomeStatementTranslationResolver,
  OpeningBalancesResolver,
  ValueDateResolver,
  CounterpartyResolver,
  FundCounterpartiesResolver,
  DimensionResolver,
  AttachmentResolver,
  TransactionAttachmentsResolver,
  JournalTemplateResolver,
  FundJournalsResolver,
  DueJournalResolver,
  JournalRunResolver,
  YearEndResolver,
  MonthEndResolver,
  FundYearEndsResolver,
  AccountBalanceResolver,
  AdjustBalanceResolver,
  TransactionResolver,
  FundTransactionsResolver,
  AccountTransactionsResolver,
  TransactionTotalsResolver,
  ExchangeRateResolver,
  SecurityPriceResolver,
  FundFileResolver,
  SecurityResolver,
  TradeResolver,
  FundTradesResolver,
  PositionResolver,
  CorporateActionResolver,
  FundCorporateActionsResolver,
  CurrencyTradeResolver,
  FundCurrencyTradesResolver,
  EntryResolver,
  AccountEntriesResolver,
  TransactionEntriesResolver,
  FundTermsResolver,
  ShareClassResolver,
  FundShareClassesResolver,
  ValuationResolver,
  ValuationPositionResolver,
  PositionValueResolver,
  FundValuationsResolver,
  ShareClassNavsResolver,
  NavResolver,
  NavPublishedResolver,
  InvestorResolver,
  OrderResolver,
  PlacedOrderResolver,
  FundOrdersResolver,
  InvestorOrdersResolver,
  OrderUpdatesResolver,
  InvestorAccountResolver,
  ShareClassHoldersResolver,
  InvestorHoldingsResolver,
  FundInvestorStatementsResolver,
  InvestorStatementLineResolver,
  PeriodResolver,
  ReversalResolver,
  HoldResolver,
  AccountHoldsResolver,
  StatementResolver,
  StatementPreviewResolver,
  BankStatementResolver,
  BankStatementLineResolver,
  AccountBankStatementsResolver,
  FundBankStatementsResolver,
  StatementChangeResolver,
  StatementUndoResolver,
  MovedLineResolver,
  RulesEffectResolver,
  StatementUploadResolver,
  StatementImportJobResolver,
  ReconciliationResolver,
  ImportRulesResolver,
  SubscriptionResolver,
  WebhookDeliveryResolver,
  WebhookResolver,
  SearchResolver,
  ReportResolver,
  ClassReportResolver,
  ComparativeResolver,
  ComparativeByDimensionResolver,
  ComparativeCashFlowResolver,
  ComparativeFlowsByDimensionResolver,
  CashFlowResolver,
  TrialBalanceByDimensionResolver,
  BalanceSheetByDimensionResolver,
  IncomeStatementByDimensionResolver,
  CashFlowByDimensionResolver,
  AccountStatementResolver,
  AccountStatementLinesResolver,
  LimitResolver,
  ProposalResolver,
  ChangeProposalResolver,
  StatementApprovalResolver,
  ProposedEntryResolver,
  AuditLogResolver,
  TransactionAuthorResolver,
  VerificationResolver,
  VerifiedBookResolver,
  LedgerJobQueueResolver,
];

interface Reference {
  readonly id: string;
}

const DEFINITION: SubgraphDefinition = {
  resolvers: RESOLVERS,
  referenceResolvers: {
    Fund: ({ id }: Reference, context: LedgerContext) => findFund(context, id),
    Account: ({ id }: Reference, context: LedgerContext) => findAccount(context, id),
    InvestorAccount: ({ id }: Reference, context: LedgerContext) =>
      findInvestorAccount(context, id),
    Investor: ({ id }: Reference, context: LedgerContext) => findInvestor(context, id),
    Order: ({ id }: Reference, context: LedgerContext) => findOrder(context, id),
    ShareClass: ({ id }: Reference, context: LedgerContext) => findShareClass(context, id),
    Transaction: ({ id }: Reference, context: LedgerContext) => findTransaction(context, id),
    Valuation: ({ id }: Reference, context: LedgerContext) => findValuation(context, id),
    PortfolioAction: ({ id }: Reference, context: LedgerContext) => findAction(context, id),
    Trade: ({ id }: Reference, context: LedgerContext) => findTrade(context, id),
    CurrencyTrade: ({ id }: Reference, context: LedgerContext) => findCurrencyTrade(context, id),
    Security: ({ id }: Reference, context: LedgerContext) => findSecurity(context, id),
  },
};

/** The schema document of this subgraph; needs no database. */
export const printSchema = (): string => printSubgraph(DEFINITION);

/** The executable schema. */
export function createSchema(parts: ResolverParts): GraphQLSchema {
  const instances = new Map<unknown, object>(
    RESOLVERS.map((resolver) => [resolver, new resolver(parts)]),
  );
  return buildSubgraph({ ...DEFINITION, container: { get: (type) => instances.get(type) } });
}
