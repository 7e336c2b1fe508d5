import type { ComputeTask } from "../compute/compute-task.ts";
import { forecastSeries, type ForecastRequest, type SeriesForecast } from "./forecast.ts";

/** Forecasts a series with intervals and a back-test: the work of tens of milliseconds. */
export const forecastTask: ComputeTask<ForecastRequest, SeriesForecast> = {
  name: "forecast",
  run: forecastSeries,
};
