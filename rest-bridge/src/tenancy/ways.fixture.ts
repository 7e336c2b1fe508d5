import { sendJson } from "../service.fixture.ts";
import { API, post, WEBHOOK_WAYS, type Ways } from "./webhook-ways.fixture.ts";

export const legs = (one: string, other: string) => [
  { accountId: one, side: "DEBIT", amount: "1.00" },
  { accountId: other, side: "CREDIT", amount: "1.00" },
];
export const transactionIn = (fundId: string, entries: object) => ({
  fundId,
  effectiveDate: "2026-06-30",
  description: "x",
  entries,
});

const TRADE = {
  isin: "IE00B4L5Y983",
  side: "BUY",
  tradeDate: "2026-06-30",
  settlementDate: "2026-07-02",
  quantity: "1",
  price: "1",
};
const PRICE = {
  isin: "IE00B4L5Y983",
  date: "2026-06-30",
  price: "1",
  currency: "EUR",
  kind: "LAST",
  source: "x",
};
const NEWS = { headline: "x", publishedAt: "2026-06-30T07:00:00.000Z", source: "x" };
const STATEMENT_FILE = "Date,Text,Amount\n2026-06-11,Coffee,-3.00\n";

const wholeOn = (accountId: string) => ({ parts: [{ accountId, amount: "1.00" }] });

