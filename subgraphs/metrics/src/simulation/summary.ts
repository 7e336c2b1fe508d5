import { AppError } from "@allfunds/contract/errors";
import { quantilesOf, type Quantile } from "./order-statistics.ts";
import type { PathResults } from "./simulate-paths.ts";

/** An estimate and its standard error. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
}

/** Values of all paths at one step. */
export interface FanPoint {
  readonly step: number;
  readonly mean: Estimate;
  readonly quantiles: readonly Quantile[];
  /** Share of the paths that are ruined by then. */
  readonly ruined: Estimate;
}

export interface Bin {
  readonly from: number;
  readonly to: number;
  /** Share of the paths. */
  readonly share: number;
}

/** How something is spread over the paths. */
export interface Distribution {
  readonly mean: Estimate;
  readonly deviation: number;
  readonly least: number;
  readonly greatest: number;
  readonly quantiles: readonly Quantile[];
}

/** Losses of the horizon, as shares of what a unit was worth at the beginning. */
export interface HorizonRisk {
  readonly level: number;
  readonly valueAtRisk: Estimate;
  readonly expectedShortfall: Estimate;
}

export interface PathSummary {
  readonly terminal: Distribution & { readonly histogram: readonly Bin[] };
  /** Return of a unit over the horizon: flows have no part in it. */
  readonly horizonReturn: Distribution;
  readonly maximumDrawdown: Distribution;
  readonly risk: readonly HorizonRisk[];
  /** Probability of at least the goal at the horizon; null without a goal. */
  readonly goal: Estimate | null;
  readonly ruin: Estimate;
}

const FAN_LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
const LEVELS = [0.01, ...FAN_LEVELS, 0.99];
const RISK_LEVELS = [0.95, 0.99];
const BINS = 40;

/**
 * A probability with its standard error. That is computed as if one more path of each kind had been seen
 * (Laplace), so that it is not zero when all paths agree.
 */
function probabilityOf(count: number, paths: number): Estimate {
  const smoothed = (count + 1) / (paths + 2);
  return {
    value: count / paths,
    standardError: Math.sqrt((smoothed * (1 - smoothed)) / paths),
  };
}

/** What the values of all paths at one recorded step come to. */
export function summariseStep(
  { values, ruinSteps }: PathResults,
  place: number,
  step: number,
): FanPoint {
  const paths = ruinSteps.length;
  const reached = values.slice(place * paths, (place + 1) * paths);
  requireFinite(reached);
  const ruined = ruinSteps.reduce((sum, at) => sum + (at > 0 && at <= step ? 1 : 0), 0);
  return {
    step,
    mean: meanOf(reached).mean,
    quantiles: quantilesOf(reached, FAN_LEVELS),
    ruined: probabilityOf(ruined, paths),
  };
}

/** What all paths come to at the horizon, the last recorded step. */
export function summarisePaths(results: PathResults, goal: number | null): PathSummary {
  const { unitPrices, drawdowns, ruinSteps } = results;
  const paths = ruinSteps.length;
  const terminal = results.values.slice(-paths);
  requireFinite(terminal);
  requireFinite(unitPrices);
  const reachedGoal = goal === null ? 0 : terminal.filter((value) => value >= goal).length;
  const ruined = ruinSteps.filter((at) => at > 0).length;
  return {
    terminal: { ...distributionOf(terminal), histogram: histogramOf(terminal) },
    horizonReturn: distributionOf(unitPrices.map((price) => price - 1)),
    maximumDrawdown: distributionOf(drawdowns),
    risk: RISK_LEVELS.map((level) => horizonRisk(unitPrices, level)),
    goal: goal === null ? null : probabilityOf(reachedGoal, paths),
    ruin: probabilityOf(ruined, paths),
  };
}

/** Far from any money; sums and squares of such values would not be numbers any more. */
const LARGEST = 1e100;

function requireFinite(values: Float64Array): void {
  if (values.every((value) => value <= LARGEST)) return;
  throw new AppError(
    "INVALID_INPUT",
    "The simulated values grow beyond what can be stated. Use a lower return or volatility, or a shorter horizon.",
  );
}

function meanOf(values: Float64Array): { mean: Estimate; deviation: number } {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (count - 1));
  return { mean: { value: mean, standardError: deviation / Math.sqrt(count) }, deviation };
}

function distributionOf(values: Float64Array): Distribution {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return { ...meanOf(values), least, greatest, quantiles: quantilesOf(values.slice(), LEVELS) };
}

/** Bins of one width from the 0.5 % to the 99.5 % quantile; the outer ones take what lies beyond. */
function histogramOf(values: Float64Array): Bin[] {
  const [low, high] = quantilesOf(values.slice(), [0.005, 0.995]);
  const from = low?.value ?? 0;
  const width = ((high?.value ?? 0) - from) / BINS;
  const { least, greatest } = distributionOf(values);
  if (!(width > 0)) return [{ from: least, to: greatest, share: 1 }];
  const counts = new Float64Array(BINS);
  for (const value of values) {
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor((value - from) / width)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return Array.from(counts, (count, bin) => ({
    from: bin === 0 ? Math.min(least, from) : from + bin * width,
    to: bin === BINS - 1 ? Math.max(greatest, from + BINS * width) : from + (bin + 1) * width,
    share: count / values.length,
  }));
}

/**
 * Value at risk: the loss that is not exceeded with the probability `level`; a gain is below zero. Expected
 * shortfall: the mean of the losses at or beyond it. Its standard error is the asymptotic one (Manistre and
 * Hancock, 2005): sqrt((variance of the tail + level * (ES - VaR)²) / (n (1 - level))).
 */
function horizonRisk(unitPrices: Float64Array, level: number): HorizonRisk {
  const [quantile] = quantilesOf(unitPrices.slice(), [1 - level]);
  const threshold = quantile?.value ?? 1;
  const tail = unitPrices.filter((price) => price <= threshold);
  const { mean, deviation } =
    tail.length > 1
      ? meanOf(tail)
      : { mean: { value: tail[0] ?? threshold, standardError: 0 }, deviation: 0 };
  const beyond = threshold - mean.value;
  const spread = deviation ** 2 + level * beyond ** 2;
  const standardError = Math.sqrt(spread / (unitPrices.length * (1 - level)));
  return {
    level,
    valueAtRisk: { value: 1 - threshold, standardError: quantile?.standardError ?? 0 },
    expectedShortfall: { value: 1 - mean.value, standardError },
  };
}
