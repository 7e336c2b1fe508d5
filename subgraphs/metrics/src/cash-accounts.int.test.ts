import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
