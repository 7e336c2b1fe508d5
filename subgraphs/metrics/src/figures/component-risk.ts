import { invalidInput } from "@allfunds/contract/errors";
import { mean, sampleCovariance, standardDeviation } from "simple-statistics";
import { normalDensity, normalQuantile } from "./normal.ts";
import { NO_VARIATION } from "./ratios.ts";
import { quantilePlace } from "./tail-risk.ts";

/** How a value at risk and an expected shortfall are found. */
export const RISK_MODELS = { HISTORICAL: "HISTORICAL", NORMAL: "NORMAL" } as const;
export type RiskModel = keyof typeof RISK_MODELS;

/** Risk of a portfolio, or the part of it that a holding brings, as ratios of the portfolio's value. */
export interface RiskFigures {
  /** Per year. */
  readonly volatility: number;
  /** Losses of one period. */
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
}

/** Risk of a portfolio and its parts, which add up to it. */
export interface ComponentRisk extends RiskFigures {
  /** In the order of the weights; a part may be negative. */
  readonly contributions: readonly RiskFigures[];
}

export interface ComponentRiskRequest {
  /** Of the portfolio's value, one a holding; restored every period. They need not add up to one. */
  readonly weights: readonly number[];
  /** Of each holding over the same periods, at least two; otherwise INVALID_INPUT. */
  readonly returns: readonly Float64Array[];
  readonly periodsPerYear: number;
  /** Share of the periods whose loss the value at risk covers. */
  readonly level: number;
  readonly model: RiskModel;
}

/**
 * Component risk by Euler's allocation (Tasche 1999): each weight times the derivative of the portfolio's risk by
 * it. Of the historical value at risk that is the holding's loss in the periods that the quantile (type 7) lies
 * between, of the historical shortfall its mean loss in those at or beyond it; of the normal ones they follow from
 * means and covariances of the population. A portfolio that does not vary has no volatility to share.
 */
export function componentRisk(request: ComponentRiskRequest): ComponentRisk {
  const { weights, periodsPerYear } = request;
  const returns = requireReturns(request);
  const portfolio = Array.from({ length: returns[0]?.length ?? 0 }, (_, period) =>
    weights.reduce((sum, weight, holding) => sum + weight * returns[holding]![period]!, 0),
  );
  const variance = sampleCovariance(portfolio, portfolio);
  const varies = Math.sqrt(variance) > NO_VARIATION;
  const scale = varies ? Math.sqrt(periodsPerYear / variance) : 0;
  const losses = lossesOf(request, portfolio);
  const contributions = weights.map((weight, holding) => {
    const own = returns[holding]!.map((value) => weight * value);
    return { volatility: sampleCovariance(own, portfolio) * scale, ...losses(own) };
  });
  const volatility = varies ? Math.sqrt(variance * periodsPerYear) : 0;
  // A portfolio is the one holding of itself.
  return { volatility, ...losses(portfolio), contributions };
}

function requireReturns({ weights, returns }: ComponentRiskRequest): number[][] {
  if (weights.length !== returns.length) throw invalidInput("weights", "must be one a holding");
  const samples = returns.map((holding) => Array.from(holding));
  const length = samples[0]?.length ?? 0;
  if (length < 2 || samples.some((sample) => sample.length !== length)) {
    throw invalidInput("returns", "must cover the same periods, at least two");
  }
  return samples;
}

type Losses = (part: readonly number[]) => Omit<RiskFigures, "volatility">;

/** How the losses of parts of a portfolio's returns are found; both are linear in the part. */
const lossesOf = ({ level, model }: ComponentRiskRequest, portfolio: readonly number[]): Losses =>
  model === "NORMAL" ? normalLosses(portfolio, level) : historicalLosses(portfolio, level);

function normalLosses(portfolio: readonly number[], level: number): Losses {
  const z = normalQuantile(1 - level);
  const [centre, deviation] = [mean([...portfolio]), standardDeviation([...portfolio])];
  return (part) => {
    const partMean = mean([...part]);
    const moved = part.map((value, period) => (value - partMean) * (portfolio[period]! - centre));
    const share = deviation > 0 ? mean(moved) / deviation : 0;
    return {
      valueAtRisk: -(partMean + z * share),
      expectedShortfall: -partMean + (share * normalDensity(z)) / (1 - level),
    };
  };
}

function historicalLosses(portfolio: readonly number[], level: number): Losses {
  const periods = [...portfolio.keys()].sort((one, other) => portfolio[one]! - portfolio[other]!);
  const position = quantilePlace(periods.length, 1 - level);
  const below = Math.floor(position);
  const [low, high] = [periods[below]!, periods[Math.min(below + 1, periods.length - 1)]!];
  const atQuantile = (part: readonly number[]) =>
    part[low]! + (position - below) * (part[high]! - part[low]!);
  const threshold = atQuantile(portfolio);
  const tail = periods.filter((period) => portfolio[period]! <= threshold);
  return (part) => ({
    valueAtRisk: -atQuantile(part),
    expectedShortfall: -mean(tail.map((period) => part[period]!)),
  });
}
