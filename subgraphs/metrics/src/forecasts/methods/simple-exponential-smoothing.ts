import type { ForecastMethod } from "../forecast-method.ts";

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
