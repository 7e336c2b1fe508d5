import { AppError } from "@allfunds/contract/errors";
import { detectFrequency, frequencyOfReturns } from "../series/frequency.ts";
import type { Frequency } from "../series/frequency.ts";
import { segmentsBetween } from "../series/gap-policy.ts";
import type { Series } from "../series/series.ts";
import { joinedFrequency, joinSeries } from "./benchmark.ts";
import { simpleReturns } from "./returns.ts";
import {
  rollingBeta,
  rollingDrawdown,
  rollingReturn,
  rollingSharpe,
  rollingVolatility,
} from "./rolling.ts";
import type { RollingArguments } from "./rolling.ts";

/** Figures that are computed for a window that moves over a series. */
export const RollingFigure = {
  RETURN: "RETURN",
  VOLATILITY: "VOLATILITY",
  SHARPE: "SHARPE",
  BETA: "BETA",
  DRAWDOWN: "DRAWDOWN",
} as const;
export type RollingFigure = (typeof RollingFigure)[keyof typeof RollingFigure];

/** What a rolling figure is computed from. */
export interface RollingRequest {
  readonly series: Series;
  /** Prices of the benchmark; only BETA needs them. */
  readonly benchmark: Series | null;
  readonly window: number;
  readonly riskFreeRate: number;
}

/** Values at instants; NaN where a window is not full or has no figure. */
export interface RollingSeries extends Series {
  readonly frequency: Frequency;
}

/**
 * A rolling figure of a price series. Windows do not reach over gaps. Prices that are not above
 * zero, and a figure that needs a frequency of a series without one, are INSUFFICIENT_DATA.
 */
export function rollingSeries(figure: RollingFigure, request: RollingRequest): RollingSeries {
  const { times, prices, benchmark, frequency } = pricesOf(figure, request);
  if (frequency.name === "IRREGULAR" && figure !== "RETURN" && figure !== "DRAWDOWN") {
    throw insufficient("These prices have no spacing that most of them share.");
  }
  const values = new Float64Array(times.length).fill(Number.NaN);
  const { window, riskFreeRate } = request;
  const given = { window, riskFreeRate, periodsPerYear: frequency.periodsPerYear };
  for (const { start, end } of segmentsBetween(times, frequency.gaps)) {
    const returns = simpleReturns(prices.subarray(start, end));
    const other = simpleReturns(benchmark.subarray(start, end));
    values.set(COMPUTATIONS[figure](returns, given, other), start + 1);
  }
  return { times, values, frequency };
}

type Computation = (
  returns: Float64Array,
  given: RollingArguments,
  benchmark: Float64Array,
) => Float64Array;

const COMPUTATIONS: Readonly<Record<RollingFigure, Computation>> = {
  RETURN: rollingReturn,
  VOLATILITY: rollingVolatility,
  SHARPE: rollingSharpe,
  BETA: (returns, given, benchmark) => rollingBeta(returns, benchmark, given),
  DRAWDOWN: rollingDrawdown,
};

/** The prices a figure is computed from; the benchmark is the series itself when it needs none. */
function pricesOf(figure: RollingFigure, { series, benchmark }: RollingRequest) {
  const joined =
    figure === "BETA"
      ? joinWith(series, benchmark)
      : { ...series, prices: series.values, frequency: frequencyOfReturns(series) };
  const other = "benchmark" in joined ? joined.benchmark : joined.prices;
  if (!joined.prices.every((price) => price > 0) || !other.every((price) => price > 0)) {
    throw insufficient("A price is not above zero.");
  }
  const { times, prices, frequency } = joined;
  return { times, prices, frequency, benchmark: other };
}

function joinWith(series: Series, benchmark: Series | null) {
  if (benchmark === null) throw insufficient("BETA needs a benchmark.");
  const { times, left, right } = joinSeries(series, benchmark, detectFrequency(series.times).name);
  const frequency = joinedFrequency(times, [series, benchmark]);
  return { times, prices: left, benchmark: right, frequency };
}

const insufficient = (reason: string) => new AppError("INSUFFICIENT_DATA", reason);
