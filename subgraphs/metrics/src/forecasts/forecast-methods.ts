/** A way to continue a series. Pure: the same history always gives the same forecast. */
export interface ForecastMethod {
  /** Published with every forecast, so it never changes for the same calculation. */
  readonly name: string;
  /** Fewer points than this cannot be continued. */
  readonly minimumPoints: number;
  /** The next `horizon` values after `history`. */
  forecast(history: Float64Array, horizon: number): Float64Array;
}

/** The last value stays. Every other method has to beat it. */
export const naive: ForecastMethod = {
  name: "naive",
  minimumPoints: 1,
  forecast: (history, horizon) => new Float64Array(horizon).fill(history.at(-1)!),
};

const MONTHS_PER_YEAR = 12;

/** Every month repeats the same month of the year before. */
export const seasonalNaive: ForecastMethod = {
  name: "seasonal naive (12 months)",
  minimumPoints: MONTHS_PER_YEAR,
  forecast: (history, horizon) =>
    Float64Array.from(
      { length: horizon },
      (_, step) => history[history.length - MONTHS_PER_YEAR + (step % MONTHS_PER_YEAR)]!,
    ),
};

/** The straight line from the first through the last value goes on. */
export const drift: ForecastMethod = {
  name: "drift",
  minimumPoints: 2,
  forecast: (history, horizon) => {
    const last = history.at(-1)!;
    const slope = (last - history[0]!) / (history.length - 1);
    return Float64Array.from({ length: horizon }, (_, step) => last + slope * (step + 1));
  },
};

const GRID_STEPS = 40;
const REFINEMENTS = 30;

/**
 * Simple exponential smoothing (Brown 1959). The level starts at the first value; the smoothing
 * constant minimises the squared one-step errors: a grid finds the valley, thirds narrow it.
 */
export const simpleExponentialSmoothing: ForecastMethod = {
  name: "simple exponential smoothing",
  minimumPoints: 3,
  forecast: (history, horizon) =>
    new Float64Array(horizon).fill(smooth(history, bestSmoothing(history)).level),
};

function bestSmoothing(history: Float64Array): number {
  const errorOf = (smoothing: number) => smooth(history, smoothing).squaredError;
  let best = 1;
  for (let step = 1; step <= GRID_STEPS; step++) {
    if (errorOf(step / GRID_STEPS) < errorOf(best)) best = step / GRID_STEPS;
  }
  let low = Math.max(0, best - 1 / GRID_STEPS);
  let high = Math.min(1, best + 1 / GRID_STEPS);
  for (let round = 0; round < REFINEMENTS; round++) {
    const third = (high - low) / 3;
    if (errorOf(low + third) <= errorOf(high - third)) high -= third;
    else low += third;
  }
  return (low + high) / 2;
}

function smooth(history: Float64Array, smoothing: number): { level: number; squaredError: number } {
  let level = history[0]!;
  let squaredError = 0;
  for (let index = 1; index < history.length; index++) {
    const error = history[index]! - level;
    squaredError += error * error;
    level += smoothing * error;
  }
  return { level, squaredError };
}

const LEVEL_SMOOTHINGS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const TREND_SMOOTHINGS = [0, 0.05, 0.1, 0.2, 0.3, 0.5];
const DAMPINGS = [0.8, 0.85, 0.9, 0.95, 0.98];
const TREND_SEED_STEPS = 4;

interface Parameters {
  level: number;
  trend: number;
  damping: number;
}

/**
 * Damped additive trend (Gardner and McKenzie 1985) in error-correction form. The constants are
 * the best of a fixed grid by squared one-step errors, so the choice is deterministic; the trend
 * starts at the mean of the first four changes.
 */
export const dampedTrend: ForecastMethod = {
  name: "damped trend",
  minimumPoints: 5,
  forecast: (history, horizon) => {
    const { damping, ...rest } = fit(history);
    const state = run(history, { damping, ...rest });
    const result = new Float64Array(horizon);
    let weight = 0;
    for (let step = 0; step < horizon; step++) {
      weight += damping ** (step + 1);
      result[step] = state.level + weight * state.trend;
    }
    return result;
  },
};

function fit(history: Float64Array): Parameters {
  let best: Parameters = { level: 1, trend: 0, damping: DAMPINGS[0]! };
  let bestError = Number.POSITIVE_INFINITY;
  for (const damping of DAMPINGS) {
    for (const trend of TREND_SMOOTHINGS) {
      for (const level of LEVEL_SMOOTHINGS) {
        const { squaredError } = run(history, { level, trend, damping }, bestError);
        if (squaredError >= bestError) continue;
        bestError = squaredError;
        best = { level, trend, damping };
      }
    }
  }
  return best;
}

/** Stops early once the error is past `limit`: such parameters have lost already. */
function run(history: Float64Array, parameters: Parameters, limit = Number.POSITIVE_INFINITY) {
  const seedSteps = Math.min(TREND_SEED_STEPS, history.length - 1);
  let level = history[0]!;
  let trend = (history[seedSteps]! - history[0]!) / seedSteps;
  let squaredError = 0;
  for (let index = 1; index < history.length && squaredError < limit; index++) {
    const expected = level + parameters.damping * trend;
    const error = history[index]! - expected;
    squaredError += error * error;
    level = expected + parameters.level * error;
    trend = parameters.damping * trend + parameters.level * parameters.trend * error;
  }
  return { level, trend, squaredError };
}

/** The equal-weight mean of other methods: combinations rarely win big and rarely lose. */
export function meanOfMethods(methods: readonly ForecastMethod[]): ForecastMethod {
  return {
    name: `mean of ${methods.map(({ name }) => name).join(", ")}`,
    minimumPoints: Math.max(...methods.map(({ minimumPoints }) => minimumPoints)),
    forecast: (history, horizon) => {
      const result = new Float64Array(horizon);
      for (const method of methods) {
        for (const [step, value] of method.forecast(history, horizon).entries()) {
          result[step]! += value / methods.length;
        }
      }
      return result;
    },
  };
}
