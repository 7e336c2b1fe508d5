import type { ForecastMethod } from "../forecast-method.ts";

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
