import { mean, sampleCovariance, sampleVariance } from "simple-statistics";
import { detectFrequency, frequencyOf, frequencyOfReturns } from "../series/frequency.ts";
import type { Frequency, FrequencyName } from "../series/frequency.ts";
import { HOLIDAYS_AT_END_MS } from "../series/gap-policy.ts";
import type { LongPeriod } from "../series/gap-policy.ts";
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
 * The points at which both series have a value, in order: series of days and longer by `meetDays`, shorter ones by
 * instant.
 */
export function joinSeries(
  left: Series,
  right: Series,
  frequency: FrequencyName,
): { times: Float64Array; left: Float64Array; right: Float64Array } {
  const isWithinDays = frequency === "HOURLY" || frequency === "MINUTELY";
  const { times, values } = isWithinDays ? meetInstants(left, right) : meetDays([left, right]);
  const [own, other] = values as [Float64Array, Float64Array];
  return { times, left: own, right: other };
}

/** Instants, and the values of each series at them. */
interface Meeting {
  readonly times: Float64Array;
  readonly values: readonly Float64Array[];
}

function meetInstants(left: Series, right: Series): Meeting {
  const places = new Map(Array.from(right.times, (time, index) => [time, index]));
  const met = [...left.times.keys()].filter((index) => places.has(left.times[index]!));
  return {
    times: Float64Array.from(met, (index) => left.times[index]!),
    values: [
      Float64Array.from(met, (index) => left.values[index]!),
      Float64Array.from(met, (index) => right.values[places.get(left.times[index]!)!]!),
    ],
  };
}

const LONG: Partial<Record<FrequencyName, LongPeriod>> = {
  WEEKLY: "WEEK",
  MONTHLY: "MONTH",
  QUARTERLY: "MONTH",
  YEARLY: "MONTH",
};

/**
 * Where several series meet by UTC date; of several points of one day the last counts. The end of a week, a month or
 * longer may be no trading day: there each series has its last value of the few days before.
 */
export function meetDays(parts: readonly Series[]): Meeting {
  const frequencies = parts.map(({ times }) => detectFrequency(times));
  const longest = Math.max(...frequencies.map(({ spacingMs }) => spacingMs));
  const meetings = frequencies.flatMap(({ name, spacingMs }, index) => {
    const unit = LONG[name];
    if (spacingMs < longest || unit === undefined) return [];
    return [meetAt(parts[index]!.times, parts, HOLIDAYS_AT_END_MS[unit] / MS_PER_DAY)];
  });
  const [first = meetAt(parts[0]?.times ?? new Float64Array(), parts, 0), ...others] = meetings;
  return others.reduce(
    (most, each) => (each.times.length > most.times.length ? each : most),
    first,
  );
}

const dayOf = (time: number): number => Math.floor(time / MS_PER_DAY);

/** The values at days, each of them at most so many days old; days without one of each are left out. */
function meetAt(times: Float64Array, parts: readonly Series[], oldest: number): Meeting {
  const next = parts.map(() => 0);
  const rows: { time: number; values: number[] }[] = [];
  for (const [index, time] of times.entries()) {
    const day = dayOf(time);
    if (index + 1 < times.length && dayOf(times[index + 1]!) === day) continue;
    const values = parts.flatMap((part, place) => {
      while (dayOf(part.times[next[place]!] ?? Number.POSITIVE_INFINITY) <= day) next[place]!++;
      const last = next[place]! - 1;
      return last >= 0 && dayOf(part.times[last]!) >= day - oldest ? [part.values[last]!] : [];
    });
    if (values.length === parts.length) rows.push({ time, values });
  }
  return {
    times: Float64Array.from(rows, ({ time }) => time),
    values: parts.map((_, place) => Float64Array.from(rows, ({ values }) => values[place]!)),
  };
}

/** Where points of series with a frequency meet: their day, within days their instant. */
const keyBy = (name: FrequencyName): ((time: number) => number) =>
  name === "HOURLY" || name === "MINUTELY" ? (time) => time : dayOf;

/**
 * The frequency of the points that several series share. Gaps are those of the points, and the steps in which one of
 * the series has a gap and another one points: what is a hole in one may be a holiday in the days of all.
 */
export function joinedFrequency(times: Float64Array, parts: readonly Series[]): Frequency {
  const frequency = frequencyOfReturns({ times });
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
