import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { burningFund, fundOf, openService } from "./service.fixture.ts";
import type { GraphqlResponse, OpenService } from "./service.fixture.ts";
import { BookFixture } from "./feed/book.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const FIGURES = `metrics {
  asOf position currency cash { amount } netAssetValue { amount currency }
  inflow30d { amount } outflow30d { amount } netFlow30d { amount } monthlyBurn { amount }
  runwayMonths otherCurrencies { amount currency }
  values { name value money { amount } unit method inputs { name value } unavailable }
}`;

describe("a fund's figures", () => {
  test("follow the ledger and come with position, method and inputs", async () => {
    const { book, bank } = burningFund();
    service.ledger.publish(book.events);
    await service.applied(book);
    const { data, errors } = await service.executeEntity(
      fundOf(book),
      `... on Fund { ${FIGURES} }`,
    );
    expect(errors).toBeUndefined();
    expect(data._entities[0]["metrics"]).toMatchObject({
      asOf: "2026-01-01",
      position: book.position,
      cash: { amount: "1040.00" },
      netAssetValue: { amount: "-960.00", currency: "EUR" },
      inflow30d: { amount: "100.00" },
      outflow30d: { amount: "140.00" },
      netFlow30d: { amount: "-40.00" },
      monthlyBurn: { amount: "40.00" },
      runwayMonths: 26,
      otherCurrencies: [],
    });

    const account = { __typename: "Account", id: bank, fund: fundOf(book) };
    const ofAccount = await service.executeEntity(
      account,
      "... on Account { metrics { balance { amount } netChange30d { amount } } forecast { series metric } }",
    );
    expect(ofAccount.data._entities[0]).toEqual({
      metrics: { balance: { amount: "1040.00" }, netChange30d: { amount: "-40.00" } },
      forecast: { series: "BALANCE", metric: "BALANCE" },
    });
  });

  test("series cover the requested range and a forecast carries its back-test", async () => {
    const { book } = burningFund();
    service.ledger.publish(book.events);
    await service.applied(book);
    const { data, errors } = await service.executeEntity(
      fundOf(book),
      `... on Fund {
        balanceHistory(interval: DAY, from: "2025-12-14", to: "2025-12-31") { date cash { amount } }
        cashFlows(from: "2025-11-01") { period inflow { amount } outflow { amount } net { amount } }
        forecast(metric: CASH, horizon: 3) {
          metric method asOf level points { date value lower upper }
          backtest { folds mase coverage candidates { method } }
        }
        flows: forecast(metric: NET_FLOW, horizon: 1) { points { value } }
      }`,
    );
    expect(errors).toBeUndefined();
    const month = { inflow: { amount: "100.00" }, outflow: { amount: "140.00" } };
    expect(data._entities[0]).toMatchObject({
      balanceHistory: [
        { date: "2025-12-14", cash: { amount: "1180.00" } },
        { date: "2025-12-15", cash: { amount: "1040.00" } },
      ],
      cashFlows: [
        { period: "2025-11-01", ...month, net: { amount: "-40.00" } },
        { period: "2025-12-01", ...month, net: { amount: "-40.00" } },
      ],
      forecast: {
        metric: "CASH",
        method: "drift",
        asOf: "2025-12-31",
        level: 0.8,
        points: [
          { date: "2026-01-31", value: "1000.00", lower: "1000.00", upper: "1000.00" },
          { date: "2026-02-28", value: "960.00" },
          { date: "2026-03-31", value: "920.00" },
        ],
        backtest: { folds: 8, mase: expect.closeTo(0, 1), coverage: expect.closeTo(1, 1) },
      },
      flows: { points: [{ value: "-40.00" }] },
    });
  });

  test("use the rate that the book recorded, on and after its day", async () => {
    const { book, loan, bank } = burningFund();
    const open = (code: string, type: "ASSET" | "EQUITY", currency: string) =>
      book.account(code, type, currency);
    const [dollars, euros, traded] = [
      open("1020", "ASSET", "USD"),
      open("3900", "EQUITY", "EUR"),
      open("3910", "EQUITY", "USD"),
    ];
    const fx = { base: "EUR", quote: "USD", rate: "1.10", scale: 2 };
    book.exchange(
      "2025-12-20",
      { ...fx, baseAmount: "100", quoteAmount: "110" },
      [euros, "DEBIT", "100"],
      [bank, "CREDIT", "100"],
      [dollars, "DEBIT", "110", "USD"],
      [traded, "CREDIT", "110", "USD"],
    );
    book.post("2025-12-21", [loan, "DEBIT", "2000"], [euros, "CREDIT", "2000"]);
    service.ledger.publish(book.events);
    await service.applied(book);
    const { data } = await service.executeEntity(
      fundOf(book),
      `... on Fund { ${FIGURES}
        balanceHistory(from: "2025-12-19") { date cash { amount } netAssetValue { amount } }
        cashFlows(from: "2025-12-01") { inflow { amount } outflow { amount } } }`,
    );
    expect(data._entities[0]).toMatchObject({
      metrics: {
        netAssetValue: { amount: "1040.00", currency: "EUR" },
        cash: { amount: "1040.00" },
        inflow30d: { amount: "100.00" },
        outflow30d: { amount: "140.00" },
        otherCurrencies: [{ amount: "110.00", currency: "USD" }],
        values: expect.arrayContaining([
          expect.objectContaining({
            name: "netAssetValue",
            inputs: expect.arrayContaining([
              { name: "rate EUR/USD", value: "1.10" },
              { name: "date of rate EUR/USD", value: "2025-12-20" },
            ]),
          }),
        ]),
      },
      balanceHistory: [
        { date: "2025-12-19", cash: { amount: "1040.00" }, netAssetValue: { amount: "-960.00" } },
        { date: "2025-12-20", cash: { amount: "1040.00" }, netAssetValue: { amount: "-960.00" } },
        { date: "2025-12-21", cash: { amount: "1040.00" }, netAssetValue: { amount: "1040.00" } },
      ],
      cashFlows: [{ inflow: { amount: "100.00" }, outflow: { amount: "140.00" } }],
    });
  });

  test("of return and risk are revalued at each flow of capital", async () => {
    const book = new BookFixture();
    const bank = book.account("1000", "ASSET");
    const capital = book.account("3000", "EQUITY");
    const sales = book.account("4000", "INCOME");
    book.post("2025-01-02", [bank, "DEBIT", "1000"], [capital, "CREDIT", "1000"]);
    const typo = book.post("2025-02-03", [bank, "DEBIT", "9"], [sales, "CREDIT", "9"]);
    book.post("2025-03-03", [bank, "DEBIT", "200"], [sales, "CREDIT", "200"]);
    book.post("2025-03-03", [capital, "DEBIT", "1200"], [bank, "CREDIT", "1200"]);
    book.reverse(typo, "2025-03-04", [sales, "DEBIT", "9"], [bank, "CREDIT", "9"]);
    book.post("2025-06-02", [bank, "DEBIT", "1000"], [capital, "CREDIT", "1000"]);
    book.post("2025-12-31", [sales, "DEBIT", "250"], [bank, "CREDIT", "250"]);
    service.ledger.publish(book.events);
    await service.applied(book);
    const { data, errors } = await service.executeEntity(
      fundOf(book),
      `... on Fund {
        metrics { values(metrics: [TIME_WEIGHTED_RETURN, CASH]) { name value money { amount } } }
        performance(to: "2025-12-31") {
          from asOf position currency
          values(metrics: [TIME_WEIGHTED_RETURN, MONEY_WEIGHTED_RETURN, MAX_DRAWDOWN]) { name value }
          monthlyReturns { year months total } drawdowns(first: 1) { nodes { depth } }
          unitValues { date value } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data._entities[0]).toMatchObject({
      metrics: {
        values: [
          { name: "timeWeightedReturn", value: expect.closeTo(-0.1, 9) },
          { name: "cash", money: { amount: "750.00" } },
        ],
      },
      performance: {
        from: "2025-01-02",
        asOf: "2025-12-31",
        position: book.position,
        values: [
          { name: "timeWeightedReturn", value: expect.closeTo(-0.1, 9) },
          { name: "moneyWeightedReturn", value: expect.closeTo(-0.0857932161556027, 12) },
          { name: "maxDrawdown", value: expect.closeTo(0.25, 9) },
        ],
        monthlyReturns: [{ year: 2025, total: expect.closeTo(-0.1, 9) }],
        drawdowns: { nodes: [{ depth: expect.closeTo(0.25, 9) }] },
      },
    });
  });

  test("are those before a posting and its reversal, on whatever days", async () => {
    const { book, loan, bank } = burningFund();
    const typo = book.post("2024-02-01", [bank, "DEBIT", "500000"], [loan, "CREDIT", "500000"]);
    const wrong = book.post("2025-12-20", [bank, "DEBIT", "500000"], [loan, "CREDIT", "500000"]);
    const takeBack = (id: string, amount: string) =>
      book.reverse(id, "2025-12-20", [loan, "DEBIT", amount], [bank, "CREDIT", amount]);
    takeBack(wrong, "500000");
    takeBack(typo, "499999");
    takeBack(typo, "1");
    book.adjust("2025-12-21", [bank, "DEBIT", "7"], [loan, "CREDIT", "7"]);
    service.ledger.publish(book.events);
    await service.applied(book);
    const { data } = await service.executeEntity(fundOf(book), `... on Fund { ${FIGURES} }`);
    expect(data._entities[0]["metrics"]).toMatchObject({
      cash: { amount: "1047.00" },
      inflow30d: { amount: "100.00" },
      outflow30d: { amount: "140.00" },
      monthlyBurn: { amount: "40.00" },
    });
  });

  test("that are not up to date yet are refused after a bounded time", async () => {
    const book = new BookFixture();
    service.ledger.publish(book.events);
    const { errors } = await service.executeEntity(
      fundOf(book, 2),
      "... on Fund { metrics { position } }",
    );
    expect(errors?.[0]?.extensions.code).toBe("CONSISTENCY_TIMEOUT");
  });

  test("wait for the position that a request names, and are refused when it does not come", async () => {
    const book = new BookFixture();
    const at = (position: number) => ({ "allfunds-position": `${book.fundId}:${position}` });
    const read = (position: number) => service.execute("{ __typename }", {}, at(position));
    service.ledger.publish(book.events);
    await service.applied(book);
    expect((await read(book.position)).errors).toBeUndefined();
    const { errors } = await read(book.position + 1);
    expect(errors?.[0]?.extensions.code).toBe("CONSISTENCY_TIMEOUT");
  });

  test("count every event once though a crash and a redelivery repeat it", async () => {
    const { book, bank, sales } = burningFund();
    const crash = new Promise<void>((resolve) => {
      service.breakNextEffect(() => {
        resolve();
        return true;
      });
    });
    service.ledger.redelivers = true;
    service.ledger.publish(book.events);
    await crash;
    await service.applied(book);
    service.ledger.redelivers = false;
    const start = book.position;
    book.post("2025-12-15", [bank, "DEBIT", "0.01"], [sales, "CREDIT", "0.01"]);
    service.ledger.publish(book.events.slice(start));
    await service.applied(book);
    const { data } = await service.executeEntity(
      fundOf(book),
      "... on Fund { metrics { cash { amount } } }",
    );
    expect(data._entities[0]["metrics"]).toEqual({ cash: { amount: "1040.01" } });
  });

  test("reach subscribers after each applied batch", async () => {
    const book = new BookFixture();
    const bank = book.account("1000", "ASSET");
    const sales = book.account("4000", "INCOME");
    service.ledger.publish(book.events);
    await service.applied(book);
    const url = `${service.origin.replace("http", "ws")}/graphql`;
    const client = createClient({ url, webSocketImpl: WebSocket });
    const query = `subscription { metricsUpdated(fundId: "${book.fundId}") { position cash { amount } } }`;
    const received = client.iterate({ query })[Symbol.asyncIterator]();
    const first = received.next();
    // The server does not confirm a subscription, so transactions are posted until one arrives.
    const posting = setInterval(() => {
      const start = book.position;
      book.post("2025-12-20", [bank, "DEBIT", "1"], [sales, "CREDIT", "1"]);
      service.ledger.publish(book.events.slice(start));
    }, 50);
    const { value } = await first;
    clearInterval(posting);
    const { position, cash } = (value as GraphqlResponse).data["metricsUpdated"] as {
      position: number;
      cash: { amount: string };
    };
    expect(cash.amount).toBe(`${position - 3}.00`);
    await received.return?.();
    await client.dispose();
  });
});

