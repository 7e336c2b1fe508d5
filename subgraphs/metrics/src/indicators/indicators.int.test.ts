import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openService } from "../service.fixture.ts";
import type { OpenService } from "../service.fixture.ts";

let service: OpenService;
let id: string;

const IMPORT = `mutation ($input: ImportPricesInput!) {
  importPrices(input: $input) { instrument { id } } }`;
const CLOSES = [10, 11, 12, 11, 13, 14, 13, 15, 16, 15, 17, 18];
const MS_PER_DAY = 86_400_000;

/** Sixty weekdays from a Monday on. */
const weekdaysFrom = (monday: string): string[] =>
  Array.from({ length: 12 }, (_, week) => [0, 1, 2, 3, 4].map((day) => 7 * week + day))
    .flat()
    .map((day) => new Date(Date.parse(monday) + day * MS_PER_DAY).toISOString().slice(0, 10));

/** Two months lie in between, more than a holiday explains. */
const DAYS = [...weekdaysFrom("2024-01-08"), ...weekdaysFrom("2024-06-03")];
const closeOf = (index: number): number => CLOSES[index % CLOSES.length] ?? 0;

async function importFile(input: object): Promise<string> {
  const { data } = await service.execute(IMPORT, { input: { currency: "USD", ...input } });
  return (data["importPrices"] as { instrument: { id: string } }).instrument.id;
}

beforeAll(async () => {
  service = await openService();
  const lines = DAYS.map((day, index) => `${day},${closeOf(index)}`);
  id = await importFile({ symbol: "GAPPY", content: `date,close\n${lines.join("\n")}` });
});
afterAll(() => service.close());

/** The closes of an instrument as periods: 10 to 18. */
const variable = (periods: string) => `indicators(first: 20, requests: [
  { kind: MAVP, parameters: { periodsInstrumentId: "${periods}", maximumPeriod: 12 } },
  { kind: SMA, parameters: { period: 10 } }, { kind: SMA, parameters: { period: 12 } }]) {
  series { warmUp outputs { values } } }`;

const ask = (field: string) => service.execute(`{ instrument(id: "${id}") { ${field} } }`);
const refusalOf = async (field: string) => (await ask(field)).errors?.[0];

const pageAfter = (after: string) =>
  ask(`indicators(first: 100${after}, requests: [{ kind: EMA, parameters: { period: 4 } }]) {
    times series { outputs { values } } pageInfo { endCursor hasNextPage } }`);

const averageWith = (
  policy: string,
) => `${policy}: indicators(gapPolicy: ${policy}, from: "2024-06-03", first: 3,
  requests: [{ kind: SMA, parameters: { period: 2 } }]) { gapPolicy series { outputs { values } } }`;

