import type { ComputeTask } from "../compute/compute-task.ts";
import { listDrawdowns } from "../figures/drawdowns.ts";
import type { Drawdown } from "../figures/drawdowns.ts";
import { monthlyReturns } from "../figures/monthly-returns.ts";
import type { YearOfReturns } from "../figures/monthly-returns.ts";
import { rollingSeries } from "../figures/rolling-series.ts";
import type { RollingFigure, RollingRequest, RollingSeries } from "../figures/rolling-series.ts";
import type { Metric, MetricSelection } from "../metric/metric.ts";
import { frequencyOfReturns } from "../series/frequency.ts";
import type { Frequency } from "../series/frequency.ts";
import type { Series } from "../series/series.ts";
import { instrumentMetrics } from "./instrument-figures.ts";
import type { InstrumentSample } from "./instrument-figures.ts";

interface MetricsArguments {
  readonly sample: InstrumentSample;
  readonly selection: MetricSelection;
}

/** Return and risk of a price history. */
export const instrumentMetricsTask: ComputeTask<MetricsArguments, Metric[]> = {
  name: "instrumentMetrics",
  run: ({ sample, selection }) => instrumentMetrics(sample, selection),
};

/** How often a series has points, and its gaps. */
export const seriesCalendarTask: ComputeTask<Pick<Series, "times" | "gaps">, Frequency> = {
  name: "seriesCalendar",
  run: frequencyOfReturns,
};

/** A figure of a window that moves over the prices. */
export const rollingTask: ComputeTask<
  { readonly figure: RollingFigure; readonly request: RollingRequest },
  RollingSeries
> = {
  name: "rolling",
  run: ({ figure, request }) => {
    const { times, values, frequency } = rollingSeries(figure, request);
    // The times may be a part of the arguments; a result's buffers are its own.
    return { times: times.slice(), values, frequency };
  },
};

/** Every drawdown of a price history, the deepest first. */
export const drawdownsTask: ComputeTask<Float64Array, Drawdown[]> = {
  name: "drawdowns",
  run: (prices) => listDrawdowns(prices).sort((a, b) => b.depth - a.depth),
};

/** The table of monthly returns. */
export const monthlyReturnsTask: ComputeTask<Series, YearOfReturns[]> = {
  name: "monthlyReturns",
  run: monthlyReturns,
};
