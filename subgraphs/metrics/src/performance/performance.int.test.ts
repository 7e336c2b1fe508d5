import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import { fundOf, openService } from "../service.fixture.ts";
import type { OpenService } from "../service.fixture.ts";
import { addDays } from "../series/calendar.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

/** A rate of the index-th day. */
const rate = (index: number) => 1 + (index % 5) / 10;

/** A close of the index-th day. */
const close = (index: number) => 100 + ((index * 3) % 7);

/** The same with nine decimals of each number. */
const rounded = (value: unknown) =>
  JSON.parse(JSON.stringify(value), (_key, each: unknown) =>
    typeof each === "number" ? Number(each.toFixed(9)) : each,
  ) as Record<string, Record<string, unknown>>;

/** Imports closes; resolves with the instrument's id. */
async function importCloses(input: object, closes: Readonly<Record<string, number>>) {
  const content = ["date,close", ...Object.entries(closes).map((row) => row.join(","))].join("\n");
  const { data, errors } = await service.execute(
    "mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }",
    { input: { ...input, content } },
  );
  expect(errors).toBeUndefined();
  return (data["importPrices"] as { instrument: { id: string } }).instrument.id;
}

/** A fund that buys shares for 1,000, revalues them by 100, adds 500 with a fee of 8, and sells all. */
function shareholder() {
  const book = new BookFixture();
  const bank = book.account("1000", "ASSET");
  const shares = book.account("1500", "ASSET", "EUR", { countsAsCash: false });
  const capital = book.account("3000", "EQUITY");
  const gain = book.account("4000", "INCOME");
  const fees = book.account("6000", "EXPENSE");
  book.post("2025-01-01", [bank, "DEBIT", "2000"], [capital, "CREDIT", "2000"]);
  book.post("2025-01-01", [shares, "DEBIT", "1000"], [bank, "CREDIT", "1000"]);
  book.post("2025-01-31", [shares, "DEBIT", "100"], [gain, "CREDIT", "100"]);
  book.post("2025-03-01", [shares, "DEBIT", "492"], [fees, "DEBIT", "8"], [bank, "CREDIT", "500"]);
  book.post(
    "2025-12-31",
    [bank, "DEBIT", "1751.2"],
    [shares, "CREDIT", "1592"],
    [gain, "CREDIT", "159.2"],
  );
  return { book, bank, shares, gain };
}

const RETURNS = "values(metrics: [TIME_WEIGHTED_RETURN, MONEY_WEIGHTED_RETURN])";

async function publish({ book }: { book: BookFixture }) {
  service.ledger.publish(book.events);
  await service.applied(book);
}

describe("the performance of an account", () => {
  test("is what its own income and expenses brought, whatever moved in and out", async () => {
    const { book, bank, shares, gain } = shareholder();
    await publish({ book });
    const ask = (id: string, fields: string) =>
      service.executeEntity(
        { __typename: "Account", id, fund: fundOf(book) },
        `... on Account { ${fields} }`,
      );
    const { data, errors } = await ask(
      shares,
      `performance { accountId currency from ${RETURNS} { value } unitValues { date value } }
       metrics { values(metrics: [TIME_WEIGHTED_RETURN]) { value } }
       rolling(figure: RETURN, window: 30, first: 200) { nodes { date value } }`,
    );
    expect(errors).toBeUndefined();
    // 1,000 to 1,100; then (1,100 + 500) to 1,592; then 1,592 to 1,751.20.
    const weighted = 1.1 * (1592 / 1600) * 1.1 - 1;
    const found = data._entities[0] as unknown as {
      performance: { values: { value: number }[]; unitValues: { date: string; value: number }[] };
      metrics: unknown;
      rolling: { nodes: { date: string; value: number | null }[] };
    };
    const [timeWeighted, moneyWeighted] = found.performance.values;
    expect(timeWeighted?.value).toBeCloseTo(weighted, 12);
    // The rate is the one at which the flows and what was received are worth nothing together.
    const rate = 1 + (moneyWeighted?.value ?? 0);
    const worth = -1000 - 500 * rate ** (-59 / 365) + 1751.2 * rate ** (-364 / 365);
    expect(worth).toBeCloseTo(0, 6);
    expect(found.metrics).toEqual({ values: [{ value: timeWeighted?.value }] });
    const atEnd = found.rolling.nodes.find(({ date }) => date === "2025-01-31");
    expect(atEnd?.value).toBeCloseTo(0.1, 12);

    const ofBank = await ask(bank, `performance { ${RETURNS} { value } }`);
    expect(ofBank.data._entities[0]).toMatchObject({ performance: { values: [{ value: 0 }, {}] } });
    const ofGain = await ask(gain, "performance { currency }");
    expect(ofGain.errors?.[0]?.extensions.code).toBe("INSUFFICIENT_DATA");
  });
});

