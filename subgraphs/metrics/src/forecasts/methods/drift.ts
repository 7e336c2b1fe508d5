import type { ForecastMethod } from "../forecast-method.ts";

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
