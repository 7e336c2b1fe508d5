import { mean, sampleCovariance, sampleVariance } from "simple-statistics";
import { detectFrequency, frequencyOf } from "../series/frequency.ts";
import type { Frequency, FrequencyName } from "../series/frequency.ts";
import type { Series } from "../series/series.ts";
import { NO_VARIATION } from "./ratios.ts";
import { periodRate } from "./returns.ts";

/** Returns of a series and of its benchmark over the same periods. */
export interface PairedReturns {
  readonly returns: readonly number[];
  readonly benchmark: readonly number[];
}

const MS_PER_DAY = 86_400_000;

/**
 * The points that both series have, in order. Series of days and longer meet by UTC date, since
 * closes of one day have their own hours; shorter ones by instant. Of several points of one day the
 * last counts.
 */
export function joinSeries(
  left: Series,
  right: Series,
  frequency: FrequencyName,
): { times: Float64Array; left: Float64Array; right: Float64Array } {
  const keyOf = keyBy(frequency);
  const joined: [time: number, left: number, right: number][] = [];
  let [i, j] = [0, 0];
  while (i < left.times.length && j < right.times.length) {
    const [a, b] = [keyOf(left.times[i]!), keyOf(right.times[j]!)];
    if (a === b) {
      while (i + 1 < left.times.length && keyOf(left.times[i + 1]!) === a) i++;
      while (j + 1 < right.times.length && keyOf(right.times[j + 1]!) === b) j++;
      joined.push([left.times[i]!, left.values[i]!, right.values[j]!]);
    }
    if (a <= b) i++;
    if (b <= a) j++;
  }
  return {
    times: Float64Array.from(joined, ([time]) => time),
    left: Float64Array.from(joined, ([, value]) => value),
    right: Float64Array.from(joined, ([, , value]) => value),
  };
}

/** Where points of series with a frequency meet: their day, within days their instant. */
const keyBy = (name: FrequencyName): ((time: number) => number) =>
  name === "HOURLY" || name === "MINUTELY"
    ? (time) => time
    : (time) => Math.floor(time / MS_PER_DAY);

/**
 * The frequency of the points that several series share. Gaps are those of the points, and the steps in which one of
 * the series has a gap and another one points: what is a hole in one may be a holiday in the days of all.
 */
export function joinedFrequency(times: Float64Array, parts: readonly Series[]): Frequency {
  const frequency = detectFrequency(times);
  const keys = times.map(keyBy(frequency.name));
  const keysOfParts = parts.map((part) => part.times.map(keyBy(frequency.name)));
  const gaps = new Map(frequency.gaps.map((gap) => [gap.to, gap]));
  for (const [place, part] of parts.entries()) {
    for (const gap of frequencyOf(part).gaps) {
      const { from, to, missing } = gap;
      const isGiven = part.gaps?.includes(gap) === true;
      const [low, high] = [from, to].map(keyBy(frequency.name)) as [number, number];
      for (let at = firstAbove(keys, low); at < keys.length && keys[at - 1]! < high; at++) {
        const isOwn = keysOfParts.some((other, index) => {
          const inside = other[firstAbove(other, Math.max(low, keys[at - 1]!))]!;
          return index !== place && inside < Math.min(high, keys[at]!);
        });
        const step = { from: times[at - 1]!, to: times[at]!, missing };
        if ((isGiven || isOwn) && !gaps.has(step.to)) gaps.set(step.to, step);
      }
    }
  }
  return { ...frequency, gaps: [...gaps.values()].sort((one, other) => one.to - other.to) };
}

/** Index of the first key above another, never the first of all. */
function firstAbove(keys: Float64Array, key: number): number {
  let [low, high] = [1, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How the returns of a series follow those of its benchmark, by least squares. */
export interface Regression {
  readonly beta: number;
  /** Jensen's alpha (1968) per year: the intercept on excess returns times the periods of a year. */
  readonly alpha: number;
  /** Share of the variance that the benchmark explains, 0 to 1; null when the series does not vary. */
  readonly rSquared: number | null;
}

/** The regression on a benchmark. Null when the benchmark does not vary. */
export function regressOnBenchmark(
  { returns, benchmark }: PairedReturns,
  yearlyRiskFreeRate: number,
  periodsPerYear: number,
): Regression | null {
  const variance = sampleVariance([...benchmark]);
  if (Math.sqrt(variance) < NO_VARIATION) return null;
  const covariance = sampleCovariance([...returns], [...benchmark]);
  const beta = covariance / variance;
  const rate = periodRate(yearlyRiskFreeRate, periodsPerYear);
  const intercept = mean([...returns]) - rate - beta * (mean([...benchmark]) - rate);
  const own = sampleVariance([...returns]);
  return {
    beta,
    alpha: intercept * periodsPerYear,
    rSquared: Math.sqrt(own) < NO_VARIATION ? null : Math.min(1, covariance ** 2 / variance / own),
  };
}

/** Returns less those of the benchmark, period by period. */
export const activeReturns = ({ returns, benchmark }: PairedReturns): Float64Array =>
  Float64Array.from(returns, (value, index) => value - benchmark[index]!);

/**
 * Capture ratio: the geometric mean return of the periods in which the benchmark rose (UP) or
 * fell (DOWN) over that of the benchmark. Null when there is no such period.
 */
export function captureRatio(
  { returns, benchmark }: PairedReturns,
  side: "UP" | "DOWN",
): number | null {
  const isCounted = (value: number) => (side === "UP" ? value > 0 : value < 0);
  const own = returns.filter((_, index) => isCounted(benchmark[index]!));
  if (own.length === 0) return null;
  return geometricMean(own) / geometricMean(benchmark.filter(isCounted));
}

const geometricMean = (returns: readonly number[]): number =>
  Math.expm1(mean(returns.map(Math.log1p)));
