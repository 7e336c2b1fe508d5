import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { exportBook } from "../../evidence/export-book.ts";
import { verify } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  waitingIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import {
  balancesOf,
  describeMarket,
  openAdministered,
  SHARE,
  trade,
} from "../trades/portfolio.fixture.ts";

// What becomes of trades and corporate actions moves money, too: each above a limit waits, and is done as proposed.

let database: TestDatabase;
let graph: LedgerGraph;
const tenantId = newId();
const of = { overrides: { tenantId, now: new Date("2026-12-01T00:00:00.000Z") } };
const [ann, bob, boss] = [signedIn("ann", of), signedIn("bob", of), signedIn("boss", of)];

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  await describeMarket(graph, ann);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const give = (name: string, type: string, input: object, by = ann, shows = "{ __typename }") =>
  graph.run(by, `mutation ($input: ${type}!) { ${name}(input: $input) ${shows} }`, { input });
const decide = (name: string, id: string, by: typeof ann) =>
  graph.run(by, `mutation ($id: ID!) { ${name}(id: $id) { status kind } }`, { id });

type Answer = Awaited<ReturnType<typeof give>>;

/** It waits; its maker may not approve it, another person may, and the same request then answers what was done. */
async function waitsFor(send: () => Promise<Answer>, kind: string): Promise<void> {
  const waiting = await send();
  expect(codeOf(waiting)).toBe("APPROVAL_REQUIRED");
  const id = waitingIn(waiting);
  expect(codeOf(await decide("approveProposal", id, ann))).toBe("FORBIDDEN");
  expect(dataOf(await decide("approveProposal", id, bob), "approveProposal")).toEqual({
    status: "APPROVED",
    kind,
  });
  expect(codeOf(await send())).toBe("ok");
}

const limit = (fundId: string, amount: string | null, more: object = {}) =>
  give(
    "setApprovalLimit",
    "SetApprovalLimitInput",
    { fundId, currency: "EUR", amount, ...more },
    boss,
  );

async function expectSound(fundId: string): Promise<void> {
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
  const [own = "", tenants = ""] = await Promise.all(
    [fundId, tenantBookOf(tenantId)].map(async (bookId) => {
      const parts: string[] = [];
      await exportBook(database.pool, { tenantId, bookId }, (text) =>
        Promise.resolve(void parts.push(text)),
      );
      return parts.join("");
    }),
  );
  expect(verify(own, tenants)).toBe("sound");
}

test("settling and cancelling trades wait above a limit, of one and of a day", async () => {
  const fundId = await openAdministered(graph, ann);
  const [large, other, small, last] = [
    trade("BUY", SHARE, "2026-10-05", "100", "10.00"),
    trade("BUY", SHARE, "2026-10-06", "50", "10.00"),
    trade("BUY", SHARE, "2026-10-07", "1", "10.00"),
    trade("BUY", SHARE, "2026-10-08", "12", "10.00"),
  ] as const;
  const trades = [large, other, small, last];
  expect(codeOf(await give("recordTrades", "RecordTradesInput", { fundId, trades }))).toBe("ok");
  await limit(fundId, "200.00");
  const settle = (tradeIds: string[], idempotencyKey: string = newId()) =>
    give("settleTrades", "SettleTradesInput", { fundId, tradeIds, idempotencyKey });
  const several = await settle([small.id, large.id]);
  expect(several.errors?.[0]?.originalError).toMatchObject({
    code: "APPROVAL_REQUIRED",
    violations: [{ path: "tradeIds.1", message: "is above a limit" }],
  });
  await waitsFor(() => settle([large.id], "settle"), "TRADE");
  const cancel = (tradeId: string, idempotencyKey: string = newId()) =>
    give("cancelTrade", "TradeReasonInput", { tradeId, reason: "Wrong", idempotencyKey });
  // Rejected, it can be proposed again.
  const rejected = waitingIn(await cancel(other.id));
  const reject = `mutation ($id: ID!) { rejectProposal(id: $id, reason: "No") { status } }`;
  expect(codeOf(await graph.run(bob, reject, { id: rejected }))).toBe("ok");
  await waitsFor(() => cancel(other.id, "cancel"), "TRADE");
  // Within the limit of one, but with what was settled before above that of a day.
  await limit(fundId, "125.00", { per: "DAY" });
  expect(codeOf(await settle([small.id]))).toBe("ok");
  expect(codeOf(await settle([small.id]))).toBe("TRADE_STATE");
  await waitsFor(() => settle([last.id], "day"), "TRADE");
  expect(await balancesOf(graph, ann, fundId)).toMatchObject({ "1000": "-1130.00" });
  await expectSound(fundId);
});

test("settling and cancelling an exchange of currencies wait, and so do corporate actions", async () => {
  const fundId = await openAdministered(graph, ann);
  const bought = trade("BUY", SHARE, "2026-10-05", "100", "10.00");
  await give("recordTrades", "RecordTradesInput", { fundId, trades: [bought] });
  const exchange = async (): Promise<string> => {
    const deal = {
      fundId,
      tradeDate: "2026-10-05",
      settlementDate: "2026-10-07",
      soldCurrency: "EUR",
      sold: "500.00",
      boughtCurrency: "USD",
      bought: "540.00",
    };
    const answer = await give(
      "recordCurrencyTrade",
      "RecordCurrencyTradeInput",
      deal,
      ann,
      "{ id }",
    );
    return dataOf<{ id: string }>(answer, "recordCurrencyTrade").id;
  };
  const [settled, cancelled] = [await exchange(), await exchange()];
  const record = (perUnit: string, idempotencyKey: string, by = ann) =>
    give(
      "recordPortfolioAction",
      "RecordPortfolioActionInput",
      {
        fundId,
        kind: "DIVIDEND",
        isin: SHARE,
        exDate: "2026-10-20",
        payDate: "2026-10-30",
        perUnit,
        idempotencyKey,
      },
      by,
      "{ id }",
    );
  const taken = dataOf<{ id: string }>(await record("3.00", "before"), "recordPortfolioAction");
  await limit(fundId, "200.00");
  await waitsFor(
    () =>
      give("settleCurrencyTrade", "SettleCurrencyTradeInput", {
        currencyTradeId: settled,
        idempotencyKey: "settle",
      }),
    "TRADE",
  );
  await waitsFor(
    () =>
      give("cancelCurrencyTrade", "CancelCurrencyTradeInput", {
        currencyTradeId: cancelled,
        reason: "Wrong",
        idempotencyKey: "cancel",
      }),
    "TRADE",
  );
  await waitsFor(
    () =>
      give("cancelPortfolioAction", "CancelPortfolioActionInput", {
        actionId: taken.id,
        reason: "Wrong",
        idempotencyKey: "take back",
      }),
    "CORPORATE_ACTION",
  );
  await waitsFor(() => record("2.50", "dividend"), "CORPORATE_ACTION");
  const { id: actionId } = dataOf<{ id: string }>(
    await record("2.50", "dividend"),
    "recordPortfolioAction",
  );
  const pay = (amount: string | null, idempotencyKey: string) =>
    give("payPortfolioAction", "PayPortfolioActionInput", { actionId, amount, idempotencyKey });
  await waitsFor(() => pay(null, "pay"), "CORPORATE_ACTION");
  expect(codeOf(await pay("1.00", "again"))).toBe("TRADE_STATE");
  expect(await balancesOf(graph, ann, fundId)).toMatchObject({ "4000": "-250.00" });
  await expectSound(fundId);
});
