import type { ForecastMethod } from "../forecast-method.ts";

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
