import type { ForecastMethod } from "../forecast-method.ts";

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
