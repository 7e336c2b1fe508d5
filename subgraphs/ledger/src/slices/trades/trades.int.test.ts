import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exported, Sealer, verify, type LoggedEvent } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import {
  balancesOf,
  BOND,
  describeMarket,
  DOLLAR_SHARE,
  openAdministered,
  RECORD_TRADES,
  SHARE,
  trade,
} from "./portfolio.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
const tenantId = newId();
const ann = signedIn("ann", { overrides: { tenantId } });

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  await describeMarket(graph, ann);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const record = (fundId: string, ...trades: object[]) =>
  graph.run(ann, RECORD_TRADES, { input: { fundId, trades } });

test("the trades of a security that there is not are refused, not none", async () => {
  const fundId = await openAdministered(graph, ann);
  const tradesOf = async (isin: string) =>
    codeOf(
      await graph.run(
        ann,
        `{ fund(id: "${fundId}") { trades(isin: "${isin}") { nodes { id } } } }`,
      ),
    );
  expect([await tradesOf(SHARE), await tradesOf("XX")]).toEqual(["ok", "SECURITY_NOT_FOUND"]);
});

interface Held {
  readonly positions: { readonly nodes: { readonly isin: string }[] };
}

async function positionsOf(fundId: string, more = ""): Promise<Held["positions"]["nodes"]> {
  const text = `{ fund(id: "${fundId}") { positions${more} { nodes { isin quantity cost { amount }
    lots { openedOn quantity cost { amount } baseCost } } } } }`;
  return dataOf<Held>(await graph.run(ann, text), "fund").positions.nodes;
}

test("trades of the worked example post cost, costs, gains and currency to the cent", async () => {
  const fundId = await openAdministered(graph, ann);
  const buyX = trade("BUY", SHARE, "2026-10-01", "5000", "120.00", { costs: "300.00" });
  const buyY = trade("BUY", DOLLAR_SHARE, "2026-10-01", "2000", "200.00", { costs: "40.00" });
  const sellX = trade("SELL", SHARE, "2026-10-22", "1000", "125.00", { costs: "60.00" });
  const sellY = trade("SELL", DOLLAR_SHARE, "2026-10-23", "500", "204.00", { costs: "25.00" });
  expect(codeOf(await record(fundId, buyX, buyY))).toBe("ok");
  const sold = dataOf<{ trades: object[] }>(await record(fundId, sellX, sellY), "recordTrades");
  expect(sold.trades).toMatchObject([
    { realisedGain: { amount: "5000.00" }, realisedCurrencyGainBase: "0.00" },
    {
      realisedGain: { amount: "2000.00" },
      realisedGainBase: "1805.05",
      realisedCurrencyGainBase: "-2339.88",
      lots: [
        { lotId: buyY.id, quantity: "-500", cost: { amount: "-100000.00" }, baseCost: "-92592.59" },
      ],
    },
  ]);
  const settle = (tradeIds: string[]) =>
    graph.run(
      ann,
      "mutation ($input: SettleTradesInput!) { settleTrades(input: $input) { status settledOn } }",
      { input: { fundId, tradeIds } },
    );
  expect(dataOf(await settle([buyX.id, buyY.id]), "settleTrades")).toEqual([
    { status: "SETTLED", settledOn: "2026-10-01" },
    { status: "SETTLED", settledOn: "2026-10-01" },
  ]);
  expect(codeOf(await settle([buyX.id]))).toBe("TRADE_STATE");
  expect(await balancesOf(graph, ann, fundId)).toEqual({
    "1000": "-600300.00",
    "1000-USD": "-400040.00",
    "1200": "480000.00",
    "1200-USD": "300000.00",
    "1400": "124940.00",
    "1400-USD": "101975.00",
    [`1800-${SHARE}`]: "4000.0000",
    [`1800-${DOLLAR_SHARE}`]: "1500.0000",
    "1900-USD": "-594.43",
    [`2800-${SHARE}`]: "-4000.0000",
    [`2800-${DOLLAR_SHARE}`]: "-1500.0000",
    "2900-USD": "-1935.00",
    "4100": "-6805.05",
    "4110": "2339.88",
    "5100": "419.60",
  });
  expect(await positionsOf(fundId, '(asOf: "2026-10-22")')).toMatchObject([
    { isin: SHARE, quantity: "4000", cost: { amount: "480000.00" } },
    { isin: DOLLAR_SHARE, quantity: "2000", lots: [{ baseCost: "370370.37" }] },
  ]);
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
});

