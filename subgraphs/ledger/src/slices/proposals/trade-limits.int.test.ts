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

let database: TestDatabase;
let graph: LedgerGraph;
const tenantId = newId();
const of = { overrides: { tenantId, now: new Date("2026-12-01T00:00:00.000Z") } };
const [ann, bob, boss] = [signedIn("ann", of), signedIn("bob", of), signedIn("boss", of)];
const ISIN = "US0378331005";
const FOREIGN = "US5949181045";

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const give = (name: string, type: string, input: object, by = ann, shows = "{ __typename }") =>
  graph.run(by, `mutation ($input: ${type}!) { ${name}(input: $input) ${shows} }`, { input });

test("trades above a limit wait as postings do, also several of one day, and are recorded as they were proposed", async () => {
  const opened = await give(
    "openFund",
    "OpenFundInput",
    { name: "F", currency: "EUR" },
    ann,
    "{ id }",
  );
  const { id: fundId } = dataOf<{ id: string }>(opened, "openFund");
  await give("administerFund", "AdministerFundInput", {
    fundId,
    effectiveFrom: "2026-01-01",
    cutOffTime: "15:00",
    timeZone: "Europe/Luxembourg",
  });
  const securities = [
    { isin: ISIN, name: "S", securityType: "EQUITY", currency: "EUR" },
    { isin: FOREIGN, name: "F", securityType: "EQUITY", currency: "USD" },
  ];
  await give("registerSecurities", "RegisterSecuritiesInput", { securities });
  const dates = { isin: ISIN, tradeDate: "2026-10-05", settlementDate: "2026-10-07" };
  const buy = (quantity: string, more: object = {}) => ({
    ...dates,
    side: "BUY",
    quantity,
    price: "10",
    ...more,
  });
  const record = (trades: object[], idempotencyKey: string = newId()) =>
    give(
      "recordTrades",
      "RecordTradesInput",
      { fundId, trades, idempotencyKey },
      ann,
      "{ replayed trades { id quantity } }",
    );
  const limit = (amount: string, more: object = {}) =>
    give("setApprovalLimit", "SetApprovalLimitInput", { currency: "EUR", amount, ...more }, boss);
  const approve = (id: string, by = bob) =>
    graph.run(by, "mutation ($id: ID!) { approveProposal(id: $id) { status kind } }", { id });

  expect(codeOf(await record([buy("500")]))).toBe("ok");
  await limit("1000.00");
  expect(codeOf(await record([buy("100")]))).toBe("ok");
  const waiting = await record([buy("100.01")], "large");
  expect(codeOf(waiting)).toBe("APPROVAL_REQUIRED");
  const several = await record([buy("1"), buy("200")]);
  expect(several.errors?.[0]?.originalError).toMatchObject({
    code: "APPROVAL_REQUIRED",
    violations: [{ path: "trades.1", message: "is above a limit" }],
  });
  expect(codeOf(await approve(waitingIn(waiting), ann))).toBe("FORBIDDEN");
  expect(dataOf(await approve(waitingIn(waiting)), "approveProposal")).toEqual({
    status: "APPROVED",
    kind: "TRADE",
  });
  expect(dataOf(await record([buy("100.01")], "large"), "recordTrades")).toMatchObject({
    replayed: true,
    trades: [{ quantity: "100.01" }],
  });

  // Split over one day, by one command and by several: what is above the limit of the day waits.
  await limit("1500.00", { per: "DAY", fundId });
  expect(codeOf(await record([buy("99"), buy("99")]))).toBe("APPROVAL_REQUIRED");
  expect(codeOf(await record([buy("90"), buy("10")]))).toBe("ok");
  const late = await record([{ ...buy("60"), tradeDate: "2026-10-02" }]);
  expect(codeOf(late)).toBe("APPROVAL_REQUIRED");
  expect(codeOf(await record([buy("50")]))).toBe("ok");
  expect(codeOf(await approve(waitingIn(late)))).toBe("ok");

  const read = `query ($id: ID!) { fund(id: $id) { positions { nodes { quantity cost { amount } } } } }`;
  expect(dataOf(await graph.run(ann, read, { id: fundId }), "fund")).toEqual({
    positions: { nodes: [{ quantity: "910.01", cost: { amount: "9100.10" } }] },
  });
  const stated = { isin: FOREIGN, time: "09:30:00", exchangeRate: "1.0800" };
  // Dollars have no limit beside one in euros: none of them is debited by one person.
  expect(codeOf(await record([buy("1", stated)]))).toBe("APPROVAL_REQUIRED");
  await limit("10.00", { currency: "USD" });
  expect(codeOf(await record([buy("1", stated)]))).toBe("ok");
  const shown = `query ($id: ID!) { fund(id: $id) { trades(first: 2) { nodes { time exchangeRate } } } }`;
  expect(dataOf(await graph.run(ann, shown, { id: fundId }), "fund")).toEqual({
    trades: {
      nodes: [
        { time: "09:30:00", exchangeRate: "1.08" },
        { time: null, exchangeRate: null },
      ],
    },
  });
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
});
