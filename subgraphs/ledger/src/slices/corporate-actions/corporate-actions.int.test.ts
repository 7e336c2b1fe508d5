import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
  SPUN_OFF,
  trade,
} from "../trades/portfolio.fixture.ts";

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

const trades = async (fundId: string, ...list: object[]): Promise<void> => {
  const answer = await graph.run(ann, RECORD_TRADES, { input: { fundId, trades: list } });
  dataOf(answer, "recordTrades");
};

const RECORD = `mutation ($input: RecordPortfolioActionInput!) {
  recordPortfolioAction(input: $input) { id status cash { amount } realisedGain { amount } } }`;

const act = (fundId: string, kind: string, exDate: string, more: object, isin = SHARE) =>
  graph.run(ann, RECORD, { input: { fundId, kind, isin, exDate, ...more } });

interface Recorded {
  readonly id: string;
  readonly cash: { readonly amount: string };
  readonly realisedGain: { readonly amount: string };
}

const recorded = async (...of: Parameters<typeof act>): Promise<Recorded> =>
  dataOf<Recorded>(await act(...of), "recordPortfolioAction");

/** The position of the worked example through the public API, and its trial balance. */
async function lifeOf(lotMethod: string): Promise<Record<string, string>> {
  const fundId = await openAdministered(graph, ann, { lotMethod, transactionCosts: "CAPITALISE" });
  await trades(
    fundId,
    trade("BUY", SHARE, "2025-01-10", "101", "50.00", { costs: "10.00" }),
    trade("BUY", SHARE, "2025-03-14", "60", "62.50", { costs: "7.50" }),
    trade("BUY", SHARE, "2025-04-11", "20", "40.00", { costs: "4.00" }),
  );
  const split = { newUnits: "3", oldUnits: "2", fractionPrice: "42.00" };
  await recorded(fundId, "SPLIT", "2025-05-02", split);
  await trades(fundId, trade("SELL", SHARE, "2025-06-20", "110", "48.00", { costs: "12.00" }));
  await recorded(fundId, "RETURN_OF_CAPITAL", "2025-09-15", { perUnit: "1.25" });
  await recorded(fundId, "SPIN_OFF", "2025-11-03", {
    intoIsin: SPUN_OFF,
    newUnits: "1",
    oldUnits: "4",
    costShare: "0.15",
    fractionPrice: "21.00",
  });
  await trades(fundId, trade("SELL", SPUN_OFF, "2026-02-02", "40", "23.00", { costs: "5.00" }));
  await recorded(fundId, "RETURN_OF_CAPITAL", "2026-02-09", { perUnit: "31.00" });
  await trades(fundId, trade("SELL", SHARE, "2026-03-16", "161", "22.00", { costs: "15.00" }));
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
  return balancesOf(graph, ann, fundId);
}

test.each(["FIFO", "LIFO", "HIFO", "AVERAGE"])(
  "a position by %s ends with a gain of 5,307.00 and nothing held",
  async (method) => {
    expect(await lifeOf(method)).toEqual({
      // Cash of the split, the spin-off and both returns of capital; trades are not settled here.
      "1000": "5218.50",
      "1400": "9710.00",
      "2000": "-9621.50",
      "4100": "-5307.00",
    });
  },
);