const again = (each: { id: string }) => ({ ...each, id: newId() });

test("a late trade replays the lots behind it, and the fund ends as if it had come in order", async () => {
  const [inOrder, late] = [
    await openAdministered(graph, ann, { lotMethod: "FIFO" }),
    await openAdministered(graph, ann, { lotMethod: "FIFO" }),
  ];
  const first = trade("BUY", SHARE, "2026-10-01", "10", "10.00");
  const second = trade("BUY", SHARE, "2026-10-02", "10", "20.00");
  const sale = trade("SELL", SHARE, "2026-10-05", "15", "30.00");
  await record(inOrder, first, second, sale);
  await record(late, again(second), again(trade("BUY", SHARE, "2026-10-03", "10", "25.00")));
  const surplus = await graph.run(
    ann,
    `{ fund(id: "${late}") { trades { nodes { id tradeDate } } } }`,
  );
  const { trades } = dataOf<{ trades: { nodes: { id: string; tradeDate: string }[] } }>(
    surplus,
    "fund",
  );
  await record(late, again(sale));
  const known = await balancesOf(graph, ann, late, "2026-10-04");
  await record(late, again(first));
  const cancelled = await graph.run(
    ann,
    "mutation ($input: TradeReasonInput!) { cancelTrade(input: $input) { status } }",
    { input: { tradeId: trades.nodes[0]?.id, reason: "Never executed" } },
  );
  expect(dataOf(cancelled, "cancelTrade")).toEqual({ status: "CANCELLED" });
  expect(known[`1200`]).toBe("450.00");
  expect(await balancesOf(graph, ann, late)).toEqual(await balancesOf(graph, ann, inOrder));
  const lots = (await positionsOf(late)).map((each) => ({ ...each }));
  expect(lots).toEqual(await positionsOf(inOrder));
  expect(lots).toMatchObject([{ quantity: "5", cost: { amount: "100.00" } }]);
  expect(await positionsOf(late, "(knownAt: 3)")).toEqual([]);
  for (const bookId of [inOrder, late]) {
    expect(await verifyBook(database.pool, { tenantId, bookId })).toMatchObject({ sound: true });
  }
});

