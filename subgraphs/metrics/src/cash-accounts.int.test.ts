import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BookFixture } from "./feed/book.fixture.ts";
import { TenantBookFixture } from "./feed/tenant-book.fixture.ts";
import { burningFund, fundOf, openService } from "./service.fixture.ts";
import type { OpenService } from "./service.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const CASH_FIGURES = `... on Fund {
  metrics {
    cash { amount } netAssetValue { amount } inflow30d { amount } outflow30d { amount }
    monthlyBurn { amount } runwayMonths
    values { name value money { amount } method unavailable }
  }
  balanceHistory(interval: MONTH) { date cash { amount } netAssetValue { amount } }
  cashFlows { period inflow { amount } outflow { amount } }
  cash: forecast(metric: CASH, horizon: 3) {
    method points { date value lower upper } backtest { folds mase smape coverage }
  }
  flow: forecast(metric: NET_FLOW, horizon: 2) { points { value } }
}`;
const CASH_METRICS = [
  "cash",
  "inflow30d",
  "outflow30d",
  "netFlow30d",
  "monthlyBurn",
  "runwayMonths",
];

describe("accounts that count as cash", () => {
  type Fund = ReturnType<typeof burningFund>;

  async function figuresOf({ book }: Fund, from = 0) {
    service.ledger.publish(book.events.slice(from));
    await service.applied(book);
    const { data, errors } = await service.executeEntity(fundOf(book), CASH_FIGURES);
    return { figures: data._entities[0], codes: errors?.map(({ extensions }) => extensions.code) };
  }

  test("give the same figures whatever their code", async () => {
    const byCode = await figuresOf(burningFund());
    expect(byCode.codes).toBeUndefined();
    expect(byCode.figures["metrics"]).toMatchObject({
      cash: { amount: "1040.00" },
      monthlyBurn: { amount: "40.00" },
      runwayMonths: 26,
    });
    expect(await figuresOf(burningFund("4711", { countsAsCash: true }))).toEqual(byCode);
    expect(await figuresOf(burningFund("1000", { countsAsCash: true }))).toEqual(byCode);
  });

  test("are none when none is marked, and figures have that reason", async () => {
    for (const fund of [burningFund("4711"), burningFund("1000", { countsAsCash: false })]) {
      const { figures, codes } = await figuresOf(fund);
      expect(codes).toEqual(["INSUFFICIENT_DATA", "INSUFFICIENT_DATA"]);
      expect(figures["metrics"]).toMatchObject({ cash: null, inflow30d: null, runwayMonths: null });
      expect(figures["metrics"]).toMatchObject({ netAssetValue: { amount: "-960.00" } });
    }
  });

  test("move the figures of all days when they are marked otherwise, forward and back", async () => {
    const fund = burningFund("4711");
    const unmarked = await figuresOf(fund);
    let applied = fund.book.position;
    const mark = (countsAsCash: boolean) => {
      const from = applied;
      fund.book.rename(fund.bank, "Main bank", countsAsCash);
      applied = fund.book.position;
      return figuresOf(fund, from);
    };
    expect(await mark(true)).toEqual(await figuresOf(burningFund("1000")));
    expect(await mark(false)).toEqual(unmarked);
  });

  test("are named in every figure about cash, by their present names", async () => {
    const fund = burningFund("4711", { countsAsCash: true });
    service.ledger.publish(fund.book.events);
    const named = async () => {
      await service.applied(fund.book);
      const { data } = await service.executeEntity(
        fundOf(fund.book),
        "... on Fund { metrics { values { name method inputs { name value } } } }",
      );
      const { values } = data._entities[0]["metrics"] as {
        values: { name: string; method: string; inputs: { name: string; value: string }[] }[];
      };
      const about = values.filter(({ method }) =>
        method.includes("counts as cash when it is marked"),
      );
      expect(about.map(({ name }) => name)).toEqual(CASH_METRICS);
      const inputs = about.map(({ inputs: of }) => of.find(({ name }) => name === "cashAccounts"));
      return [...new Set(inputs.map((input) => input?.value))];
    };
    expect(await named()).toEqual(["4711 4711"]);
    const start = fund.book.position;
    fund.book.rename(fund.bank, "Main bank", true);
    service.ledger.publish(fund.book.events.slice(start));
    expect(await named()).toEqual(["4711 Main bank"]);
  });
});

describe("a forecast as of an earlier day", () => {
  test("is of the periods that were over then", async () => {
    const { book } = burningFund();
    service.ledger.publish(book.events);
    await service.applied(book);
    const { data, errors } = await service.executeEntity(
      fundOf(book),
      `... on Fund {
        atEnd: forecast(horizon: 2, asOf: "2025-10-31") { asOf warnings points { date value } }
        inMonth: forecast(horizon: 1, asOf: "2025-10-30") { asOf points { value } }
        tomorrow: forecast(asOf: "2026-01-02") { method }
        beforeAll: forecast(asOf: "2020-01-01") { method }
      }`,
    );
    expect(data._entities[0]).toEqual({
      atEnd: {
        asOf: "2025-10-31",
        warnings: [],
        points: [
          { date: "2025-11-30", value: "1080.00" },
          { date: "2025-12-31", value: "1040.00" },
        ],
      },
      inMonth: { asOf: "2025-09-30", points: [{ value: "1120.00" }] },
      tomorrow: null,
      beforeAll: null,
    });
    expect(errors?.map(({ extensions }) => extensions.code).sort()).toEqual([
      "INSUFFICIENT_DATA",
      "INVALID_INPUT",
    ]);
  });
});

const FIGURES = `metrics {
  cash { amount } netAssetValue { amount } runwayMonths otherCurrencies { amount currency }
  inflow30d { amount } outflow30d { amount } netFlow30d { amount }
  values { name money { amount } unavailable }
}`;

describe("figures of a fund with other currencies", () => {
  test("are withheld with a reason when they would be wrong", async () => {
    const book = new BookFixture();
    const dollars = book.account("1020", "ASSET", "USD");
    const capital = book.account("3000", "EQUITY", "USD");
    book.post("2025-12-20", [dollars, "DEBIT", "50", "USD"], [capital, "CREDIT", "50", "USD"]);
    service.ledger.publish(book.events);
    await service.applied(book);
    const { data } = await service.executeEntity(fundOf(book), `... on Fund { ${FIGURES} }`);
    expect(data._entities[0]["metrics"]).toMatchObject({
      cash: null,
      inflow30d: null,
      outflow30d: { amount: "0.00" },
      netFlow30d: null,
      netAssetValue: null,
      runwayMonths: null,
      otherCurrencies: [{ amount: "50.00", currency: "USD" }],
      values: expect.arrayContaining([
        expect.objectContaining({
          name: "netAssetValue",
          money: null,
          unavailable: expect.stringContaining("50.00 USD"),
        }),
      ]),
    });
    const series = await service.executeEntity(
      fundOf(book),
      `... on Fund {
        balanceHistory { date cash { amount } netAssetValue { amount } withoutRate { amount currency } }
        cashFlows { inflow { amount } outflow { amount } net { amount } withoutRate { amount currency } } }`,
    );
    const dollarsOnly = [{ amount: "50.00", currency: "USD" }];
    expect(series.data._entities[0]).toEqual({
      balanceHistory: [
        { date: "2025-12-20", cash: null, netAssetValue: null, withoutRate: dollarsOnly },
      ],
      cashFlows: [
        { inflow: null, outflow: { amount: "0.00" }, net: null, withoutRate: dollarsOnly },
      ],
    });
    const wanted = "... on Fund { forecast { method } }";
    const { errors } = await service.executeEntity(fundOf(book), wanted);
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining("held: 50.00 USD"),
      extensions: { code: "INSUFFICIENT_DATA" },
    });
  });

  test("use the rates of the tenant's own book, newest first and over a third currency", async () => {
    const book = new BookFixture();
    const francs = book.account("1020", "ASSET", "CHF");
    const equity = book.account("3000", "EQUITY", "CHF");
    const euros = book.account("1000", "ASSET");
    const capital = book.account("3010", "EQUITY");
    book.post("2025-12-20", [euros, "DEBIT", "100"], [capital, "CREDIT", "100"]);
    book.post("2025-12-20", [francs, "DEBIT", "50", "CHF"], [equity, "CREDIT", "50", "CHF"]);
    book.post("2025-12-24", [equity, "DEBIT", "10", "CHF"], [francs, "CREDIT", "10", "CHF"]);
    const own = new TenantBookFixture();
    own.record(["2025-12-19", "CHF/EUR", "0.50"], ["2025-12-24", "CHF/EUR", "2"]);
    own.record(["2025-12-24", "CHF/EUR", "0.90"]);
    own.record(["2025-12-28", "SEK/CHF", "0.10"], ["2025-12-28", "SEK/EUR", "0.08"]);
    service.ledger.publish([...own.events, ...book.events]);
    await service.applied(own);
    await service.applied(book);
    const fields = `... on Fund { ${FIGURES}
      balanceHistory { date cash { amount } netAssetValue { amount } withoutRate { amount } }
      cashFlows { inflow { amount } outflow { amount } net { amount } withoutRate { amount } } }`;
    const { data } = await service.executeEntity(fundOf(book), fields);
    const [fund] = data._entities;
    expect(fund["metrics"]).toMatchObject({
      // 40 CHF at 0.08 / 0.10 EUR.
      cash: { amount: "132.00" },
      netAssetValue: { amount: "132.00" },
      // 50 CHF at 0.50, and 10 CHF at the corrected 0.90.
      inflow30d: { amount: "125.00" },
      outflow30d: { amount: "9.00" },
      netFlow30d: { amount: "116.00" },
    });
    expect(fund["balanceHistory"]).toEqual(
      [
        ["2025-12-20", "125.00"],
        ["2025-12-21", "125.00"],
        ["2025-12-22", "125.00"],
        ["2025-12-23", "125.00"],
        ["2025-12-24", "136.00"],
      ].map(([date, amount]) => {
        return { date, cash: { amount }, netAssetValue: { amount }, withoutRate: [] };
      }),
    );
    // Flows of a month are converted at the rate of its last day with entries.
    expect(fund["cashFlows"]).toEqual([
      {
        inflow: { amount: "145.00" },
        outflow: { amount: "9.00" },
        net: { amount: "136.00" },
        withoutRate: [],
      },
    ]);
    const cash = async () => {
      const after = await service.executeEntity(fundOf(book), `... on Fund { ${FIGURES} }`);
      return (after.data._entities[0]["metrics"] as { cash: { amount: string } }).cash.amount;
    };
    service.ledger.publish([own.record(["2025-12-28", "SEK/EUR", "0.09", "BANK"])]);
    await service.applied(own);
    expect(await cash()).toBe("136.00");
    // A valuation of the same day would take the rate of the source that the terms prefer.
    service.ledger.publish([book.prefer("2025-12-01", "ECB")]);
    await service.applied(book);
    expect(await cash()).toBe("132.00");
  });
});
