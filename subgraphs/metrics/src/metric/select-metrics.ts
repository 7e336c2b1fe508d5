import { invalidInput } from "@allfunds/contract/errors";
import type { Metric } from "./metric.ts";

/** The metrics of the given names in the order asked for, or all; an unknown name is INVALID_INPUT. */
export function selectMetrics(
  metrics: readonly Metric[],
  names: readonly string[] | null | undefined,
): Metric[] {
  if (names === null || names === undefined) return [...metrics];
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  return names.map((name) => {
    const metric = byName.get(name);
    if (metric !== undefined) return metric;
    throw invalidInput(
      "names",
      `"${name.slice(0, 40)}" is none of ${[...byName.keys()].join(", ")}`,
    );
  });
}
