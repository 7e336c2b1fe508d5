import type { ComputeTask } from "../compute/compute-task.ts";
import type { Metric } from "../metric/metric.ts";
import { instrumentMetrics } from "./instrument-metrics.ts";
import type { PriceSeries } from "./price-store.ts";

export interface InstrumentMetricsArguments {
  readonly series: PriceSeries;
  /** Yearly: 0.02 is 2 %. */
  readonly riskFreeRate: number;
  readonly asOf: string;
}

/** Return and risk of a price history. */
export const instrumentMetricsTask: ComputeTask<InstrumentMetricsArguments, Metric[]> = {
  name: "instrumentMetrics",
  run: ({ series, riskFreeRate, asOf }) => instrumentMetrics(series, riskFreeRate, asOf),
};