describe("Instrument.indicators", () => {
  test("gives the named outputs of several indicators on the times of a page", async () => {
    const { data, errors } = await ask(`indicators(first: 3, from: "2024-01-10", requests: [
        { kind: SMA, parameters: { period: 3 } }
        { kind: MACD, parameters: { fastPeriod: 2, slowPeriod: 3, signalPeriod: 1 } }
      ]) { times gapPolicy gaps { from to missing } pageInfo { hasNextPage }
        series { kind warmUp parameters { name value } outputs { name unit values } } }`);
    expect(errors).toBeUndefined();
    expect(data["instrument"]).toMatchObject({
      indicators: {
        times: ["2024-01-10T00:00:00.000Z", "2024-01-11T00:00:00.000Z", "2024-01-12T00:00:00.000Z"],
        gapPolicy: "CONTINUE",
        gaps: [{ from: "2024-03-29T00:00:00.000Z", to: "2024-06-03T00:00:00.000Z" }],
        pageInfo: { hasNextPage: true },
        series: [
          {
            kind: "SMA",
            warmUp: 2,
            parameters: [{ name: "period", value: "3" }],
            outputs: [{ name: "value", unit: "PRICE", values: [11, 34 / 3, 12] }],
          },
          {
            kind: "MACD",
            outputs: [
              { name: "macd" },
              { name: "signal" },
              { name: "histogram", values: [0, 0, 0] },
            ],
          },
        ],
      },
    });
  });

  test("runs on over a gap, or starts anew behind it on request", async () => {
    const { data } = await ask(`${averageWith("CONTINUE")} ${averageWith("RESTART")}`);
    expect(data["instrument"]).toEqual({
      CONTINUE: { gapPolicy: "CONTINUE", series: [{ outputs: [{ values: [14, 10.5, 11.5] }] }] },
      RESTART: { gapPolicy: "RESTART", series: [{ outputs: [{ values: [null, 10.5, 11.5] }] }] },
    });
  });

  test("pages by cursor without a change of the values", async () => {
    interface Answer {
      indicators: { times: string[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    }
    const first = (await pageAfter("")).data["instrument"] as unknown as Answer;
    const second = (await pageAfter(`, after: "${first.indicators.pageInfo.endCursor}"`)).data[
      "instrument"
    ] as unknown as Answer;
    expect([...first.indicators.times, ...second.indicators.times]).toEqual(
      DAYS.map((day) => `${day}T00:00:00.000Z`),
    );
    expect(second.indicators.pageInfo.hasNextPage).toBe(false);
  });

  test("reads highs, lows and volumes where the series has them", async () => {
    const lines = DAYS.map((day, index) => {
      const close = closeOf(index);
      return `${day},${close - 1},${close + 2},${close - 2},${close},${100 + index}`;
    });
    const columns = { open: "open", high: "high", low: "low", volume: "volume" };
    const content = `date,open,high,low,close,volume\n${lines.join("\n")}`;
    const whole = await importFile({ symbol: "WHOLE", content, csv: columns });
    const { data } = await service.execute(`{ instrument(id: "${whole}") {
      indicators(first: 2, requests: [{ kind: OBV }, { kind: BOP }, { kind: TRANGE }, { kind: DONCHIAN, parameters: { period: 2 } }]) {
        series { outputs { name values } } } } }`);
    expect(data["instrument"]).toEqual({
      indicators: {
        series: [
          { outputs: [{ name: "value", values: [100, 201] }] },
          { outputs: [{ name: "value", values: [0.25, 0.25] }] },
          { outputs: [{ name: "value", values: [null, 4] }] },
          {
            outputs: [
              { name: "upper", values: [null, 13] },
              { name: "middle", values: [null, 10.5] },
              { name: "lower", values: [null, 8] },
            ],
          },
        ],
      },
    });
  });

  test("names the parts of bars that a series of closes does not have", async () => {
    expect(await refusalOf(`indicators(requests: [{ kind: MFI }]) { times }`)).toMatchObject({
      message: "MFI needs high, low, volume of the bars; the series has none.",
      extensions: { code: "INSUFFICIENT_DATA" },
    });
  });

  test.each([
    ["indicators(requests: []) { times }", "requests: must be 1 to 10"],
    [
      "indicators(requests: [{ kind: SMA, parameters: { period: 0 } }]) { times }",
      "parameters.period: must be a whole number from 1 to 1000",
    ],
    [
      "indicators(requests: [{ kind: SMA, parameters: { multiplier: 2 } }]) { times }",
      "parameters.multiplier: is not a parameter of SMA; it takes: period",
    ],
    [
      'indicators(after: "x", requests: [{ kind: SMA }]) { times }',
      "after: is not a cursor of this list",
    ],
    [
      "indicator(kind: MACD, period: 3) { nodes { value } }",
      "kind: MACD needs more: use the field indicators",
    ],
    [
      "indicator(kind: SMA, period: 0) { nodes { value } }",
      "parameters.period: must be a whole number from 1 to 1000",
    ],
  ])("%s is refused", async (field, message) => {
    expect(await refusalOf(field)).toMatchObject({
      message,
      extensions: { code: "INVALID_INPUT" },
    });
  });

  test("of an instrument without prices is empty", async () => {
    const { data } = await ask(`indicators(to: "2000-01-01", requests: [{ kind: MFI }]) {
      times gaps { missing } series { outputs { values } } pageInfo { hasNextPage endCursor } }`);
    expect(data["instrument"]).toEqual({
      indicators: {
        times: [],
        gaps: [],
        series: [{ outputs: [{ values: [] }] }],
        pageInfo: { hasNextPage: false, endCursor: null },
      },
    });
  });
});

test("Instrument.indicator takes every indicator of closes that needs just a period", async () => {
  const { data } = await ask(
    `rsi: indicator(kind: RSI, period: 3, first: 5) { nodes { date value } }`,
  );
  expect(data["instrument"]).toMatchObject({
    rsi: {
      nodes: [
        { value: null },
        { value: null },
        { value: null },
        { value: expect.closeTo(200 / 3, 9) },
        {},
      ],
    },
  });
});

test("an average takes the period of each bar from the closes of another instrument", async () => {
  const { data } = await ask(variable(id));
  const { series } = (data["instrument"] as { indicators: { series: Line[] } }).indicators;
  const [mean, ten, twelve] = series.map(({ outputs }) => outputs[0]?.values ?? []);
  expect(series[0]?.warmUp).toBe(11);
  // The closes of the bars 11 and 12 are 18, more than the longest period, and 10.
  expect([mean?.[10], mean?.[11], mean?.[12]]).toEqual([null, twelve?.[11], ten?.[12]]);
  expect(await refusalOf(variable("no id"))).toMatchObject({
    extensions: { code: "INVALID_INPUT" },
  });
  expect(await refusalOf(variable("018f6b7e-0000-7000-8000-00000000dead"))).toMatchObject({
    extensions: { code: "INSTRUMENT_NOT_FOUND" },
  });
});

interface Line {
  readonly warmUp: number;
  readonly outputs: { readonly values: (number | null)[] }[];
}
