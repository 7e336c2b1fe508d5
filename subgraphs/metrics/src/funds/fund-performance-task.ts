import type { ComputeTask } from "../compute/compute-task.ts";
import { contentKey } from "../compute/content-key.ts";
import { fundPerformance } from "./fund-performance.ts";
import type { Performance, PerformanceArguments } from "./fund-performance.ts";

/** The key of the work: equal content is equal work. */
export function performanceKey({
  valuations,
  benchmark,
  given,
  asOf,
}: PerformanceArguments): string {
  const days =
    typeof valuations === "string"
      ? [valuations]
      : [
          valuations.times,
          valuations.values,
          valuations.inflows,
          valuations.outflows,
          valuations.opening,
        ];
  const other =
    benchmark === null || typeof benchmark === "string"
      ? [benchmark]
      : [benchmark.times, benchmark.values];
  return contentKey(...days, ...other, JSON.stringify(given), asOf);
}

/** Return and risk of a fund's days. */
export const fundPerformanceTask: ComputeTask<PerformanceArguments, Performance> = {
  name: "fundPerformance",
  run: (args) => fundPerformance(args),
};
