import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase, openSmallFund } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import { readNewestRates } from "../exchange-rates/exchange-rate-sql.ts";
import { requireRateBetween } from "../exchange-rates/rate-between.ts";
import { readNewestPrices } from "../prices/price-sql.ts";

let database: TestDatabase;
let graph: LedgerGraph;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const ISIN = "IE00B4L5Y983";

const record = (price: string, date: string, more: object = {}) => ({
  isin: ISIN,
  price,
  date,
  currency: "EUR",
  kind: "LAST",
  source: "XETR",
  ...more,
});

const rate = (quote: string, value: string, date: string) => ({
  base: "EUR",
  quote,
  rate: value,
  date,
  source: "ECB",
});

const RECORD_PRICES =
  "mutation ($input: RecordPricesInput!) { recordPrices(input: $input) { batchId count replayed } }";

test("the newest price on or before a day values a holding, and what was known earlier stays", async () => {
  const tenantId = newId();
  const ann = signedIn("ann", { overrides: { tenantId } });
  const { fundId } = await openSmallFund(graph.books, ann);
  const prices = (asOf: string, more: object = {}) =>
    readNewestPrices(graph.reads, tenantId, [ISIN, "DE0001102580"], {
      fundId: null,
      asOf,
      ...more,
    }).then((found) => [...found.values()].map(({ price, source }) => `${price} ${source}`));
  const give = async (list: object[], more: object = {}) =>
    codeOf(await graph.run(ann, RECORD_PRICES, { input: { prices: list, ...more } }));

  expect(await give([record("61.00", "2026-01-15", { source: "Vendor" })])).toBe("ok");
  expect(await give([record("120.00", "2026-03-15", { source: "Board" })])).toBe("ok");
  expect(await prices("2026-01-14")).toEqual([]);
  expect(await prices("2026-03-31", { sources: ["Vendor"] })).toEqual(["120.00 Board"]);

  await give([record("121.00", "2026-03-15", { source: "Vendor", kind: "MID" })]);
  await give([record("122.00", "2026-03-15", { source: "Board" })]);
  expect(await prices("2026-03-31", { sources: ["Vendor", "Board"] })).toEqual(["121.00 Vendor"]);
  expect(await prices("2026-03-31")).toEqual(["122.00 Board"]);
  expect(await prices("2026-03-31", { knownAt: { tenant: 2, fund: 0 } })).toEqual(["120.00 Board"]);

  await give([record("99.00", "2026-03-15", { source: "Committee" })], { fundId });
  expect(await prices("2026-03-31", { fundId })).toEqual(["99.00 Committee"]);
  expect(await prices("2026-03-31")).toEqual(["122.00 Board"]);
  expect(await prices("2026-03-31", { kinds: ["MID"] })).toEqual(["121.00 Vendor"]);
  for (const bookId of [fundId, tenantBookOf(tenantId)]) {
    expect(await verifyBook(database.pool, { tenantId, bookId })).toMatchObject({ sound: true });
  }
});

test("rates are used as quoted, turned round and crossed through the euro", async () => {
  const tenantId = newId();
  const ann = signedIn("ann", { overrides: { tenantId } });
  const rates = [
    rate("USD", "1.0800", "2026-06-29"),
    rate("USD", "1.1000", "2026-06-30"),
    rate("CHF", "0.93", "2026-06-30"),
  ];
  const input = { rates, idempotencyKey: "june" };
  const text =
    "mutation ($input: RecordExchangeRatesInput!) { recordExchangeRates(input: $input) { count replayed } }";
  expect(await graph.run(ann, text, { input })).toMatchObject({
    data: { recordExchangeRates: { count: 3, replayed: false } },
  });
  expect(await graph.run(ann, text, { input })).toMatchObject({
    data: { recordExchangeRates: { count: 3, replayed: true } },
  });
  const newest = await readNewestRates(graph.reads, tenantId, { asOf: "2026-07-05" });
  const between = (currency: string, base: string) => {
    const { quotation, date, records } = requireRateBetween(newest, currency, base);
    const { units, per } = quotation;
    return [units.unscaled, units.scale, per.unscaled, per.scale, date, records.length];
  };
  expect(between("USD", "EUR")).toEqual([11_000n, 4, 1n, 0, "2026-06-30", 1]);
  expect(between("EUR", "USD")).toEqual([1n, 0, 11_000n, 4, "2026-06-30", 1]);
  expect(between("CHF", "USD")).toEqual([93n, 2, 11_000n, 4, "2026-06-30", 2]);
  expect(() => between("JPY", "EUR")).toThrow(expect.objectContaining({ code: "RATE_MISSING" }));
  const listed = await graph.run(
    ann,
    '{ exchangeRates(quote: "USD", first: 1) { nodes { date rate } pageInfo { hasNextPage } } }',
  );
  expect(dataOf(listed, "exchangeRates")).toEqual({
    nodes: [{ date: "2026-06-30", rate: "1.1000" }],
    pageInfo: { hasNextPage: true },
  });
});