describe("in a reader's currency", () => {
  test("figures and returns are converted at rates of their days, and name them", async () => {
    const { book, shares } = shareholder();
    await publish({ book });
    const days = Array.from({ length: 397 }, (_, offset) => addDays("2024-12-01", offset));
    // A euro costs 2 dollars until the end of January, and 3 from then on.
    const closes = Object.fromEntries(days.map((day) => [day, day < "2025-01-31" ? 2 : 3]));
    const pair = { symbol: "EURUSD", currency: "USD", kind: "CURRENCY_PAIR", baseCurrency: "EUR" };
    await importCloses(pair, closes);
    const fields = `... on Fund {
      metrics(currency: "USD") { currency netAssetValue { amount currency } cash { amount }
        values(metrics: [NET_ASSET_VALUE, TIME_WEIGHTED_RETURN]) { value inputs { name value } } }
      performance(currency: "USD", to: "2025-01-31") { currency ${RETURNS} { value inputs { name value } } }
      early: performance(currency: "JPY") { ${RETURNS} { value unavailable } }
      balanceHistory(from: "2025-01-30", to: "2025-01-31", currency: "USD") {
        date netAssetValue { amount currency } cash { amount }
        rates { base quote rate date source } }
      own: balanceHistory(from: "2025-01-30", to: "2025-01-31") {
        netAssetValue { amount } cash { amount } rates { base } }
      unpriced: balanceHistory(to: "2025-01-01", currency: "JPY") {
        netAssetValue { amount } withoutRate { amount currency } } }`;
    const { data, errors } = await service.executeEntity(fundOf(book), fields);
    expect(errors).toBeUndefined();
    const source = { name: "source of rate EUR/USD", value: "currency pair EURUSD" };
    expect(data._entities[0]).toMatchObject({
      // 2,251.20 EUR at 3 dollars.
      metrics: {
        currency: "USD",
        netAssetValue: { amount: "6753.60", currency: "USD" },
        cash: { amount: "6753.60" },
        values: [
          {
            inputs: expect.arrayContaining([
              { name: "rate EUR/USD", value: "3" },
              { name: "date of rate EUR/USD", value: "2026-01-01" },
              source,
            ]),
          },
          // 2,251.20 of 2,000 in euros, times 3 of 2.
          { value: expect.closeTo((2251.2 / 2000) * 1.5 - 1, 10) },
        ],
      },
      performance: {
        currency: "USD",
        values: [
          {
            value: expect.closeTo((2100 * 3) / (2000 * 2) - 1, 12),
            inputs: expect.arrayContaining([source]),
          },
          {},
        ],
      },
      early: {
        values: [
          {
            value: null,
            unavailable:
              "There is no exchange rate to JPY on or before 2025-01-01 for 2000.00 EUR.",
          },
          { value: null },
        ],
      },
      unpriced: [{ netAssetValue: null, withoutRate: [{ amount: "2000.00", currency: "EUR" }] }],
    });
    const { balanceHistory, own } = data._entities[0] as unknown as Record<
      "balanceHistory" | "own",
      Record<"netAssetValue" | "cash", { amount: string }>[]
    >;
    expect(balanceHistory).toEqual(
      [
        ["2025-01-30", 2],
        ["2025-01-31", 3],
      ].map(([date, rate], day) => {
        const dollars = ({ amount }: { amount: string }) =>
          (Number(amount) * Number(rate)).toFixed(2);
        const { netAssetValue, cash } = own[day];
        const used = { base: "EUR", quote: "USD", rate: String(rate), date };
        return {
          date,
          netAssetValue: { amount: dollars(netAssetValue), currency: "USD" },
          cash: { amount: dollars(cash) },
          rates: [{ ...used, source: "currency pair EURUSD" }],
        };
      }),
    );
    expect(own).toMatchObject([{ rates: [] }, { rates: [] }]);

    const account = await service.executeEntity(
      { __typename: "Account", id: shares, fund: fundOf(book) },
      `... on Account { metrics(currency: "USD") {
        values(metrics: [BALANCE, CREDITS_30D]) { money { amount currency } } } }`,
    );
    expect(account.data._entities[0]).toEqual({
      metrics: {
        values: [
          { money: { amount: "0.00", currency: "USD" } },
          { money: { amount: "4776.00", currency: "USD" } },
        ],
      },
    });
    const refused = await service.executeEntity(
      fundOf(book),
      '... on Fund { metrics(currency: "dollars") { currency } }',
    );
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      code: "INVALID_INPUT",
      violations: [{ path: "currency" }],
    });
  });

  test("the benchmark of a fund has its dividends, as the fund has its income", async () => {
    const days = Array.from({ length: 60 }, (_, offset) => addDays("2025-01-01", offset));
    const { book, shares, gain } = shareholder();
    for (const [index, day] of days.slice(1, 58).entries()) {
      book.post(
        day,
        [shares, "DEBIT", String(1 + ((index * 7) % 5))],
        [gain, "CREDIT", String(1 + ((index * 7) % 5))],
      );
    }
    await publish({ book });
    const closes = (before: number) =>
      Object.fromEntries(
        days.map((day, at) => [day, at < 30 ? Number((close(at) * before).toFixed(4)) : close(at)]),
      );
    const paying = await importCloses({ symbol: "PAYING", currency: "EUR" }, closes(1));
    // 5 % of the close before the 31st day.
    const dividend = (close(29) * 0.05).toFixed(4);
    const { errors } = await service.execute(
      `mutation { recordCorporateAction(input: {
        instrumentId: "${paying}", exDate: "${days[30]}", kind: DIVIDEND, value: "${dividend}" }) { id } }`,
    );
    expect(errors).toBeUndefined();
    const total = await importCloses({ symbol: "TOTAL", currency: "EUR" }, closes(0.95));
    const beside = async (benchmarkId: string) => {
      const field = `... on Fund { performance(to: "2025-02-28", benchmarkId: "${benchmarkId}") {
        values(metrics: [BETA, ALPHA, TRACKING_ERROR]) { name value unavailable } } }`;
      return rounded(await service.executeEntity(fundOf(book), field));
    };
    const ofTotal = await beside(total);
    expect(JSON.stringify(ofTotal)).not.toContain('"value":null');
    expect(await beside(paying)).toEqual(ofTotal);
  });

  test("prices, indicators and benchmarks are converted, adjusted, or have a reason", async () => {
    const days = Array.from({ length: 60 }, (_, offset) => addDays("2025-06-01", offset));
    const rising = Object.fromEntries(days.map((day, index) => [day, 100 + index]));
    const own = await importCloses({ symbol: "OWN", currency: "CHF" }, rising);
    const pair = { symbol: "CHFGBP", currency: "GBP", kind: "CURRENCY_PAIR", baseCurrency: "CHF" };
    await importCloses(pair, Object.fromEntries(days.map((day, at) => [day, rate(at)])));
    const inPounds = Object.fromEntries(
      days.map((day, at) => [day, Number(((100 + at) * rate(at)).toFixed(6))]),
    );
    const twin = await importCloses({ symbol: "TWIN", currency: "GBP" }, inPounds);
    const figures = "values(metrics: [ANNUALISED_VOLATILITY, MAX_DRAWDOWN]) { value unavailable }";
    const { data, errors } = await service.execute(`{
      own: instrument(id: "${own}") {
        metrics(currency: "GBP", benchmarkId: "${twin}") { prices conversion { pairs rateDate withoutRate }
          ${figures} beta: values(metrics: [BETA]) { value } }
        none: metrics(currency: "JPY") { prices ${figures} }
        indicators(currency: "GBP", first: 60, requests: [{ kind: SMA, parameters: { period: 5 } }]) {
          conversion { pairs } series { outputs { values } } }
        monthlyReturns(currency: "GBP") { total }
        adjusted: metrics(adjusted: true) { ${figures} }
      }
      twin: instrument(id: "${twin}") {
        metrics { ${figures} }
        indicators(first: 60, requests: [{ kind: SMA, parameters: { period: 5 } }]) { series { outputs { values } } }
        monthlyReturns { total }
      } }`);
    expect(errors).toBeUndefined();
    const converted = rounded(data["own"]);
    const priced = rounded(data["twin"]);
    expect(converted).toMatchObject({
      metrics: {
        ...priced["metrics"],
        prices: 60,
        conversion: { pairs: ["CHFGBP"], rateDate: "2025-07-30", withoutRate: 0 },
        beta: [{ value: 1 }],
      },
      indicators: { conversion: { pairs: ["CHFGBP"] }, series: priced["indicators"]?.["series"] },
      monthlyReturns: priced["monthlyReturns"],
    });
    const reason = "There are no rates that lead from CHF to JPY.";
    expect(converted["none"]).toMatchObject({
      prices: 0,
      values: [{ unavailable: reason }, { value: null }],
    });
  });
});
