import { invalidInput } from "@allfunds/contract/errors";
import { sampleCovariance } from "simple-statistics";

/** Volatility of a portfolio per year, and the part of it that each holding brings. */
export interface RiskContributions {
  readonly volatility: number;
  /** In the order of the weights; they add up to the volatility, and may be negative. */
  readonly contributions: readonly number[];
}

/**
 * Component risk (Euler's allocation): each weight times the derivative of the portfolio's
 * volatility by it. A portfolio that does not vary has contributions of zero.
 *
 * @param weights of the portfolio's value, one a holding; they need not add up to one
 * @param returns of each holding over the same periods, at least two; otherwise INVALID_INPUT
 */
export function riskContributions(
  weights: readonly number[],
  returns: readonly Float64Array[],
  periodsPerYear: number,
): RiskContributions {
  if (weights.length !== returns.length) throw invalidInput("weights", "must be one a holding");
  const samples = returns.map((holding) => Array.from(holding));
  const length = samples[0]?.length ?? 0;
  if (length < 2 || samples.some((sample) => sample.length !== length)) {
    throw invalidInput("returns", "must cover the same periods, at least two");
  }
  // The covariance of a holding with the whole portfolio is a row of the matrix times the weights.
  const portfolio = Array.from({ length }, (_, period) =>
    weights.reduce((sum, weight, holding) => sum + weight * samples[holding]![period]!, 0),
  );
  const variance = sampleCovariance(portfolio, portfolio);
  const scale = variance > 0 ? Math.sqrt(periodsPerYear / variance) : 0;
  return {
    volatility: Math.sqrt(variance * periodsPerYear),
    contributions: weights.map(
      (weight, holding) => weight * sampleCovariance(samples[holding]!, portfolio) * scale,
    ),
  };
}