test("securities are described, described anew and read by id; bad ones are refused whole", async () => {
  const ann = signedIn("ann", { overrides: { tenantId: newId() } });
  const register = (securities: object[]) =>
    graph.run(
      ann,
      "mutation ($input: RegisterSecuritiesInput!) { registerSecurities(input: $input) { count } }",
      { input: { securities } },
    );
  const share = { isin: ISIN, name: "World", securityType: "FUND", currency: "EUR" };
  const bond = {
    isin: "DE0001102580",
    name: "Bond",
    securityType: "BOND",
    currency: "EUR",
    quantityDecimals: 2,
    bond: {
      couponRate: "0.0425",
      frequency: 2,
      dayCount: "ACT_ACT_ICMA",
      accruesFrom: "2022-01-15",
      maturity: "2032-12-31",
      isMonthEnd: true,
    },
  };
  expect(codeOf(await register([share, bond]))).toBe("ok");
  expect(
    codeOf(
      await register([{ ...share, name: "World shares", country: "IE", sector: "FINANCIALS" }]),
    ),
  ).toBe("ok");
  for (const wrong of [
    { ...share, isin: "IE00B4L5Y984" },
    { ...share, securityType: "BOND" },
    { ...bond, bond: { ...bond.bond, couponRate: "4.25" } },
    { ...bond, bond: { ...bond.bond, maturity: "2021-12-31" } },
    { ...share, country: "Ireland" },
  ]) {
    expect(codeOf(await register([wrong]))).toBe("INVALID_INPUT");
  }
  const read = await graph.run(
    ann,
    "{ securities { nodes { id isin name country sector bond { isMonthEnd } } } }",
  );
  const { nodes } = dataOf<{ nodes: { id: string; isin: string }[] }>(read, "securities");
  expect(nodes).toMatchObject([
    { isin: "DE0001102580", country: null, sector: null, bond: { isMonthEnd: true } },
    { isin: ISIN, name: "World shares", country: "IE", sector: "FINANCIALS", bond: null },
  ]);
  const byId = `{ node(id: "${nodes[1]?.id}") { id ... on Security { isin } } }`;
  expect(dataOf(await graph.run(ann, byId), "node")).toMatchObject({ isin: ISIN });
  for (const read of ["security(isin: $) { id }", "securityPrices(isin: $) { nodes { price } }"]) {
    const of = async (isin: string) =>
      codeOf(await graph.run(ann, `{ ${read.replace("$", () => `"${isin}"`)} }`));
    expect([await of("US0378331005"), await of(ISIN)]).toEqual(["SECURITY_NOT_FOUND", "ok"]);
  }
});

test("a caller with a list of funds sees no price of another fund and records none for all", async () => {
  const tenantId = newId();
  const ann = signedIn("ann", { overrides: { tenantId } });
  const { fundId } = await openSmallFund(graph.books, ann);
  const other = await openSmallFund(graph.books, ann);
  const eve = signedIn("eve", { funds: [other.fundId], overrides: { tenantId } });
  const give = async (who: typeof ann, more: object) => {
    const input = { prices: [record("1.00", "2026-06-30")], ...more };
    return codeOf(await graph.run(who, RECORD_PRICES, { input }));
  };
  expect(await give(ann, { fundId })).toBe("ok");
  // It has a price of one fund, and no description: the list of all funds is empty.
  const ofAll = `{ securityPrices(isin: "${ISIN}") { nodes { price } } }`;
  expect(dataOf(await graph.run(ann, ofAll), "securityPrices")).toEqual({ nodes: [] });
  expect(await give(eve, {})).toBe("FORBIDDEN");
  expect(await give(eve, { fundId })).toBe("FUND_NOT_FOUND");
  expect(await give(eve, { fundId: other.fundId })).toBe("ok");
  const listOf = (id: string) =>
    graph.run(eve, `{ securityPrices(fundId: "${id}") { nodes { price } } }`);
  expect(codeOf(await listOf(fundId))).toBe("FUND_NOT_FOUND");
  expect(dataOf(await listOf(other.fundId), "securityPrices")).toEqual({
    nodes: [{ price: "1.00" }],
  });
});
