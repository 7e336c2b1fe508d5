import type { ForecastMethod } from "../forecast-method.ts";

/** The last value stays. The bar every other method has to clear. */
export const naive: ForecastMethod = {
  name: "naive",
  minimumPoints: 1,
  forecast: (history, horizon) => new Float64Array(horizon).fill(history.at(-1)!),
};
