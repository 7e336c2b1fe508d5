import { newId } from "@allfunds/platform/ids";
import {
  createTestIssuer,
  type TestIssuer,
  type TestTokenOptions,
} from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { alternativesOf } from "../endpoint/access.ts";
import { allEndpoints } from "../endpoints.ts";
import { openBridge, sendJson, type OpenBridge, type Reply } from "../service.fixture.ts";
import { startRunningGraph, type RunningGraph } from "./running-graph.fixture.ts";
import { openSampleBooks, type Ids } from "./sample-books.fixture.ts";
import { API, post, WEBHOOK_WAYS, type Request } from "./webhook-ways.fixture.ts";

const SCOPES = [...new Set(allEndpoints.flatMap(({ access }) => alternativesOf(access).flat()))];

type Headers = Readonly<Record<string, string>>;

// On a busy machine, a slow answer must not become a timeout.
const PATIENT = { GATEWAY_QUERY_TIMEOUT_MS: 60_000, GATEWAY_MUTATION_TIMEOUT_MS: 60_000 };

// A whole graph starts, and its followers read what is posted.
const MINUTE_MS = 60_000;
const START_LIMIT_MS = 20 * MINUTE_MS;
const FOLLOWED = { timeout: 4 * MINUTE_MS, interval: 100 };

let issuer: TestIssuer;
let graph: RunningGraph;
let bridge: OpenBridge;
/** What the owner's tenant has. A caller with a grant may read the fund of `granted`. */
let theirs: Ids;
let granted: Ids;
/** What the other tenant has. */
let own: Ids;
let owner: Headers;

const tenant = newId();
const otherTenant = newId();
const headersOf = (options: TestTokenOptions): Promise<Headers> =>
  issuer.headers({ scopes: SCOPES, ...options });

beforeAll(async () => {
  issuer = await createTestIssuer();
  graph = await startRunningGraph(issuer);
  bridge = await openBridge(graph.url, { issuer, config: PATIENT });
  owner = await headersOf({ tenantId: tenant, subject: "owner" });
  const other = await headersOf({ tenantId: otherTenant, subject: "other" });
  [theirs, granted, own] = await Promise.all([
    openSampleBooks(graph, bridge.send, owner),
    openSampleBooks(graph, bridge.send, owner),
    openSampleBooks(graph, bridge.send, other),
  ]);
  await untilFollowed();
}, START_LIMIT_MS);
afterAll(async () => {
  await bridge?.close();
  await graph?.close();
  issuer?.stop();
});

/** Until the followers have read the owner's books, every answer would be the same refusal. */
async function untilFollowed(): Promise<void> {
  const reads = [`predictions?fundId=${theirs.fund}`, `metrics?fundId=${theirs.fund}`];
  for (const read of reads) {
    await vi.waitFor(async () => {
      const { status, text } = await send([`${API}/${read}`], owner);
      expect([status, text]).toEqual([200, text]);
    }, FOLLOWED);
  }
}

