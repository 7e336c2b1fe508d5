import { minimize } from "./nelder-mead.ts";

/** A Theta model of a series without a season. */
export interface ThetaModel {
  readonly alpha: number;
  readonly theta: number;
  readonly level: number;
  readonly evaluations: number;
  /** Variance of the one-step errors. */
  readonly variance: number;
  /** Expected next values. */
  readonly forecast: (horizon: number) => Float64Array;
}

/** Standard deviations of the errors ahead: those of the exponential smoothing within the model. */
export const thetaDeviations = (
  { alpha, variance }: Pick<ThetaModel, "alpha" | "variance">,
  horizon: number,
): Float64Array =>
  Float64Array.from({ length: horizon }, (_, step) =>
    Math.sqrt(variance * (1 + step * alpha ** 2)),
  );

/**
 * The Theta method (Assimakopoulos and Nikolopoulos 2000) as Hyndman and Billah (2003) showed it to
 * be: simple exponential smoothing with a drift of half the slope of the series. Needs two values.
 */
export function fitTheta(values: Float64Array): ThetaModel {
  const { alpha, level, variance, evaluations } = fitSmoothing(values);
  const halfSlope = slopeOf(values) / 2;
  const start = (1 - (1 - alpha) ** values.length) / alpha;
  return {
    alpha,
    theta: 2,
    level,
    variance,
    evaluations,
    forecast: (horizon) =>
      Float64Array.from({ length: horizon }, (_, step) => level + halfSlope * (step + start)),
  };
}

interface Smoothing {
  alpha: number;
  level: number;
  variance: number;
  evaluations: number;
}

/** Simple exponential smoothing with constant and first level by least squares. */
function fitSmoothing(values: Float64Array): Smoothing {
  const size = spreadOf(values);
  const run = (alpha: number, first: number): { level: number; squares: number } => {
    let level = first;
    let squares = 0;
    for (const value of values) {
      const error = value - level;
      squares += error * error;
      level += alpha * error;
    }
    return { level, squares };
  };
  const objective = (point: Float64Array): number => {
    const alpha = point[0] ?? 0;
    if (alpha < 1e-4 || alpha > 0.9999) return Number.POSITIVE_INFINITY;
    return run(alpha, point[1] ?? 0).squares;
  };
  const start = Float64Array.of(0.5, values[0] ?? 0);
  const limits = { steps: Float64Array.of(-0.3, size), tolerance: 1e-9, evaluations: 240 };
  const { point, evaluations } = minimize(objective, start, limits);
  const alpha = point[0] ?? 0;
  const { level, squares } = run(alpha, point[1] ?? 0);
  return { alpha, level, variance: squares / Math.max(1, values.length - 2), evaluations };
}

/**
 * The dynamic optimised Theta model (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016):
 * the coefficient of the theta line is estimated with the smoothing constant and the first level, and
 * the line through the past follows every value. Needs four values.
 */
export function fitOptimisedTheta(values: Float64Array): ThetaModel {
  const run = new DynamicTheta(values);
  const start = Float64Array.of(0.5, 2, (values[0] ?? 0) / 2);
  const size = spreadOf(values);
  const limits = { steps: Float64Array.of(-0.2, 1, size), tolerance: 1e-8, evaluations: 360 };
  const { point, value, evaluations } = minimize((each) => run.squares(each), start, limits);
  const [alpha = 0.5, theta = 2] = point;
  run.squares(point);
  return {
    alpha,
    theta,
    level: run.level,
    variance: value / Math.max(1, values.length - 3),
    evaluations,
    forecast: run.forecaster(alpha, theta),
  };
}

class DynamicTheta {
  level = 0;
  readonly #values: Float64Array;
  #mean = 0;
  #slope = 0;

  constructor(values: Float64Array) {
    this.#values = values;
  }

  /** Sum of squared one-step errors; the first three only start the line. */
  squares([alpha = 0, theta = 0, first = 0]: Float64Array): number {
    if (alpha < 0.1 || alpha > 0.99 || theta < 1 || theta > 1e4) return Number.POSITIVE_INFINITY;
    const weight = 1 - 1 / theta;
    let level = first;
    let mean = 0;
    let slope = 0;
    let rest = 1;
    let squares = 0;
    const count = this.#values.length;
    for (let index = 0; index < count; index++) {
      const value = this.#values[index]!;
      const intercept = mean - ((index + 1) / 2) * slope;
      const expected =
        level + weight * (rest * intercept + ((1 - rest * (1 - alpha)) / alpha) * slope);
      const error = value - expected;
      if (index >= Math.min(3, count - 1)) squares += error * error;
      level += alpha * (value - level);
      rest *= 1 - alpha;
      slope = nextSlope(slope, mean, value, index + 1);
      mean += (value - mean) / (index + 1);
    }
    this.level = level;
    this.#mean = mean;
    this.#slope = slope;
    return squares;
  }

  /** Continues from the state that `squares` left behind; expected values stand in for later ones. */
  forecaster(alpha: number, theta: number): (horizon: number) => Float64Array {
    const weight = 1 - 1 / theta;
    const [firstLevel, firstMean, firstSlope] = [this.level, this.#mean, this.#slope];
    const count = this.#values.length;
    return (horizon) => {
      let [level, mean, slope] = [firstLevel, firstMean, firstSlope];
      let rest = (1 - alpha) ** count;
      return Float64Array.from({ length: horizon }, (_, step) => {
        const index = count + step;
        const intercept = mean - ((index + 1) / 2) * slope;
        const expected =
          level + weight * (rest * intercept + ((1 - rest * (1 - alpha)) / alpha) * slope);
        level += alpha * (expected - level);
        rest *= 1 - alpha;
        slope = nextSlope(slope, mean, expected, index + 1);
        mean += (expected - mean) / (index + 1);
        return expected;
      });
    };
  }
}

/** Slope of the least-squares line after one more value, the `count`-th. */
function nextSlope(slope: number, mean: number, value: number, count: number): number {
  if (count < 2) return 0;
  return ((count - 2) * slope + (6 * (value - mean)) / count) / (count + 1);
}

/** Slope of the least-squares line, per step. */
function slopeOf(values: Float64Array): number {
  const centre = (values.length - 1) / 2;
  let products = 0;
  let squares = 0;
  for (const [index, value] of values.entries()) {
    products += (index - centre) * value;
    squares += (index - centre) ** 2;
  }
  return squares === 0 ? 0 : products / squares;
}

/** A step for a search of levels: the standard deviation, never zero. */
function spreadOf(values: Float64Array): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length) || 1;
}