async function change(field: string, input: object, selected = "id"): Promise<{ id: string }> {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const text = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selected} } }`;
  return dataOf(await graph.run(ann, text, { input }), field);
}

/** The same book as if all that it posted on one day had been posted on another. */
function redated(file: string, from: string, to: string): string {
  const [header = "", ...lines] = file.trimEnd().split("\n");
  const events = lines.map((line) => JSON.parse(line.replaceAll(from, to)) as LoggedEvent);
  return new Sealer(JSON.parse(header) as { tenantId: string; bookId: string }, events).text;
}

test("what comes late for a closed period keeps its day, and is posted on the first open one", async () => {
  const fundId = await openAdministered(graph, ann);
  const known = trade("BUY", SHARE, "2026-09-01", "10", "10.00", { settlementDate: "2026-09-03" });
  const sale = trade("SELL", SHARE, "2026-09-08", "2", "12.00");
  expect(codeOf(await record(fundId, known, sale))).toBe("ok");
  const deal = {
    fundId,
    tradeDate: "2026-09-10",
    settlementDate: "2026-09-12",
    soldCurrency: "EUR",
    sold: "100.00",
    boughtCurrency: "USD",
    bought: "110.00",
  };
  const early = await change("recordCurrencyTrade", deal);
  for (const to of ["2026-09-15", "2026-09-30"]) await change("closePeriod", { fundId, to });
  await change("closePeriod", { fundId, from: "2026-10-02", to: "2026-10-09" });
  const before = await balancesOf(graph, ann, fundId, "2026-09-30");

  const late = trade("BUY", SHARE, "2026-08-31", "5", "8.00", { settlementDate: "2026-09-02" });
  expect(codeOf(await record(fundId, late))).toBe("ok");
  const dividend = await change("recordPortfolioAction", {
    fundId,
    kind: "DIVIDEND",
    isin: SHARE,
    exDate: "2026-09-05",
    payDate: "2026-09-20",
    perUnit: "0.50",
  });
  await change("payPortfolioAction", { actionId: dividend.id });
  const tradeIds = [known.id, late.id];
  const settled = await change("settleTrades", { fundId, tradeIds }, "settledOn");
  expect(settled).toEqual([{ settledOn: "2026-10-01" }, { settledOn: "2026-10-01" }]);
  const lateDeal = await change("recordCurrencyTrade", deal);
  await change("settleCurrencyTrade", { currencyTradeId: early.id });
  await change("settleCurrencyTrade", { currencyTradeId: lateDeal.id, date: "2026-10-05" });

  expect(await balancesOf(graph, ann, fundId, "2026-09-30")).toEqual(before);
  expect(await positionsOf(fundId, '(asOf: "2026-09-30")')).toMatchObject([{ quantity: "8" }]);
  expect(await positionsOf(fundId, '(asOf: "2026-10-01")')).toMatchObject([
    { quantity: "13", lots: [{ openedOn: "2026-08-31", quantity: "3" }, { quantity: "10" }] },
  ]);
  const read = await graph.run(
    ann,
    `{ fund(id: "${fundId}") { trades { nodes { tradeDate bookedOn } }
      transactions(first: 50) { nodes { effectiveDate } } } }`,
  );
  const found = dataOf<{
    trades: { nodes: object[] };
    transactions: { nodes: { effectiveDate: string }[] };
  }>(read, "fund");
  expect(found.trades.nodes).toContainEqual({ tradeDate: "2026-08-31", bookedOn: "2026-10-01" });
  const counts: Record<string, number> = {};
  for (const { effectiveDate: day } of found.transactions.nodes) {
    counts[day] = (counts[day] ?? 0) + 1;
  }
  expect(counts).toEqual({
    "2026-09-01": 1,
    "2026-09-08": 1,
    "2026-09-10": 1,
    "2026-10-01": 8,
    "2026-10-10": 1,
  });
  const reason = { tradeId: late.id, reason: "Never executed" };
  const text = "mutation ($input: TradeReasonInput!) { cancelTrade(input: $input) { status } }";
  expect(codeOf(await graph.run(ann, text, { input: reason }))).toBe("ok");
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
  const file = await exported(database.pool, { tenantId, bookId: fundId });
  expect(verify(file)).toBe("sound");
  expect(verify(redated(file, "2026-10-01", "2026-10-20"))).toMatch(/PERIOD/);
});

test("trades that cannot be are refused whole, each with its place", async () => {
  const fundId = await openAdministered(graph, ann);
  const buy = trade("BUY", SHARE, "2026-10-01", "10", "10.00", { reference: "T-1" });
  expect(codeOf(await record(fundId, buy))).toBe("ok");
  const refused = async (...trades: object[]) => {
    const { errors } = await record(fundId, ...trades);
    return errors?.[0]?.message;
  };
  const fine = trade("BUY", SHARE, "2026-10-02", "1", "10.00");
  expect(await refused(fine, trade("SELL", SHARE, "2026-10-03", "12", "9.00"))).toMatch(
    /^trades\.1: There are not as many units held/,
  );
  expect(await refused({ ...fine, reference: "T-1" })).toMatch(/reference T-1 exists already/);
  expect(await refused({ ...fine, isin: "US5949181045" })).toMatch(/no security US5949181045/);
  expect(await refused({ ...fine, quantity: "1.00001" })).toMatch(/at most 4 decimals/);
  expect(await refused({ ...fine, quantity: "0" })).toMatch(/above zero/);
  expect(await refused({ ...fine, tradeDate: "2019-12-31" })).toMatch(/no terms on 2019-12-31/);
  expect(await refused(trade("BUY", DOLLAR_SHARE, "2026-09-29", "1", "10.00"))).toMatch(
    /no exchange rate from USD to EUR/,
  );
  expect(await positionsOf(fundId)).toMatchObject([{ quantity: "10" }]);
  const { id } = buy;
  expect(codeOf(await record(fundId, { ...fine, id }))).toBe("ALREADY_EXISTS");
});

test("a bond is bought with its interest, and percent of the nominal", async () => {
  const fundId = await openAdministered(graph, ann);
  const bought = await record(
    fundId,
    trade("BUY", BOND, "2024-08-27", "100000", "99.50", { settlementDate: "2024-08-29" }),
  );
  expect(dataOf<{ trades: object[] }>(bought, "recordTrades").trades).toMatchObject([
    { accrued: { amount: "692.93" } },
  ]);
  expect(await balancesOf(graph, ann, fundId)).toMatchObject({
    "1200": "99500.00",
    "1310": "692.93",
    "2000": "-100192.93",
    [`1800-${BOND}`]: "100000.00",
  });
});

test("a repeat with the same key records once, and two batches at once keep every lot", async () => {
  const fundId = await openAdministered(graph, ann);
  const input = {
    fundId,
    trades: [trade("BUY", SHARE, "2026-10-01", "10", "10.00")],
    idempotencyKey: "k",
  };
  const answers = await Promise.all([1, 2].map(() => graph.run(ann, RECORD_TRADES, { input })));
  expect(
    answers.filter((each) => dataOf<{ replayed: boolean }>(each, "recordTrades").replayed),
  ).toHaveLength(1);
  const sale = () => record(fundId, trade("SELL", SHARE, "2026-10-02", "6", "11.00"));
  const codes = (await Promise.all([sale(), sale()]))
    .map(codeOf)
    .sort((one, other) => one.localeCompare(other));
  expect(codes).toEqual(["LOTS_EXCEEDED", "ok"]);
  expect(await positionsOf(fundId)).toMatchObject([{ quantity: "4", cost: { amount: "40.00" } }]);
});

const IMPORT = `mutation ($input: ImportFundFileInput!) { importFundFile(input: $input) {
  hash count passedOver isApplied replayed columns { field column } differences { isin inFile inBooks difference } } }`;
const HEADER = "Trade date,Settlement date,Side,ISIN,Quantity,Price,Currency,Costs,Reference\n";

test("a file of trades is recorded once, and a file of positions is compared with it", async () => {
  const fundId = await openAdministered(graph, ann);
  const importFile = (kind: string, content: string, more = {}) =>
    graph.run(ann, IMPORT, { input: { kind, fundId, content, ...more } });
  const file =
    HEADER +
    `2026-10-01,2026-10-05,BUY,${SHARE},100,120.00,EUR,3.00,F-1\n` +
    `2026-10-02,2026-10-06,SELL,${SHARE},40,125.00,EUR,,F-2\n`;
  const preview = dataOf(await importFile("TRADES", file, { preview: true }), "importFundFile");
  expect(preview).toMatchObject({ count: 2, isApplied: false });
  expect(await positionsOf(fundId)).toEqual([]);
  for (const replayed of [false, true]) {
    const imported = dataOf(await importFile("TRADES", file), "importFundFile");
    expect(imported).toMatchObject({ count: 2, isApplied: true, replayed });
    expect(await positionsOf(fundId)).toMatchObject([{ isin: SHARE, quantity: "60" }]);
  }
  const positions = `isin,quantity,asOf\n${SHARE},60,2026-10-02\n${SHARE},90,2026-10-01\n`;
  expect(dataOf(await importFile("POSITIONS", positions), "importFundFile")).toMatchObject({
    isApplied: false,
    differences: [{ isin: SHARE, inFile: "90", inBooks: "100", difference: "-10" }],
  });
});

test("a file of trades is taken back whole, with the sale that needs its purchase", async () => {
  const fundId = await openAdministered(graph, ann);
  const content =
    HEADER +
    `2026-10-01,2026-10-05,BUY,${SHARE},100,120.00,EUR,3.00,F-1\n` +
    `2026-10-02,2026-10-06,SELL,${SHARE},40,125.00,EUR,,F-2\n`;
  const file = { kind: "TRADES", fundId, content };
  const imported = await graph.run(ann, IMPORT, { input: file });
  const { hash } = dataOf<{ hash: string }>(imported, "importFundFile");
  const undo = (more: object = {}) =>
    graph.run(ann, "mutation ($input: UndoImportInput!) { undoImport(input: $input) { count } }", {
      input: { kind: "TRADES", fundId, hash, reason: "Wrong file", ...more },
    });
  for (const _twice of [1, 2]) {
    expect(dataOf(await undo(), "undoImport")).toEqual({ count: 2 });
    expect(await positionsOf(fundId)).toEqual([]);
  }
  expect(codeOf(await undo({ hash: "0".repeat(64) }))).toBe("FILE_NOT_FOUND");
  // The same text brings new trades then, with the same references, and is known again.
  for (const replayed of [false, true]) {
    const again = dataOf(await graph.run(ann, IMPORT, { input: file }), "importFundFile");
    expect(again).toMatchObject({ count: 2, replayed });
    expect(await positionsOf(fundId)).toMatchObject([{ isin: SHARE, quantity: "60" }]);
  }
  expect(dataOf(await undo(), "undoImport")).toEqual({ count: 2 });
  expect(await positionsOf(fundId)).toEqual([]);
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
});

test("lines of a file whose trades were cancelled elsewhere are passed over", async () => {
  const fundId = await openAdministered(graph, ann);
  const content =
    HEADER.replace("Reference", "Status") +
    `2026-10-01,2026-10-05,BUY,${SHARE},100,120.00,EUR,3.00,SETTLED\n` +
    `2026-10-01,2026-10-05,BUY,${SHARE},100,120.00,EUR,3.00,Cancelled\n`;
  const input = { kind: "TRADES", fundId, content };
  expect(dataOf(await graph.run(ann, IMPORT, { input }), "importFundFile")).toMatchObject({
    count: 1,
    passedOver: [3],
  });
  expect(await positionsOf(fundId)).toMatchObject([{ isin: SHARE, quantity: "100" }]);
});

test("a trade takes the rate of the source that its fund prefers", async () => {
  const day = "2026-11-20";
  const rate = { date: day, base: "EUR", quote: "USD" };
  const rates = [
    { ...rate, rate: "1.2500", source: "WMR" },
    { ...rate, rate: "1.0000", source: "ECB" },
  ];
  const text =
    "mutation ($input: RecordExchangeRatesInput!) { recordExchangeRates(input: $input) { count } }";
  expect(codeOf(await graph.run(ann, text, { input: { rates } }))).toBe("ok");
  for (const [priceSources, baseCost] of [
    [["WMR"], "80.00"],
    [["ECB"], "100.00"],
  ] as const) {
    const fundId = await openAdministered(graph, ann, { priceSources });
    expect(codeOf(await record(fundId, trade("BUY", DOLLAR_SHARE, day, "1", "100.00")))).toBe("ok");
    expect(await positionsOf(fundId)).toMatchObject([{ lots: [{ baseCost }] }]);
  }
});

test("a file that the books refuse names its line, and nothing of it is recorded", async () => {
  const fundId = await openAdministered(graph, ann);
  const refused = (lines: string) =>
    graph.run(ann, IMPORT, { input: { kind: "TRADES", fundId, content: HEADER + lines } });
  const oversold = await refused(
    `2026-10-01,2026-10-05,BUY,${SHARE},10,120.00,EUR,,G-1\n` +
      `2026-10-02,2026-10-06,SELL,${SHARE},11,125.00,EUR,,G-2\n`,
  );
  expect(codeOf(oversold)).toBe("LOTS_EXCEEDED");
  expect(oversold.errors?.[0]?.message).toMatch(/^line 3: /);
  const unknown = await refused("2026-10-01,2026-10-05,BUY,XX0000000000,10,120.00,EUR,,G-1\n");
  expect(codeOf(unknown)).toBe("FILE_INVALID");
  expect(await positionsOf(fundId)).toEqual([]);
});
