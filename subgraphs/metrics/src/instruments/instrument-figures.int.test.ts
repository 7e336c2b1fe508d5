import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sp500WithHole } from "../figures/figure-references.fixture.ts";
import { toDay } from "../series/calendar.ts";
import type { Series } from "../series/series.ts";
import { openService } from "../service.fixture.ts";
import type { OpenService } from "../service.fixture.ts";

let service: OpenService;
let [index, ownCurrency]: [string, string] = ["", ""];

async function importSeries(symbol: string, currency: string, { times, values }: Series) {
  const rows = Array.from(times, (time, at) => `${toDay(time)},${values[at]}`);
  const { data, errors } = await service.execute(
    "mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }",
    { input: { symbol, currency, content: ["date,close", ...rows].join("\n") } },
  );
  expect(errors).toBeUndefined();
  return (data["importPrices"] as { instrument: { id: string } }).instrument.id;
}

beforeAll(async () => {
  service = await openService();
  index = await importSeries("INDEX", "USD", sp500WithHole());
  const own = {
    times: sp500WithHole().times,
    values: sp500WithHole().values.map((value) => value * 2),
  };
  ownCurrency = await importSeries("OTHER", "EUR", own);
});
afterAll(() => service.close());

/** The close and the instant of an hour of 2025. */
const close = (hour: number) => 100 + (hour % 7);
const instant = (hour: number) => new Date(Date.UTC(2025, 0, 1) + hour * 3_600_000);

const ask = async (fields: string, id = index) => {
  const { data, errors } = await service.execute(`{ instrument(id: "${id}") { ${fields} } }`);
  return { instrument: data?.["instrument"] as Record<string, unknown>, errors };
};

