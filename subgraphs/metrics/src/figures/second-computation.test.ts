import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { computeFigure, figureArguments, PRICE_FIGURES } from "./definitions.ts";
import { FigureSample } from "./figure-sample.ts";

// A second computation of the figures, by other formulas than the first: sums over pairs, falls of any two prices.

const DAY = 86_400_000;
const PER_YEAR = 252;
const lastOf = (values: readonly number[]): number => values[values.length - 1];

interface Hostile {
  readonly steps: readonly number[];
  /** After which steps nothing is known for so many weeks; a price after it may be of other units. */
  readonly holes: readonly {
    readonly after: number;
    readonly weeks: number;
    readonly factor: number;
  }[];
  readonly other: readonly number[];
  readonly level: number;
  readonly rate: number;
}

const COUNT = 160;
const change = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -0.04, max: 0.04, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0, 0.9, -0.6, 3, -0.9999, 9_999) },
);
const hostile: fc.Arbitrary<Hostile> = fc.record({
  steps: fc.array(change, { minLength: COUNT, maxLength: COUNT }),
  holes: fc.uniqueArray(
    fc.record({
      after: fc.integer({ min: 5, max: COUNT - 5 }),
      weeks: fc.integer({ min: 6, max: 300 }),
      factor: fc.constantFrom(1, 5, 1e-4, 1e4),
    }),
    { maxLength: 3, selector: ({ after }) => after },
  ),
  other: fc.array(fc.double({ min: -0.03, max: 0.03, noNaN: true }), {
    minLength: COUNT,
    maxLength: COUNT,
  }),
  level: fc.constantFrom(0.5, 0.9, 0.95, 0.99),
  rate: fc.constantFrom(0, 0.03, -0.01),
});

/** Closes of weekdays from 20 February 2023 on, 29 February 2024 among them, with the returns that span no hole. */
function seriesOf({ steps, holes, other }: Hostile) {
  let [time, price, benchmark] = [Date.UTC(2023, 1, 20), 100, 50];
  const times = [time];
  const [prices, benchmarks] = [[price], [benchmark]];
  const [returns, others]: [number[], number[]] = [[], []];
  for (const [index, step] of steps.entries()) {
    const hole = holes.find(({ after }) => after === index);
    time += new Date(time).getUTCDay() === 5 ? 3 * DAY : DAY;
    time += (hole?.weeks ?? 0) * 7 * DAY;
    price *= (1 + step) * (hole?.factor ?? 1);
    benchmark *= 1 + (other[index] ?? 0);
    if (hole === undefined) {
      returns.push(price / lastOf(prices) - 1);
      others.push(benchmark / lastOf(benchmarks) - 1);
    }
    times.push(time);
    prices.push(price);
    benchmarks.push(benchmark);
  }
  return { times, prices, benchmarks, returns, others };
}

/** The sum over all pairs of the products of their differences. */
function pairs(x: readonly number[], y: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < x.length; i += 1)
    for (let j = i + 1; j < x.length; j += 1) sum += (x[i] - x[j]) * (y[i] - y[j]);
  return sum;
}

const deviation = (x: readonly number[]): number =>
  Math.sqrt(pairs(x, x) / (x.length * (x.length - 1)));
const meanOf = (x: readonly number[]): number => x.reduce((sum, each) => sum + each, 0) / x.length;

/** The loss at a quantile, and the mean of those at least as large, from the largest loss down. */
function tailOf(returns: readonly number[], level: number) {
  const losses = returns.map((each) => -each).sort((a, b) => b - a);
  const place = Number(((losses.length - 1) * (1 - level)).toFixed(9));
  const [upper, lower] = [losses[Math.floor(place)], losses[Math.ceil(place)]];
  const loss = upper + (place - Math.floor(place)) * (lower - upper);
  return { loss, shortfall: meanOf(losses.filter((each) => each >= loss)) };
}

const deepest = (prices: readonly number[]): number =>
  Math.max(0, ...prices.map((peak, from) => 1 - Math.min(...prices.slice(from)) / peak));

function bothOf(given: Hostile): Map<string, readonly [first: number | null, second: number]> {
  const { times, prices, benchmarks, returns, others } = seriesOf(given);
  const own = { times: Float64Array.from(times), values: Float64Array.from(prices) };
  const sample = new FigureSample(own, { ...own, values: Float64Array.from(benchmarks) });
  const args = figureArguments({ level: given.level, riskFreeRate: given.rate });
  const { loss, shortfall } = tailOf(returns, given.level);
  const daily = Math.exp(Math.log1p(given.rate) / PER_YEAR) - 1;
  const active = returns.map((each, index) => each - others[index]);
  const years = (lastOf(times) - times[0]) / DAY / 365.25;
  const second: Readonly<Record<string, number>> = {
    cumulativeReturn: lastOf(prices) / prices[0] - 1,
    compoundAnnualGrowthRate: Math.exp(Math.log(lastOf(prices) / prices[0]) / years) - 1,
    annualisedVolatility: deviation(returns) * Math.sqrt(PER_YEAR),
    sharpe: ((meanOf(returns) - daily) / deviation(returns)) * Math.sqrt(PER_YEAR),
    maxDrawdown: deepest(prices),
    valueAtRisk: loss,
    expectedShortfall: shortfall,
    beta: pairs(returns, others) / pairs(others, others),
    trackingError: deviation(active) * Math.sqrt(PER_YEAR),
    informationRatio: (meanOf(active) / deviation(active)) * Math.sqrt(PER_YEAR),
  };
  return new Map(
    PRICE_FIGURES.filter(({ name }) => Object.hasOwn(second, name)).map((figure) => [
      figure.name,
      [computeFigure(figure, sample, args).value, second[figure.name]],
    ]),
  );
}

describe("a second computation of the figures of any prices, holes and units", () => {
  test("gives the same, or there is a reason", () => {
    let compared = 0;
    fc.assert(
      fc.property(hostile, (given) => {
        const { times, returns, others } = seriesOf(given);
        const isShort = (lastOf(times) - times[0]) / DAY < 364;
        const isFlat = [returns, others, returns.map((each, index) => each - others[index])].some(
          (each) => deviation(each) < 1e-12,
        );
        for (const [name, [first, second]] of bothOf(given)) {
          const isAbsent = first === null && (isShort || isFlat);
          const difference =
            Math.abs((first ?? Number.NaN) - second) / Math.max(1, Math.abs(second));
          if (!isAbsent) compared += 1;
          expect([name, isAbsent ? 0 : difference]).toEqual([name, expect.closeTo(0, 8)]);
        }
      }),
      { numRuns: 25 },
    );
    expect(compared).toBeGreaterThan(200);
  });

  test.each([0, -1, -100])("has no figure, but a reason, where a price is %d", (price) => {
    const given = fc.sample(hostile, { numRuns: 1, seed: 7 })[0];
    const { times, prices } = seriesOf(given);
    const values = Float64Array.from(prices.map((each, index) => (index === 40 ? price : each)));
    const sample = new FigureSample({ times: Float64Array.from(times), values });
    for (const figure of PRICE_FIGURES) {
      const { value, unavailable } = computeFigure(figure, sample, figureArguments({}));
      expect([value, typeof unavailable]).toEqual([null, "string"]);
    }
  });
});
