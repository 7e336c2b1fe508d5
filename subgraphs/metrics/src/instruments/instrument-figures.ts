import { computeFigure, PRICE_FIGURES } from "../figures/definitions.ts";
import type { Figure } from "../figures/definitions.ts";
import { FigureSample } from "../figures/figure-sample.ts";
import type { FigureArguments } from "../figures/figure.ts";
import { missingMetric, numberMetric, selectMetrics } from "../metric/metric.ts";
import type { Metric, MetricSelection } from "../metric/metric.ts";
import type { Series } from "../series/series.ts";

/** What the figures of an instrument are computed from. */
export interface InstrumentSample {
  readonly series: Series;
  /** Prices of the benchmark, or the reason why there are none; null when none is asked for. */
  readonly benchmark: Series | string | null;
  readonly given: FigureArguments;
  /** Day of the figures. */
  readonly asOf: string;
  /** How the prices were brought into their form, for the inputs of each figure. */
  readonly form: Readonly<Record<string, string | number>>;
  /** Why there are no prices in the reader's currency; null when there are. */
  readonly unavailable: string | null;
}

/**
 * The selected figures of an instrument, as ratios; without a selection, all that the series has
 * what they need for: those beside a benchmark only when there is one.
 */
export function instrumentMetrics(prices: InstrumentSample, selection: MetricSelection): Metric[] {
  const { series, benchmark } = prices;
  const isAll = !selection.metrics && !selection.names && benchmark === null;
  const offered = isAll
    ? PRICE_FIGURES.filter(({ uses }) => uses !== "PAIRED_RETURNS")
    : PRICE_FIGURES;
  const sample = new FigureSample(series, benchmark ?? undefined);
  return selectMetrics(offered, selection).map((definition) =>
    toMetric(definition, sample, prices),
  );
}

function toMetric(
  definition: Figure,
  sample: FigureSample,
  { given, asOf, form, unavailable: without }: InstrumentSample,
): Metric {
  const computed = computeFigure(definition, sample, given);
  const { value, unavailable } = computed;
  const inputs = { ...computed.inputs, ...form };
  const about = { name: definition.name, method: definition.formula, asOf, inputs };
  if (without !== null) return missingMetric(about, "RATIO", without);
  return value === null
    ? missingMetric(about, "RATIO", unavailable ?? "The figure is unknown.")
    : numberMetric(about, "RATIO", value);
}
