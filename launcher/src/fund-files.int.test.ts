import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Endpoint, Execute } from "../../rest-bridge/src/endpoint/endpoint.ts";
import { getInvestors } from "../../rest-bridge/src/investors/investors.ts";
import { getOrders } from "../../rest-bridge/src/orders/orders.ts";
import { getExchangeRates } from "../../rest-bridge/src/prices/exchange-rates.ts";
import { getPrices } from "../../rest-bridge/src/prices/prices.ts";
import { getPositions, getTrades } from "../../rest-bridge/src/trades/trades.ts";
import { createLedgerDatabase } from "../../subgraphs/ledger/src/ledger-database.fixture.ts";
import {
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../subgraphs/ledger/src/ledger-graph.fixture.ts";
import { balancesOf } from "../../subgraphs/ledger/src/slices/trades/portfolio.fixture.ts";

// What the REST bridge exports is read back by the ledger: the one package's columns are the other one's fields.

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

const SHARE = "IE00B4L5Y983";
const DOLLARS = "US0378331005";

/** A tenant with one fund of one class in euros and one in dollars. */
class Tenant {
  readonly context = signedIn("ann", {
    overrides: { tenantId: newId(), now: new Date("2026-12-01T00:00:00.000Z") },
  });
  fundId = "";

  async ask<Data>(field: string, type: string, input: object, select: string): Promise<Data> {
    const text = `mutation ($input: ${type}!) { ${field}(input: $input) ${select} }`;
    return dataOf<Data>(await graph.run(this.context, text, { input }), field);
  }

  /** A fund whose market is described, and no more. */
  static async open(terms: object = {}): Promise<Tenant> {
    const tenant = new Tenant();
    const share = { name: "S", securityType: "EQUITY", quantityDecimals: 4 };
    const securities = [
      { ...share, isin: SHARE, currency: "EUR" },
      { ...share, isin: DOLLARS, currency: "USD" },
    ];
    await tenant.ask("registerSecurities", "RegisterSecuritiesInput", { securities }, "{ count }");
    const fund = { name: "Files", currency: "JPY" };
    tenant.fundId = (
      await tenant.ask<{ id: string }>("openFund", "OpenFundInput", fund, "{ id }")
    ).id;
    const { fundId } = tenant;
    const dealing = { cutOffTime: "15:00", timeZone: "Europe/Luxembourg" };
    const administered = { fundId, effectiveFrom: "2026-01-01", ...dealing, ...terms };
    await tenant.ask("administerFund", "AdministerFundInput", administered, "{ id }");
    for (const [code, isin, currency] of [
      ["A", "QSFUNDA00013", "JPY"],
      ["B", "QSFUNDB00011", "USD"],
    ]) {
      const opened = { fundId, code, name: code, isin, currency };
      const launched = { ...opened, launchDate: "2026-09-30", launchPrice: "100" };
      await tenant.ask("openShareClass", "OpenShareClassInput", launched, "{ id }");
    }
    return tenant;
  }

  /** The first page of a list as CSV. */
  async export(list: Endpoint, query: object): Promise<string> {
    const execute: Execute = async (operation, variables) => {
      const { data, errors } = await graph.run(this.context, operation.document, variables);
      if (errors !== undefined) throw errors[0];
      return JSON.parse(JSON.stringify(data)) as never;
    };
    const request = { query: { first: "200", ...query }, url: "/", mediaType: "text/csv" };
    const { body } = await list.handle({ ...request, headers: {} } as never, { execute } as never);
    if (typeof body !== "string") throw new Error("it is no text");
    return body;
  }

  import<Data>(kind: string, content: string, more: object = {}): Promise<Data> {
    const input = { kind, content, ...more };
    const select = "{ count passedOver replayed differences { isin } }";
    return this.ask<Data>("importFundFile", "ImportFundFileInput", input, select);
  }
}

const DECIMAL = /^-?\d+\.\d+$/;

/** Cells by column, decimals without zeros at their end, and without what names the records of one system. */
function cellsOf(csv: string, own: readonly string[]): object[] {
  const [head = "", ...lines] = csv.trimEnd().split("\r\n");
  const names = head.split(",");
  return lines.map((line) =>
    Object.fromEntries(
      line.split(",").flatMap((cell, at): [string, string][] => {
        const name = names[at] ?? "";
        return own.includes(name)
          ? []
          : [[name, DECIMAL.test(cell) ? cell.replace(/\.?0+$/, "") : cell]];
      }),
    ),
  );
}

const OWN = ["id", "fundId", "transactionId", "position", "line", "classId", "investorId"];
const OF_RECORD = [...OWN, "toInvestorId", "linkedOrderId", "namedLots", "batchId", "recordedAt"];

async function expectSame(
  one: Tenant,
  other: Tenant,
  list: Endpoint,
  query: (of: Tenant) => object,
) {
  const [from, to] = [await one.export(list, query(one)), await other.export(list, query(other))];
  expect(cellsOf(to, OF_RECORD)).toEqual(cellsOf(from, OF_RECORD));
  expect(cellsOf(from, []).length).toBeGreaterThan(0);
  return from;
}

const none = (): object => ({});
const ofFund = ({ fundId }: Tenant): object => ({ fundId });

const rate = (base: string, quote: string, value: string, date = "2026-10-01") => ({
  date,
  base,
  quote,
  rate: value,
  source: "ECB",
});

test("each file of fund administration is exported, imported elsewhere and exported again without a difference", async () => {
  const [one, other] = [
    await Tenant.open({ lotMethod: "SPECIFIC" }),
    await Tenant.open({ lotMethod: "SPECIFIC" }),
  ];
  const person = {
    name: '=cmd|" /C calc"!A0',
    address: "Street 1, 10115 Berlin",
    email: "a@b.example",
  };
  const investors = ["F-1", "F-2"].map((reference) => ({
    reference,
    kind: "PERSON",
    taxCountry: "LU",
    kycState: "CLEARED",
    kycUntil: "2027-06-30",
    person,
  }));
  const { ids } = await one.ask<{ ids: string[] }>(
    "registerInvestors",
    "RegisterInvestorsInput",
    { investors: [...investors, { ...investors[0], reference: "F-3" }] },
    "{ ids }",
  );
  await one.ask(
    "eraseInvestor",
    "EraseInvestorInput",
    { investorId: ids[2], reason: "Asked for" },
    "{ id }",
  );
  const rates = [
    rate("EUR", "USD", "1.0800"),
    rate("EUR", "JPY", "163.42"),
    rate("EUR", "USD", "1.1"),
  ];
  await one.ask("recordExchangeRates", "RecordExchangeRatesInput", { rates }, "{ count }");
  const price = (value: string, kind = "LAST") => ({
    isin: SHARE,
    date: "2026-10-01",
    price: value,
    currency: "EUR",
    kind,
    source: "XETR",
  });
  const prices = [price("120.00"), price("119.5", "BID"), price("121.123456789")];
  await one.ask("recordPrices", "RecordPricesInput", { prices }, "{ count }");

  // Rates first: a trade without its own takes the newest of its day, which a corrected file would change.
  for (const [list, kind] of [
    [getExchangeRates, "EXCHANGE_RATES"],
    [getPrices, "PRICES"],
  ] as const) {
    await other.import(kind, await one.export(list, {}));
    await expectSame(one, other, list, none);
  }

  // A split, a trade before it in old units, a sale of named lots, one in cents at a cross rate.
  const buy = { side: "BUY", isin: SHARE, tradeDate: "2026-10-01", settlementDate: "2026-10-05" };
  const [first, second] = [newId(), newId()];
  const trades = [
    {
      ...buy,
      id: first,
      quantity: "10",
      price: "120.00",
      costs: "3.00",
      time: "09:00:01",
      reference: "T-1",
    },
    { ...buy, id: second, quantity: "5.5", price: "119.00", gross: "654.51" },
    { ...buy, isin: DOLLARS, quantity: "3", price: "200.00" },
  ];
  const record = (some: object[]) =>
    one.ask(
      "recordTrades",
      "RecordTradesInput",
      { fundId: one.fundId, trades: some },
      "{ replayed }",
    );
  const split = (of: Tenant) =>
    of.ask(
      "recordPortfolioAction",
      "RecordPortfolioActionInput",
      {
        fundId: of.fundId,
        kind: "SPLIT",
        isin: SHARE,
        exDate: "2026-10-08",
        newUnits: "3",
        oldUnits: "2",
        fractionDecimals: 4,
      },
      "{ id }",
    );
  await record(trades);
  await split(one);
  const sell = { ...buy, side: "SELL", tradeDate: "2026-10-08", settlementDate: "2026-10-12" };
  await record([
    {
      ...sell,
      unitsBasis: "OLD",
      quantity: "4",
      price: "130.00",
      lots: [
        { lotId: second, quantity: "1.5" },
        { lotId: first, quantity: "2.5" },
      ],
    },
    { ...sell, quantity: "1", price: "90.00", lots: [{ lotId: first, quantity: "1" }] },
  ]);
  const file = await one.export(getTrades, ofFund(one));
  await split(other);
  await other.import("TRADES", file, { fundId: other.fundId });
  await expectSame(one, other, getTrades, ofFund);
  const positions = await expectSame(one, other, getPositions, (of) => ({
    fundId: of.fundId,
    asOf: "2026-10-31",
  }));
  expect(await other.import("POSITIONS", positions, { fundId: other.fundId })).toMatchObject({
    differences: [],
  });
  expect(await balancesOf(graph, other.context, other.fundId)).toEqual(
    await balancesOf(graph, one.context, one.fundId),
  );

  const register = await one.export(getInvestors, {});
  expect(await other.import("INVESTORS", register)).toMatchObject({ count: 2, passedOver: [4] });
  const listed = cellsOf(register, OF_RECORD).slice(0, 2);
  expect(cellsOf(await other.export(getInvestors, {}), OF_RECORD)).toEqual(listed);

  const { shareClasses } = dataOf<{ shareClasses: { nodes: { id: string }[] } }>(
    await graph.run(one.context, `{ fund(id: "${one.fundId}") { shareClasses { nodes { id } } } }`),
    "fund",
  );
  const [a, b] = shareClasses.nodes.map(({ id }) => id);
  const order = (more: object, at: string) =>
    one.ask(
      "placeOrder",
      "PlaceOrderInput",
      { classId: a, investorId: ids[0], receivedAt: `2026-10-${at}:00Z`, ...more },
      "{ id }",
    );
  await order({ kind: "SUBSCRIPTION", amount: "50000", reference: "O-1" }, "14T08:00");
  await order({ kind: "SUBSCRIPTION", units: "12.3456", chargeRate: "0.005" }, "14T08:01");
  await order(
    { kind: "SUBSCRIPTION", classId: b, amount: "1000.01", investorId: ids[1] },
    "14T09:30",
  );
  const orders = await one.export(getOrders, ofFund(one));
  expect(await other.import("ORDERS", orders, { fundId: other.fundId })).toMatchObject({
    count: 3,
  });
  await expectSame(one, other, getOrders, ofFund);
  expect(await other.import("ORDERS", orders, { fundId: other.fundId })).toMatchObject({
    replayed: true,
  });
});