describe("prices", () => {
  const IMPORT = `mutation ($input: ImportPricesInput!) {
    importPrices(input: $input) { instrument { id symbol } rows inserted unchanged corrected }
  }`;
  const input = {
    symbol: "TEST",
    currency: "USD",
    content: "Day;Last\n3/1/2000;10,5\n4/1/2000;11\n5/1/2000;9,25\n",
    csv: {
      date: "Day",
      close: "Last",
      dateFormat: "D/M/YYYY",
      decimalSeparator: ",",
      delimiter: ";",
    },
  };

  test("are imported once, corrected when they change, and read back page by page", async () => {
    const first = await service.execute(IMPORT, { input });
    expect(first.data["importPrices"]).toMatchObject({ rows: 3, inserted: 3, unchanged: 0 });
    const corrected = {
      ...input,
      content: input.content.replace("11", "11,00").replace("9,25", "9"),
    };
    const second = await service.execute(IMPORT, { input: corrected });
    expect(second.data["importPrices"]).toMatchObject({ inserted: 0, unchanged: 2, corrected: 1 });

    const { id } = (first.data["importPrices"] as { instrument: { id: string } }).instrument;
    const page = (after: string) =>
      service.execute(`{ instrument(id: "${id}") { prices(first: 2${after}) {
        nodes { date close } pageInfo { hasNextPage endCursor } } } }`);
    const { prices } = (await page("")).data["instrument"] as {
      prices: { pageInfo: { endCursor: string } };
    };
    expect(prices).toMatchObject({
      nodes: [
        { date: "2000-01-03", close: "10.5" },
        { date: "2000-01-04", close: "11" },
      ],
      pageInfo: { hasNextPage: true },
    });
    const rest = await page(`, after: "${prices.pageInfo.endCursor}"`);
    expect(rest.data["instrument"]).toMatchObject({
      prices: { nodes: [{ date: "2000-01-05", close: "9" }], pageInfo: { hasNextPage: false } },
    });
    const figures = await service.execute(`{ instrument(id: "${id}") {
      metrics { prices values(metrics: [CUMULATIVE_RETURN, SHARPE]) { metric name value unavailable }
        byName: values(names: ["sharpe"]) { metric } }
      indicator(kind: SMA, period: 2, from: "2000-01-03") { nodes { date value } } } }`);
    expect(figures.data["instrument"]).toMatchObject({
      metrics: {
        prices: 3,
        values: [
          { metric: "CUMULATIVE_RETURN", value: expect.closeTo(9 / 10.5 - 1, 12) },
          {
            metric: "SHARPE",
            name: "sharpe",
            value: null,
            unavailable: "Needs 20 returns; there are 2.",
          },
        ],
        byName: [{ metric: "SHARPE" }],
      },
      indicator: { nodes: [{ value: null }, { value: 10.75 }, { value: 10 }] },
    });
  });

  test("with a bad row are refused whole, with line numbers", async () => {
    const content = "Day;Last\n3/1/2000;10,5\n31/2/2000;11\n5/1/2000;1e3\n3/1/2000;12\n";
    const { errors } = await service.execute(IMPORT, {
      input: { ...input, symbol: "BAD", content },
    });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: "INVALID_INPUT",
      violations: [
        { path: "content.line.3" },
        { path: "content.line.4" },
        { path: "content.line.5" },
      ],
    });
    const { data } = await service.execute("{ instruments { nodes { symbol } } }");
    expect(JSON.stringify(data)).not.toContain("BAD");
  });

  test("in another currency than the instrument's are refused", async () => {
    await service.execute(IMPORT, { input });
    const { errors } = await service.execute(IMPORT, { input: { ...input, currency: "EUR" } });
    expect(errors?.[0]?.extensions.code).toBe("CURRENCY_MISMATCH");
  });
});