const legs = (one: string, other: string) => [
  { accountId: one, side: "DEBIT", amount: "1.00" },
  { accountId: other, side: "CREDIT", amount: "1.00" },
];
const transactionIn = (fundId: string, entries: object) => ({
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
const WAYS: Readonly<Record<string, (ids: Ids, mine: Ids) => readonly Request[]>> = {
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

/** Instruments belong to a tenant and to no fund. */
const OF_INSTRUMENT = ({ instrument }: Ids): Request => [
  `${API}/metrics?instrumentId=${instrument}`,
];
const INDICATORS_OF_INSTRUMENT = ({ instrument }: Ids): Request => [
  `${API}/indicators?instrumentId=${instrument}&indicators=RSI`,
];
const NEWS_OF_INSTRUMENT = ({ instrument }: Ids): Request => [
  `${API}/news?instrumentId=${instrument}`,
];
const RISK_OF_INSTRUMENT = ({ instrument: instrumentId }: Ids): Request => [
  `${API}/portfolio-risk`,
  post({ currency: "EUR", holdings: [{ instrumentId, weight: 1 }] }),
];
const SIMULATION_OF_INSTRUMENT = ({ instrument: instrumentId }: Ids): Request => [
  `${API}/simulations`,
  post({ assets: [{ instrumentId }], horizon: 1, initialValue: "1.00", currency: "EUR" }),
];

const KINDS = [
  "fund",
  "account",
  "contra",
  "transaction",
  "hold",
  "period",
  "proposal",
  "instrument",
  "job",
  "statement",
  "attachment",
  "webhook",
  "delivery",
] as const satisfies readonly (keyof Ids)[];

const absentIds = (): Ids =>
  Object.fromEntries(KINDS.map((kind) => [kind, newId()])) as unknown as Ids;

const send = ([path, init]: Request = [""], headers: Headers): Promise<Reply> =>
  bridge.send(path, {
    ...init,
    headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers },
  });

/** An answer without what differs between any two: the trace, and the ids of the request. */
function comparable(reply: Reply, ids: Ids): object {
  let text = reply.text.replaceAll(/"traceId":"\w+"/g, "");
  for (const kind of KINDS) text = text.replaceAll(ids[kind], `{${kind}}`);
  const header = (name: string) => reply.headers.get(name);
  return { status: reply.status, text, type: header("content-type"), allow: header("allow") };
}

async function expectAlike(
  way: (ids: Ids) => Request | undefined,
  headers: Headers,
): Promise<Reply> {
  const absent = absentIds();
  const [foreign, unknown] = await Promise.all([
    send(way(theirs), headers),
    send(way(absent), headers),
  ]);
  expect(comparable(foreign, theirs)).toEqual(comparable(unknown, absent));
  return foreign;
}

it("covers every endpoint", () => {
  const operationIds = allEndpoints.map(({ docs }) => docs.operationId);
  expect(new Set(Object.keys(WAYS))).toEqual(new Set(operationIds));
});

describe.each([
  [
    "another tenant's ids",
    { tenantId: otherTenant, subject: "other" },
    () => ({ mine: own, funds: "*" as const }),
  ],
  [
    "funds outside the grant",
    { tenantId: tenant, subject: "narrow" },
    () => ({ mine: granted, funds: [granted.fund] }),
  ],
] as const)("%s", (_what, who, around) => {
  it.each(Object.entries(WAYS))(
    "are answered by %s like ids that do not exist",
    async (_name, ways) => {
      const { mine, funds } = around();
      const headers = await headersOf({ ...who, funds });
      const answers = await Promise.all(
        ways(theirs, mine).map((_way, index) =>
          expectAlike((ids) => ways(ids, mine)[index], headers),
        ),
      );
      // Two failures of a server would be alike as well.
      for (const answer of answers) expect(answer.status).toBeLessThan(500);
    },
  );

  it("are in no list without a filter", async () => {
    const headers = await headersOf({ ...who, funds: around().funds });
    const lists = ["funds", "ledger", "proposals", "webhooks"];
    for (const path of lists.map((list) => `${list}?first=200`)) {
      const { status, text } = await send([`${API}/${path}`], headers);
      expect(status).toBe(200);
      expect(text).toContain(around().mine.fund);
      for (const kind of KINDS) expect(text).not.toContain(theirs[kind]);
    }
  });
});

it("shows no instrument of another tenant", async () => {
  const headers = await headersOf({ tenantId: otherTenant });
  const ways = [
    OF_INSTRUMENT,
    INDICATORS_OF_INSTRUMENT,
    NEWS_OF_INSTRUMENT,
    RISK_OF_INSTRUMENT,
    SIMULATION_OF_INSTRUMENT,
  ];
  for (const way of ways) {
    expect((await expectAlike(way, headers)).status).toBe(404);
  }
});

it("lets a tenant use an id that another tenant has used", async () => {
  const headers = await headersOf({ tenantId: otherTenant });
  const allowed = transactionIn(own.fund, legs(own.account, own.contra));
  const body = { ...allowed, id: theirs.transaction };
  const answer = await send([`${API}/transactions`, post(body)], headers);
  expect(answer.status).toBe(201);
  expect(answer.json()).toMatchObject({ id: theirs.transaction, fundId: own.fund });
});

it("shows the owner everything, unchanged by the refused requests", async () => {
  const reads: readonly Request[] = [
    OF_INSTRUMENT(theirs),
    ...Object.entries(WAYS)
      .filter(([name]) => name.startsWith("get"))
      .flatMap(([, ways]) => ways(theirs, theirs))
      .filter(([path]) => !path.includes("forecasts")),
  ];
  for (const request of reads) {
    const { status, text } = await send(request, owner);
    expect([request[0], status, text]).toEqual([request[0], 200, text]);
  }
  const ledger = await send([`${API}/ledger?fundId=${theirs.fund}`], owner);
  expect(ledger.json()["items"]).toHaveLength(4);
  const hold = await send([`${API}/holds/${theirs.hold}`], owner);
  expect(hold.json()).toMatchObject({ status: "ACTIVE", captured: "0.00" });
  const proposal = await send([`${API}/proposals/${theirs.proposal}`], owner);
  expect(proposal.json()).toMatchObject({ status: "WAITING" });
});
