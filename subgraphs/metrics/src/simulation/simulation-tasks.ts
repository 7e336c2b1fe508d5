import type { ComputeTask } from "../compute/compute-task.ts";
import { simulatePaths, type PathResults, type PathsRequest } from "./simulate-paths.ts";
import { summarisePaths, summariseStep, type FanPoint, type PathSummary } from "./summary.ts";

interface PathsArguments {
  readonly request: PathsRequest;
  readonly from: number;
  readonly to: number;
  readonly results: PathResults;
}

/** Simulates a range of paths into the shared memory of `results`. */
export const simulatePathsTask: ComputeTask<PathsArguments, null> = {
  name: "simulate-paths",
  run: ({ request, from, to, results }, { signal, report }) => {
    simulatePaths(request, { from, to }, results, (done) => {
      signal.throwIfAborted();
      report(done, to - from);
    });
    return null;
  },
};

interface FanArguments {
  readonly recorded: readonly number[];
  /** The recorded steps to summarise, by their places. */
  readonly places: readonly number[];
  readonly results: PathResults;
}

/** Summarises all paths at some of the recorded steps. */
export const summariseStepsTask: ComputeTask<FanArguments, readonly FanPoint[]> = {
  name: "summarise-simulated-steps",
  run: ({ recorded, places, results }, { signal }) =>
    places.map((place) => {
      signal.throwIfAborted();
      return summariseStep(results, place, recorded[place] ?? 0);
    }),
};

interface SummaryArguments {
  readonly goal: number | null;
  readonly results: PathResults;
}

/** Summarises all paths at the horizon. */
export const summarisePathsTask: ComputeTask<SummaryArguments, PathSummary> = {
  name: "summarise-simulation",
  run: ({ goal, results }) => summarisePaths(results, goal),
};