/** To ten digits: a quotient and what it came from differ in the last ones. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === "number" ? Number(each.toPrecision(10)) : each,
  );

describe("figures of an instrument over the graph", () => {
  test("leave out what spans the hole, and name it", async () => {
    const { instrument } = await ask(`metrics { prices
      calendar { frequency periodsPerYear gaps { from to missing } }
      values(metrics: [ANNUALISED_VOLATILITY, SHARPE]) { value unavailable inputs { name value } } }
      months: metrics(to: "2012-06-28", interval: MONTH, benchmarkId: "${index}") { from to
        values(metrics: [CUMULATIVE_RETURN, TRACKING_ERROR]) { value } calendar { gaps { from to missing } } }`);
    const { times, values } = sp500WithHole();
    const closeUpTo = (day: string) =>
      values[times.filter((time) => toDay(time) <= day).length - 1];
    expect(instrument["months"]).toEqual({
      from: "2000-01-31",
      to: "2012-06-30",
      values: [
        { value: expect.closeTo(closeUpTo("2012-06-28") / closeUpTo("2000-01-31") - 1, 12) },
        { value: 0 },
      ],
      calendar: { gaps: [{ from: "2007-06-30", to: "2009-11-30", missing: 28 }] },
    });
    expect(instrument["metrics"]).toMatchObject({
      prices: 4515,
      calendar: {
        frequency: "BUSINESS_DAILY",
        periodsPerYear: 252,
        gaps: [{ from: "2007-06-29", to: "2009-11-02", missing: 610 }],
      },
      values: [
        {
          value: expect.closeTo(0.1739797083834661, 12),
          inputs: expect.arrayContaining([{ name: "gapPolicy", value: "OMIT" }]),
        },
        { value: expect.closeTo(0.4230629336113291, 12) },
      ],
    });
  });

  test("are the same in every form of the graph when units were split", async () => {
    // A year of weekdays around 100, and the same units, of which one became four in the middle.
    const times = Float64Array.from(
      Array.from({ length: 365 }, (_, day) => Date.UTC(2024, 0, 1) + day * 86_400_000).filter(
        (time) => new Date(time).getUTCDay() % 6 !== 0,
      ),
    );
    const splitDay = Date.UTC(2024, 6, 1);
    // In quarters, so that a fourth of a price is exact.
    const values = times.map((_, at) => Math.round(400 + 40 * Math.sin(at / 9) + at / 12) / 4);
    const whole = await importSeries("WHOLE", "USD", { times, values });
    const splitUp = values.map((value, at) => (times[at] < splitDay ? value * 4 : value));
    const split = await importSeries("SPLIT", "USD", { times, values: splitUp });
    const { errors } = await service.execute(
      `mutation { recordCorporateAction(input: {
        instrumentId: "${split}", exDate: "2024-07-01", kind: SPLIT, value: "4" }) { id } }`,
    );
    expect(errors).toBeUndefined();
    const fields = `metrics(benchmarkId: "${index}") { values { name value } }
      adjusted: metrics(adjusted: true) { values { name value } }
      monthlyReturns { months total }
      drawdowns(first: 5) { nodes { depth from trough } }
      rolling(figure: VOLATILITY, window: 20, first: 200) { nodes { value } }
      indicator(kind: SMA, period: 30, first: 200) { nodes { value } }
      indicators(requests: [{ kind: RSI }], first: 200) { series { outputs { values } } }
      forecast(horizon: 3) { points { value lower95 upper95 } }
      bars(adjustment: SPLITS, first: 200) { nodes { at open high low close volume } }
      weeks: bars(adjustment: SPLITS, interval: WEEK, from: "2024-03-01", first: 200) {
        nodes { at close } }`;
    const [ofSplit, ofWhole] = [await ask(fields, split), await ask(fields, whole)];
    expect(ofWhole.errors).toBeUndefined();
    expect(rounded(ofSplit.instrument)).toEqual(rounded(ofWhole.instrument));

    const page = `nodes { at close } pageInfo { endCursor }`;
    const adjusted = `adjustment: SPLITS, from: "2024-06-20"`;
    const both = await ask(
      `all: bars(${adjusted}, first: 20) { ${page} } one: bars(${adjusted}, first: 6) { ${page} }`,
      split,
    );
    const { all, one } = both.instrument as Record<"all" | "one", BarPage>;
    const { instrument } = await ask(
      `next: bars(${adjusted}, first: 14, after: "${one.pageInfo.endCursor}") { ${page} }`,
      split,
    );
    const { next } = instrument as { next: BarPage };
    expect([...one.nodes, ...next.nodes]).toEqual(all.nodes);
    const refused = await ask("bars(adjustment: SPLITS, interval: HOUR) { nodes { at } }", split);
    expect(refused.errors).toMatchObject([{ extensions: { code: "INVALID_INPUT" } }]);
  });

  test("take their arguments, and name why a benchmark has no prices", async () => {
    const { instrument } = await ask(`
      same: metrics(benchmarkId: "${index}", level: 0.99) {
        values(metrics: [BETA, VALUE_AT_RISK]) { value inputs { name value } } }
      other: metrics(benchmarkId: "${ownCurrency}") { values(metrics: [BETA]) { unavailable } }`);
    expect(instrument).toMatchObject({
      same: {
        values: [
          { value: expect.closeTo(1, 12) },
          { inputs: expect.arrayContaining([{ name: "level", value: "0.99" }]) },
        ],
      },
      other: {
        values: [
          {
            unavailable:
              "The benchmark has no prices: There are no rates that lead from EUR to USD.",
          },
        ],
      },
    });
  });

  test("are of hours when it is asked for, as indicators are", async () => {
    const hours = Array.from({ length: 24 * 30 }, (_, hour) => hour);
    const rows = hours.map((hour) => `${instant(hour).toISOString()},${close(hour)}`);
    const csv = { dateFormat: "YYYY-MM-DDTHH:mm:ssZ" };
    const imported = await service.execute(
      "mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }",
      {
        input: {
          symbol: "HOURLY",
          currency: "USD",
          content: ["date,close", ...rows].join("\n"),
          csv,
        },
      },
    );
    expect(imported.errors).toBeUndefined();
    const { id } = (imported.data["importPrices"] as { instrument: { id: string } }).instrument;
    const { instrument } = await ask(
      `metrics(interval: HOUR) { prices calendar { frequency periodsPerYear }
        values(metrics: [ANNUALISED_VOLATILITY]) { value } }
       indicators(interval: HOUR, first: 3, requests: [{ kind: SMA, parameters: { period: 3 } }]) {
        times series { outputs { values } } }
       forecast(frequency: HOURLY, horizon: 3) { frequency points { at value lower upper }
        backtest { folds coverageOf80 symmetricError } }`,
      id,
    );
    const returns = hours.slice(1).map((hour) => close(hour) / close(hour - 1) - 1);
    const mean = returns.reduce((sum, each) => sum + each, 0) / returns.length;
    const squares = returns.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    const volatility = Math.sqrt((squares / (returns.length - 1)) * 24 * 365);
    expect(instrument).toMatchObject({
      metrics: {
        prices: 720,
        calendar: { frequency: "HOURLY", periodsPerYear: 24 * 365 },
        values: [{ value: expect.closeTo(volatility, 9) }],
      },
      indicators: {
        times: [0, 1, 2].map((hour) => instant(hour).toISOString()),
        series: [{ outputs: [{ values: [null, null, 101] }] }],
      },
      forecast: {
        frequency: "HOURLY",
        points: [720, 721, 722].map((hour) => ({
          at: instant(hour).toISOString(),
          value: expect.stringMatching(/^1\d\d/),
        })),
        backtest: {
          folds: 8,
          coverageOf80: expect.any(Number),
          symmetricError: expect.any(Number),
        },
      },
    });
  });

  test("roll over the prices page by page, beginning anew after the hole", async () => {
    const page = 'rolling(figure: RETURN, window: 20, from: "2007-06-01", first: 30';
    const { instrument } = await ask(`${page}) { nodes { date value } pageInfo { endCursor } }`);
    const first = instrument["rolling"] as {
      nodes: { date: string; value: number | null }[];
      pageInfo: { endCursor: string };
    };
    expect(first.nodes.slice(19, 22)).toEqual([
      { date: "2007-06-28", value: null },
      { date: "2007-06-29", value: expect.any(Number) },
      { date: "2009-11-02", value: null },
    ]);
    const next = await ask(
      `${page}, after: "${first.pageInfo.endCursor}") { nodes { date value } }`,
    );
    const { nodes } = next.instrument["rolling"] as typeof first;
    expect(nodes[0].date > first.nodes[29].date).toBe(true);
    expect(nodes[29].value).toEqual(expect.any(Number));
  });

  test("list drawdowns from the deepest on, and the months of each year", async () => {
    const { instrument } = await ask(`
      drawdowns(first: 2) { nodes { from trough to depth periodsToTrough } pageInfo { endCursor } }
      monthlyReturns(from: "2001-12-31", to: "2002-02-28") { year months total }`);
    const { nodes, pageInfo } = instrument["drawdowns"] as {
      nodes: { depth: number }[];
      pageInfo: { endCursor: string };
    };
    expect(nodes[0]).toMatchObject({ from: "2000-03-24", trough: "2002-10-09" });
    expect(nodes[0].depth).toBeGreaterThan(nodes[1].depth);
    const next = await ask(
      `drawdowns(first: 1, after: "${pageInfo.endCursor}") { nodes { depth } }`,
    );
    const rest = next.instrument["drawdowns"] as { nodes: { depth: number }[] };
    expect(nodes[1].depth).toBeGreaterThanOrEqual(rest.nodes[0].depth);
    expect(instrument["monthlyReturns"]).toMatchObject([
      { year: 2001, total: null },
      { year: 2002, months: [expect.any(Number), expect.any(Number), ...Array(10).fill(null)] },
    ]);
  });

  test.each([
    [
      "a window that is too short",
      "rolling(figure: RETURN, window: 1) { nodes { date } }",
      "INVALID_INPUT",
    ],
    [
      "beta without a benchmark",
      "rolling(figure: BETA, window: 20) { nodes { date } }",
      "INSUFFICIENT_DATA",
    ],
    ["a level of one", "metrics(level: 1) { prices }", "INVALID_INPUT"],
    [
      "a benchmark that is not there",
      'metrics(benchmarkId: "x") { prices }',
      "INSTRUMENT_NOT_FOUND",
    ],
    [
      "a cursor of another list",
      'drawdowns(after: "WyJ4Il0") { nodes { depth } }',
      "INVALID_INPUT",
    ],
  ])("refuse %s", async (_name, fields, code) => {
    expect((await ask(fields)).errors?.[0]?.extensions.code).toBe(code);
  });
});

interface BarPage {
  readonly nodes: readonly unknown[];
  readonly pageInfo: { readonly endCursor: string };
}
