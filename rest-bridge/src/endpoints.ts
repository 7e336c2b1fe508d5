import { getBalance, patchBalance } from "./accounts/balance.ts";
import { postAnalyze } from "./jobs/analyze.ts";
import { getNews, getNewsSentiment, postNews } from "./analytics/news.ts";
import { getPredictions } from "./analytics/predictions.ts";
import { getAttachment } from "./attachments/attachments.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import { withPreconditions } from "./endpoint/precondition.ts";
import { getAccount, getAccounts, getFund, getFunds } from "./funds/funds.ts";
import { postHoldCapture, postHolds, postHoldVoid } from "./holds/change-holds.ts";
import { getHold, getHolds } from "./holds/read-holds.ts";
import { getJob, postJobCancel } from "./jobs/jobs.ts";
import { postSimulations } from "./jobs/simulations.ts";
import { getLedger } from "./ledger/ledger.ts";
import { getForecasts } from "./metrics/forecasts.ts";
import { getIndicators } from "./metrics/indicators.ts";
import { getMetrics } from "./metrics/metrics.ts";
import { postPortfolioRisk } from "./metrics/portfolio-risk.ts";
import { getInvestors } from "./investors/investors.ts";
import { getHoldings, getInvestorStatement } from "./orders/holdings.ts";
import { getInvestorStatements } from "./orders/investor-statements.ts";
import { getOrder, getOrders, postOrderCancel, postOrders } from "./orders/orders.ts";
import { getExchangeRates, postExchangeRates } from "./prices/exchange-rates.ts";
import { getPrices, postPrices } from "./prices/prices.ts";
import {
  postStatementPreview,
  postStatements,
  postStatementUndo,
} from "./statements/import-statements.ts";
import {
  postRulesEffect,
  postStatementLineMove,
  postStatementLineSplit,
  postStatementUndoJob,
} from "./statements/change-statements.ts";
import {
  getReconciliation,
  getStatement,
  getStatementLines,
  getStatements,
} from "./statements/read-statements.ts";
import { expandable } from "./related/expand.ts";
import { getComparativeReport } from "./reports/comparative-reports.ts";
import { getReport } from "./reports/reports.ts";
import { getPeriod, getPeriods, postPeriodReopen, postPeriods } from "./periods/periods.ts";
import {
  postProposalApprove,
  postProposalReject,
  postProposalWithdraw,
} from "./proposals/decide-proposals.ts";
import { getProposal, getProposals } from "./proposals/read-proposals.ts";
import { getPositions, getTrade, getTrades, postTrades } from "./trades/trades.ts";
import {
  getNavs,
  getValuation,
  getValuations,
  postValuationPublish,
  postValuations,
} from "./valuations/valuations.ts";
import {
  getTransaction,
  postTransactionReversal,
  postTransactions,
} from "./transactions/transactions.ts";

import {
  deleteWebhook,
  patchWebhook,
  postWebhookPause,
  postWebhookResume,
  postWebhooks,
  postWebhookSecret,
} from "./webhooks/change-webhooks.ts";
import {
  getWebhookDeliveries,
  getWebhookDelivery,
  postDeliveryEnd,
  postRedelivery,
  postWebhookTest,
} from "./webhooks/deliveries.ts";
import { getWebhook, getWebhookProgress, getWebhooks } from "./webhooks/read-webhooks.ts";

const ledgerEndpoints: readonly Endpoint[] = [
  postTransactions,
  getTransaction,
  getAttachment,
  postTransactionReversal,
  getFunds,
  getFund,
  getAccounts,
  getAccount,
  getLedger,
  getBalance,
  patchBalance,
  postHolds,
  getHolds,
  getHold,
  postHoldCapture,
  postHoldVoid,
  getProposals,
  getProposal,
  postProposalApprove,
  postProposalReject,
  postProposalWithdraw,
  postPeriods,
  getPeriods,
  getPeriod,
  postPeriodReopen,
  postOrders,
  getOrders,
  getOrder,
  postOrderCancel,
  getInvestors,
  getHoldings,
  getInvestorStatement,
  getInvestorStatements,
  postTrades,
  getTrades,
  getTrade,
  getPositions,
  postPrices,
  getPrices,
  postExchangeRates,
  getExchangeRates,
  postValuations,
  getValuations,
  getValuation,
  postValuationPublish,
  getNavs,
  getReport,
  getComparativeReport,
  postStatements,
  postStatementPreview,
  getStatements,
  getStatement,
  getStatementLines,
  postStatementUndo,
  postStatementUndoJob,
  postStatementLineMove,
  postStatementLineSplit,
  postRulesEffect,
  getReconciliation,
  postWebhooks,
  getWebhooks,
  getWebhook,
  patchWebhook,
  deleteWebhook,
  getWebhookProgress,
  postWebhookPause,
  postWebhookResume,
  postWebhookSecret,
  postWebhookTest,
  getWebhookDeliveries,
  getWebhookDelivery,
  postRedelivery,
  postDeliveryEnd,
];
export const analyticsEndpoints: readonly Endpoint[] = [
  postAnalyze,
  getPredictions,
  postNews,
  getNews,
  getNewsSentiment,
];
export const metricsEndpoints: readonly Endpoint[] = withPreconditions([
  getMetrics,
  getIndicators,
  getForecasts,
  postPortfolioRisk,
  postSimulations,
  getJob,
  postJobCancel,
]);

export const allEndpoints: readonly Endpoint[] = [
  ...withPreconditions(ledgerEndpoints).map(expandable),
  ...analyticsEndpoints,
  ...metricsEndpoints,
];
