import { AppError, invalidInput } from "@allfunds/contract/errors";
import { choleskyFactor, triangleIndex } from "./cholesky.ts";
import type { KernelModel, Shocks } from "./kernel/kernel.ts";

/** What a step is, and how many of them make a year. */
export const STEPS_PER_YEAR = { DAY: 252, WEEK: 52, MONTH: 12 } as const;
export type SimulationStep = keyof typeof STEPS_PER_YEAR;

export const SIMULATION_METHODS = {
  GBM: "GBM",
  BOOTSTRAP: "BOOTSTRAP",
  BLOCK_BOOTSTRAP: "BLOCK_BOOTSTRAP",
} as const;
export type SimulationMethod = keyof typeof SIMULATION_METHODS;

const MOST_ASSETS = 20;
const FEWEST_PATHS = 100;
const MOST_PATHS = 200_000;
const MOST_YEARS = 100;
/** Most paths times steps times assets of one simulation. */
const BUDGET = 1_000_000_000;

/** The log returns of assets in one step: what a simulation draws from, in all of its methods. */
export interface StepReturns {
  /** Mean of each asset. */
  readonly means: Float64Array;
  /** Covariances, the lower triangle row by row. */
  readonly covariances: Float64Array;
  /** The returns themselves, one row a step; empty when only the moments are given. */
  readonly rows: Float64Array;
}

/** Sizes of a simulation. */
export interface SimulationSize {
  readonly paths: number;
  readonly horizon: number;
  readonly step: SimulationStep;
}

/** Refuses sizes with INVALID_INPUT, or with OPERATION_LIMIT_EXCEEDED when they are too much work together. */
export function requireSize({ paths, horizon, step }: SimulationSize, assets: number): void {
  if (!(Number.isInteger(paths) && paths >= FEWEST_PATHS && paths <= MOST_PATHS)) {
    throw invalidInput("paths", `must be a whole number from ${FEWEST_PATHS} to ${MOST_PATHS}`);
  }
  const longest = MOST_YEARS * STEPS_PER_YEAR[step];
  if (!(Number.isInteger(horizon) && horizon >= 1 && horizon <= longest)) {
    throw invalidInput("horizon", `must be 1 to ${longest} steps, ${MOST_YEARS} years`);
  }
  if (!(assets >= 1 && assets <= MOST_ASSETS)) {
    throw invalidInput("assets", `must be 1 to ${MOST_ASSETS}`);
  }
  if (paths * horizon * assets > BUDGET) {
    throw new AppError(
      "OPERATION_LIMIT_EXCEEDED",
      `Paths times steps times assets may be ${BUDGET}; these are ${paths * horizon * assets}. Use fewer paths or longer steps.`,
    );
  }
}

/** One asset by parameters of a year. */
export interface AssetParameters {
  /** Expected growth of a year as a share, above -1: the mean value after a year is 1 plus it. */
  readonly expectedReturn: number;
  /** Standard deviation of a year's log returns, 0 to 5. */
  readonly volatility: number;
}

/**
 * The log returns of a step that parameters of a year lead to: a geometric Brownian motion with that mean
 * growth. Correlations are one row an asset; absent ones are 0.
 */
export function returnsOfParameters(
  assets: readonly AssetParameters[],
  correlations: readonly (readonly number[])[] | null,
  stepsPerYear: number,
): StepReturns {
  assets.forEach(requireParameters);
  requireCorrelations(correlations, assets.length);
  const volatility = assets.map((asset) => asset.volatility / Math.sqrt(stepsPerYear));
  const means = assets.map(
    ({ expectedReturn, volatility: yearly }) =>
      (Math.log1p(expectedReturn) - (yearly * yearly) / 2) / stepsPerYear,
  );
  const covariances = assets.flatMap((_, row) =>
    assets.slice(0, row + 1).map((_other, column) => {
      const correlation = row === column ? 1 : (correlations?.[row]?.[column] ?? 0);
      return correlation * (volatility[row] ?? 0) * (volatility[column] ?? 0);
    }),
  );
  return {
    means: Float64Array.from(means),
    covariances: Float64Array.from(covariances),
    rows: new Float64Array(),
  };
}

function requireParameters({ expectedReturn, volatility }: AssetParameters, index: number): void {
  requireExpectedReturn(expectedReturn, `assets.${index}.expectedReturn`);
  if (!(volatility >= 0 && volatility <= 5)) {
    throw invalidInput(`assets.${index}.volatility`, "must be from 0 to 5");
  }
}

function requireExpectedReturn(expectedReturn: number, path: string): void {
  if (!(expectedReturn > -1 && expectedReturn <= 10)) {
    throw invalidInput(path, "must be above -1 and at most 10");
  }
}