describe("income", () => {
  test("a dividend goes to who held at the open of the ex-date, with its tax", async () => {
    const fundId = await openAdministered(graph, ann);
    await trades(
      fundId,
      trade("BUY", SHARE, "2026-10-01", "5000", "120.00"),
      trade("BUY", SHARE, "2026-10-09", "1000", "119.00"),
    );
    const terms = { perUnit: "1.20", withholdingRate: "0.15", payDate: "2026-10-20" };
    const dividend = await recorded(fundId, "DIVIDEND", "2026-10-09", terms);
    expect(dividend.cash.amount).toBe("5100.00");
    // Recorded late, but bought before the ex-date, so that 100 units more were entitled.
    await trades(fundId, trade("BUY", SHARE, "2026-10-08", "100", "120.00"));
    expect(await balancesOf(graph, ann, fundId)).toMatchObject({
      "1300": "5202.00",
      "4000": "-6120.00",
      "5200": "918.00",
    });
    const pay = (amount: string) =>
      graph.run(
        ann,
        "mutation ($input: PayPortfolioActionInput!) { payPortfolioAction(input: $input) { status } }",
        { input: { actionId: dividend.id, amount } },
      );
    expect(dataOf(await pay("5202.00"), "payPortfolioAction")).toEqual({ status: "PAID" });
    expect(codeOf(await pay("5202.00"))).toBe("TRADE_STATE");
    const after = await balancesOf(graph, ann, fundId);
    expect([after["1000"], after["1300"]]).toEqual(["5202.00", undefined]);
  });

  test("a dollar dividend moves through the exchange accounts, and reclaimable tax is owed", async () => {
    const fundId = await openAdministered(graph, ann);
    await trades(fundId, trade("BUY", DOLLAR_SHARE, "2026-10-01", "100", "200.00"));
    await recorded(
      fundId,
      "DIVIDEND",
      "2026-10-15",
      { perUnit: "1.10", withholdingRate: "0.30", reclaimableShare: "0.5", payDate: "2026-10-30" },
      DOLLAR_SHARE,
    );
    expect(await balancesOf(graph, ann, fundId)).toMatchObject({
      "1300-USD": "77.00",
      "1330-USD": "16.50",
      "2900-USD": "-93.50",
      "1900-USD": "85.00",
      "4000": "-100.00",
      "5200": "15.00",
    });
  });

  test("a coupon takes the interest that was bought, and earns the rest", async () => {
    const fundId = await openAdministered(graph, ann);
    await trades(
      fundId,
      trade("BUY", BOND, "2024-08-27", "100000", "99.50", { settlementDate: "2024-08-29" }),
    );
    await recorded(fundId, "COUPON", "2024-12-31", { payDate: "2025-01-02" }, BOND);
    const balances = await balancesOf(graph, ann, fundId);
    expect([balances["1310"], balances["1320"], balances["4010"]]).toEqual([
      undefined,
      "2125.00",
      "-1432.07",
    ]);
    expect(codeOf(await act(fundId, "COUPON", "2024-12-30", {}, BOND))).toBe("INVALID_INPUT");
  });
});

test("an action recorded late replays the trades behind it, and a cancelled one leaves no trace", async () => {
  const fundId = await openAdministered(graph, ann);
  await trades(
    fundId,
    trade("BUY", SHARE, "2026-01-02", "11", "1435.75"),
    trade("SELL", SHARE, "2026-03-02", "5", "1800.00", { unitsBasis: "OLD" }),
  );
  const before = await balancesOf(graph, ann, fundId);
  const split = await recorded(fundId, "SPLIT", "2026-03-02", { newUnits: "20", oldUnits: "1" });
  expect((await balancesOf(graph, ann, fundId))[`1800-${SHARE}`]).toBe("120.0000");
  expect(codeOf(await act(fundId, "SPLIT", "2026-03-02", { newUnits: "0", oldUnits: "1" }))).toBe(
    "INVALID_INPUT",
  );
  await graph.run(
    ann,
    "mutation ($input: CancelPortfolioActionInput!) { cancelPortfolioAction(input: $input) { status } }",
    { input: { actionId: split.id, reason: "Another security" } },
  );
  expect(await balancesOf(graph, ann, fundId)).toEqual(before);
  const read = `{ fund(id: "${fundId}") { portfolioActions { nodes { kind status } } } }`;
  expect(dataOf(await graph.run(ann, read), "fund")).toEqual({
    portfolioActions: { nodes: [{ kind: "SPLIT", status: "CANCELLED" }] },
  });
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
});