/** Every way to pass an id to every endpoint; `mine` are the ids that the caller may use. */
export const WAYS: Ways = {
  postTransactions: (ids, mine) => {
    const foreign = transactionIn(ids.fund, legs(ids.account, ids.contra));
    const mixed = transactionIn(mine.fund, legs(mine.account, ids.contra));
    return [
      [`${API}/transactions`, post(foreign)],
      [`${API}/transactions`, post(mixed)],
      [`${API}/transactions`, post({ transactions: [foreign] })],
      [`${API}/transactions`, post({ transactions: [foreign, mixed], mode: "INDEPENDENT" })],
    ];
  },
  getAttachment: ({ attachment }) => [
    [`${API}/attachments/${attachment}`],
    [`${API}/attachments/${attachment}`, { headers: { accept: "application/json" } }],
  ],
  getTransaction: ({ transaction }) => [[`${API}/transactions/${transaction}`]],
  reverseTransaction: ({ transaction }) => [
    [`${API}/transactions/${transaction}/reversal`, post()],
    [`${API}/transactions/${transaction}/reversal`, post({ amount: "1.00" })],
  ],
  getFunds: () => [],
  getFund: ({ fund }) => [[`${API}/funds/${fund}`]],
  getAccount: ({ account }) => [[`${API}/accounts/${account}`]],
  getAccounts: ({ fund }) => [
    [`${API}/accounts?fundId=${fund}`],
    [`${API}/accounts?fundId=${fund}&all=true`, { headers: { accept: "text/csv" } }],
  ],
  getLedger: ({ fund, account }, mine) => [
    [`${API}/ledger?fundId=${fund}`],
    [`${API}/ledger?accountId=${account}`],
    [`${API}/ledger?fundId=${fund}&accountId=${account}&asOf=3`],
    [`${API}/ledger?fundId=${mine.fund}&accountId=${account}`],
  ],
  getBalance: ({ account }) => [[`${API}/balance?accountId=${account}`]],
  adjustBalance: ({ account }) => [
    [`${API}/balance`, sendJson("PATCH", { accountId: account, balance: "1.00", reason: "x" })],
  ],
  placeHold: ({ account, contra }, mine) => [
    [`${API}/holds`, post({ accountId: account, amount: "1.00", description: "x" })],
    [
      `${API}/holds`,
      post({
        accountId: mine.account,
        contraAccountId: contra,
        amount: "1.00",
        description: "x",
      }),
    ],
  ],
  getHolds: ({ account }) => [[`${API}/holds?accountId=${account}`]],
  getHold: ({ hold }) => [[`${API}/holds/${hold}`]],
  captureHold: ({ hold, contra }, mine) => [
    [`${API}/holds/${hold}/capture`, post()],
    [`${API}/holds/${mine.hold}/capture`, post({ contraAccountId: contra })],
  ],
  voidHold: ({ hold }) => [[`${API}/holds/${hold}/void`, post()]],
  getProposals: ({ fund }) => [
    [`${API}/proposals?fundId=${fund}`],
    [`${API}/proposals?fundId=${fund}&status=WAITING`],
  ],
  getProposal: ({ proposal }) => [[`${API}/proposals/${proposal}`]],
  approveProposal: ({ proposal }) => [[`${API}/proposals/${proposal}/approve`, post()]],
  rejectProposal: ({ proposal }) => [
    [`${API}/proposals/${proposal}/reject`, post({ reason: "x" })],
  ],
  withdrawProposal: ({ proposal }) => [[`${API}/proposals/${proposal}/withdraw`, post()]],
  closePeriod: ({ fund }) => [[`${API}/periods`, post({ fundId: fund, to: "2021-12-31" })]],
  getPeriods: ({ fund }) => [[`${API}/periods?fundId=${fund}`]],
  getPeriod: ({ period }) => [[`${API}/periods/${period}`]],
  reopenPeriod: ({ fund, period }, mine) => [
    [`${API}/periods/${period}/reopen`, post({ fundId: fund, reason: "x" })],
    [`${API}/periods/${period}/reopen`, post({ fundId: mine.fund, reason: "x" })],
  ],
  analyze: ({ transaction }) => [
    [`${API}/analyze`, post({ kind: "CATEGORIZE", transactionIds: [transaction] })],
    [`${API}/analyze`, post({ kind: "EXPLAIN", transactionIds: [transaction], texts: ["Fee"] })],
  ],
  getNews: ({ fund }) => [[`${API}/news?fundId=${fund}`]],
  getNewsSentiment: ({ fund }) => [
    [`${API}/news-sentiment?fundId=${fund}&from=2026-06-01&to=2026-06-30`],
  ],
  postNews: ({ fund }) => [[`${API}/news`, post({ ...NEWS, fundId: fund })]],
  computePortfolioRisk: ({ fund }) => [
    [`${API}/portfolio-risk`, post({ currency: "EUR", holdings: [{ fundId: fund }] })],
  ],
  getPredictions: ({ fund }) => [[`${API}/predictions?fundId=${fund}`]],
  getMetrics: ({ fund, account }) => [
    [`${API}/metrics?fundId=${fund}`],
    [`${API}/metrics?accountId=${account}`],
  ],
  getForecasts: ({ fund, account }) => [
    [`${API}/forecasts?fundId=${fund}`],
    [`${API}/forecasts?accountId=${account}`],
  ],
  getReport: ({ fund }) =>
    [
      "trial-balance?",
      "balance-sheet?",
      "income-statement?from=2026-01-01&to=2026-12-31&",
      "cash-flow?from=2026-01-01&to=2026-12-31&",
    ].map((report) => [`${API}/reports/${report}fundId=${fund}`]),
  getComparativeReport: ({ fund }) =>
    [
      "balance-sheet?days=2026-06-30,2026-12-31&",
      "balance-sheet?days=2026-06-30,2026-12-31&dimension=desk&",
      "trial-balance?days=2026-06-30,2026-12-31&",
      "income-statement?periods=2026-01-01..2026-06-30,2026-07-01..2026-12-31&",
      "cash-flow?periods=2026-01-01..2026-06-30,2026-07-01..2026-12-31&",
    ].map((report) => [`${API}/comparative-reports/${report}fundId=${fund}`]),
  importStatement: ({ account, contra }, mine) => [
    [`${API}/statements`, post({ accountId: account, content: STATEMENT_FILE })],
    [
      `${API}/statements`,
      post({ accountId: mine.account, content: STATEMENT_FILE, paymentsAccountId: contra }),
    ],
  ],
  previewStatement: ({ account }) => [
    [`${API}/statements/preview`, post({ accountId: account, content: STATEMENT_FILE })],
  ],
  getStatements: ({ fund, account }) => [
    [`${API}/statements?fundId=${fund}`],
    [`${API}/statements?accountId=${account}`],
  ],
  getStatement: ({ statement }) => [[`${API}/statements/${statement}`]],
  getStatementLines: ({ statement }) => [[`${API}/statements/${statement}/lines`]],
  undoStatement: ({ statement }) => [
    [`${API}/statements/${statement}/undo`, post({ reason: "x" })],
  ],
  startStatementUndo: ({ statement }) => [
    [`${API}/statements/${statement}/undo-jobs`, post({ reason: "x" })],
  ],
  moveStatementLine: ({ statement, contra }, mine) => [
    [`${API}/statements/${statement}/lines/1/move`, post({ accountId: mine.contra })],
    [`${API}/statements/${mine.statement}/lines/1/move`, post({ accountId: contra })],
  ],
  splitStatementLine: ({ statement, contra }, mine) => [
    [`${API}/statements/${statement}/lines/1/split`, post(wholeOn(mine.contra))],
    [`${API}/statements/${mine.statement}/lines/1/split`, post(wholeOn(contra))],
  ],
  importRulesEffect: ({ account, contra }, mine) => [
    [`${API}/statements/rules-effect`, post({ accountId: account, rules: [] })],
    [
      `${API}/statements/rules-effect`,
      post({ accountId: mine.account, rules: [], receiptsAccountId: contra }),
    ],
  ],
  getReconciliation: ({ account }) => [[`${API}/reconciliation?accountId=${account}`]],
  getOrders: ({ fund }) => [[`${API}/orders?fundId=${fund}`]],
  getInvestors: () => [[`${API}/investors`]],
  getInvestorStatements: ({ fund }) => [
    [`${API}/investor-statements?fundId=${fund}&from=2026-01-01&to=2026-12-31`],
  ],
  getTrades: ({ fund }) => [[`${API}/trades?fundId=${fund}`]],
  // The sample books have no trades: those of the ledger's own tests are refused to other callers.
  getTrade: () => [],
  getPositions: ({ fund }) => [[`${API}/positions?fundId=${fund}`]],
  getValuations: ({ fund }) => [[`${API}/valuations?fundId=${fund}`]],
  getPrices: ({ fund }) => [[`${API}/prices?fundId=${fund}`]],
  recordTrades: ({ fund }) => [[`${API}/trades`, post({ fundId: fund, trades: [TRADE] })]],
  recordPrices: ({ fund }) => [[`${API}/prices`, post({ fundId: fund, prices: [PRICE] })]],
  calculateNav: ({ fund }) => [
    [`${API}/valuations`, post({ fundId: fund, navDate: "2026-06-30" })],
  ],
  // Rates belong to the tenant, and are in no list of another one.
  recordExchangeRates: () => [],
  getExchangeRates: () => [],
  getValuation: () => [],
  publishNav: () => [],
  getNavs: () => [],
  // The sample books have no share classes: the ledger's own tests give these to other callers.
  placeOrders: () => [],
  getOrder: () => [],
  cancelOrder: () => [],
  getHoldings: () => [],
  getInvestorStatement: () => [],
  // They have no id of a fund; their instruments belong to the tenant.
  startSimulation: () => [],
  getIndicators: () => [],
  getJob: ({ job }) => [[`${API}/jobs/${job}`]],
  cancelJob: ({ job }) => [[`${API}/jobs/${job}/cancel`, post()]],
  ...WEBHOOK_WAYS,
};