function requireCorrelations(
  correlations: readonly (readonly number[])[] | null,
  size: number,
): void {
  if (correlations === null) return;
  const isSquare = correlations.length === size && correlations.every((row) => row.length === size);
  if (!isSquare) throw invalidInput("correlations", `must be ${size} rows of ${size} numbers`);
  for (const [row, numbers] of correlations.entries()) {
    for (const [column, correlation] of numbers.entries()) {
      const path = `correlations.${row}.${column}`;
      if (!(Math.abs(correlation) <= 1)) throw invalidInput(path, "must be from -1 to 1");
      if (row === column && correlation !== 1) throw invalidInput(path, "must be 1");
      if (correlation !== correlations[column]?.[row]) {
        throw invalidInput(path, "must equal the number across the diagonal");
      }
    }
  }
}

export interface ModelRequest {
  readonly seed: number;
  readonly initialValue: number;
  readonly method: SimulationMethod;
  /** Mean number of steps of a block; of BLOCK_BOOTSTRAP only. */
  readonly meanBlock: number;
  readonly weights: readonly number[];
  readonly rebalanceEvery: number;
  /** Share of the value that a year costs, taken at every step. */
  readonly yearlyFee: number;
  /** Per asset a yearly growth that replaces the one of the returns; null keeps it. */
  readonly expectedReturns: readonly (number | null)[];
}

const WEIGHTS_ADD_UP = 1e-6;

/** The kernel's model: what is drawn, and the drift of each asset with fees. */
export function buildModel(
  request: ModelRequest,
  returns: StepReturns,
  stepsPerYear: number,
): KernelModel {
  const { seed, initialValue, rebalanceEvery } = request;
  requireModel(request);
  const total = request.weights.reduce((sum, weight) => sum + weight, 0);
  const weights = Float64Array.from(request.weights, (weight) => weight / total);
  const fee = Math.log1p(-request.yearlyFee) / stepsPerYear;
  const drifts = driftsOf(request, returns, stepsPerYear).map((drift) => drift + fee);
  const shocks = shocksOf(request, returns);
  return { seed, initialValue, weights, rebalanceEvery, drifts, shocks };
}

function requireModel({
  seed,
  initialValue,
  weights,
  rebalanceEvery,
  yearlyFee,
}: ModelRequest): void {
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw invalidInput("seed", "must be a whole number from 0 to 2^53 - 1");
  }
  if (!(initialValue >= 0 && initialValue <= 1e15)) {
    throw invalidInput("initialValue", "must be from 0 to 10^15");
  }
  if (!(yearlyFee >= 0 && yearlyFee < 1)) {
    throw invalidInput("yearlyFee", "must be at least 0 and below 1");
  }
  if (!(Number.isInteger(rebalanceEvery) && rebalanceEvery >= 0 && rebalanceEvery <= 100_000)) {
    throw invalidInput("rebalanceEvery", "must be a whole number from 0 to 100000");
  }
  const bad = weights.findIndex((weight) => !(weight > 0 && weight <= 1));
  if (bad >= 0) throw invalidInput(`assets.${bad}.weight`, "must be above 0 and at most 1");
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (Math.abs(total - 1) > WEIGHTS_ADD_UP)
    throw invalidInput("assets", "weights must add up to 1");
}

/** Normal draws need the mean as drift; rows of the past have it in them. */
function driftsOf(
  { method, expectedReturns }: ModelRequest,
  { means, covariances, rows }: StepReturns,
  stepsPerYear: number,
): Float64Array {
  return means.map((mean, asset) => {
    const wanted = expectedReturns[asset] ?? null;
    if (wanted !== null) requireExpectedReturn(wanted, `assets.${asset}.expectedReturn`);
    const growth = wanted === null ? null : Math.log1p(wanted) / stepsPerYear;
    if (method === "GBM") {
      return growth === null ? mean : growth - variance(covariances, asset) / 2;
    }
    return growth === null ? 0 : growth - Math.log(meanGrowth(rows, means.length, asset));
  });
}

const variance = (covariances: Float64Array, asset: number): number =>
  covariances[triangleIndex(asset, asset)] ?? 0;

function meanGrowth(rows: Float64Array, assets: number, asset: number): number {
  let sum = 0;
  for (let at = asset; at < rows.length; at += assets) sum += Math.exp(rows[at] ?? 0);
  return (sum * assets) / rows.length;
}

function shocksOf(
  { method, meanBlock }: ModelRequest,
  { means, covariances, rows }: StepReturns,
): Shocks {
  if (method === "GBM") {
    const at = (row: number, column: number): number =>
      covariances[triangleIndex(row, column)] ?? 0;
    return { kind: "NORMAL", factors: choleskyFactor(means.length, at, "correlations") };
  }
  if (rows.length === 0) {
    throw invalidInput("method", "must be GBM: there is no history to draw from");
  }
  if (method === "BOOTSTRAP") return { kind: "ROWS", returns: rows, meanBlock: 1 };
  if (!(meanBlock >= 1 && meanBlock <= rows.length / means.length)) {
    throw invalidInput("meanBlock", "must be from 1 to the number of past returns");
  }
  return { kind: "ROWS", returns: rows, meanBlock };
}
