import type { MeasuredForecast, PublicSeries } from "./forecast-peers.ts";

/** Errors of one forecast of one series. */
export interface Score {
  readonly smape: number;
  readonly mase: number;
  readonly inside80: number;
  readonly inside95: number;
  readonly cpuMs: number;
}

/** Symmetric mean absolute percentage error as in the M4 competition, 0 to 200. */
function smape(actual: readonly number[], forecast: readonly number[]): number {
  const terms = actual.map((value, step) => {
    const expected = forecast[step] ?? Number.NaN;
    const size = Math.abs(value) + Math.abs(expected);
    return size === 0 ? 0 : (200 * Math.abs(value - expected)) / size;
  });
  return mean(terms);
}

/** Mean absolute error over that of the seasonal naive forecast within the known part. */
function mase(series: PublicSeries, forecast: readonly number[]): number {
  const { train, test, seasonLength } = series;
  const lag = train.length > seasonLength ? seasonLength : 1;
  const changes = train.slice(lag).map((value, index) => Math.abs(value - (train[index] ?? 0)));
  const errors = test.map((value, step) => Math.abs(value - (forecast[step] ?? Number.NaN)));
  return mean(errors) / mean(changes);
}

export function score(series: PublicSeries, forecast: MeasuredForecast): Score {
  const inside = (lower: readonly number[], upper: readonly number[]): number =>
    mean(
      series.test.map((value, step) =>
        value >= (lower[step] ?? Infinity) && value <= (upper[step] ?? -Infinity) ? 1 : 0,
      ),
    );
  return {
    smape: smape(series.test, forecast.mean),
    mase: mase(series, forecast.mean),
    inside80: inside(forecast.lower80, forecast.upper80),
    inside95: inside(forecast.lower95, forecast.upper95),
    cpuMs: forecast.cpuMs,
  };
}

/** Overall weighted average: the mean of both errors, each relative to the benchmark's (Naive2). */
export function owa(scores: readonly Score[], benchmark: readonly Score[]): number {
  const relative = (error: "smape" | "mase"): number =>
    mean(scores.map((each) => each[error])) / mean(benchmark.map((each) => each[error]));
  return (relative("smape") + relative("mase")) / 2;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
