import type { ComputeTask } from "../compute/compute-task.ts";
import { contentKey } from "../compute/content-key.ts";
import { performanceOf } from "./performance.ts";
import type { Performance, PerformanceArguments } from "./performance.ts";

/** The key of the work: equal content is equal work. */
export function performanceKey({
  subject,
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
          JSON.stringify(valuations.rateInputs),
        ];
  const other =
    benchmark === null || typeof benchmark === "string"
      ? [benchmark]
      : [benchmark.times, benchmark.values];
  return contentKey(subject, ...days, ...other, JSON.stringify(given), asOf);
}

/** Return and risk of a fund's or an account's days. */
export const performanceTask: ComputeTask<PerformanceArguments, Performance> = {
  name: "performance",
  run: (args) => performanceOf(args),
};
