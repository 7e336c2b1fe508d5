import type { ComputePool } from "../compute/compute-pool.ts";
import { BLOCK_PATHS } from "./kernel/kernel.ts";
import { allocateResults, type PathsRequest } from "./simulate-paths.ts";
import { simulatePathsTask, summarisePathsTask, summariseStepsTask } from "./simulation-tasks.ts";
import type { FanPoint, PathSummary } from "./summary.ts";

export interface SimulationOutcome {
  /** The recorded steps in order; the last one is the horizon. */
  readonly fan: readonly FanPoint[];
  readonly summary: PathSummary;
}

interface RunOptions {
  readonly tenantId: string;
  readonly signal: AbortSignal;
  /** Called with the paths that are done. */
  readonly onProgress: (done: number) => void;
}

/** Paths times steps times assets of one task: about a tenth of a second. */
const TASK_WORK = 10_000_000;
const STEPS_A_TASK = 8;

/**
 * Simulates on the threads of the pool, in parts whose sizes depend on the request alone, and summarises. The
 * same request gives the same bytes on any number of threads.
 */
export async function runSimulation(
  pool: Pick<ComputePool, "run">,
  request: PathsRequest,
  goal: number | null,
  { tenantId, signal, onProgress }: RunOptions,
): Promise<SimulationOutcome> {
  // When one part fails, the others end.
  const failed = new AbortController();
  const options = {
    tenantId,
    background: true,
    signal: AbortSignal.any([signal, failed.signal]),
  };
  const results = allocateResults(request);
  try {
    let done = 0;
    await Promise.all(
      rangesOf(request).map(async ({ from, to }) => {
        await pool.run(simulatePathsTask, { request, from, to, results }, options);
        done += to - from;
        onProgress(done);
      }),
    );
    const [summary, ...parts] = await Promise.all([
      pool.run(summarisePathsTask, { goal, results }, options),
      ...placesOf(request.recorded).map((places) =>
        pool.run(summariseStepsTask, { recorded: request.recorded, places, results }, options),
      ),
    ]);
    return { fan: parts.flat(), summary };
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

function rangesOf({ paths, recorded, model }: PathsRequest): { from: number; to: number }[] {
  const workOfPath = (recorded.at(-1) ?? 1) * model.weights.length;
  const blocks = Math.max(1, Math.floor(TASK_WORK / workOfPath / BLOCK_PATHS));
  const size = blocks * BLOCK_PATHS;
  return Array.from({ length: Math.ceil(paths / size) }, (_, part) => ({
    from: part * size,
    to: Math.min(paths, (part + 1) * size),
  }));
}

const placesOf = (recorded: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(recorded.length / STEPS_A_TASK) }, (_, part) =>
    recorded.map((_step, place) => place).slice(part * STEPS_A_TASK, (part + 1) * STEPS_A_TASK),
  );

/** Most recorded steps, and most numbers that a simulation keeps. */
const MOST_RECORDED = 60;
const MOST_NUMBERS = 8_000_000;

/** The steps whose values are recorded: as many as memory allows, evenly, the horizon among them. */
export function recordedSteps(horizon: number, paths: number): number[] {
  const most = Math.min(MOST_RECORDED, Math.max(1, Math.floor(MOST_NUMBERS / paths)));
  const every = Math.ceil(horizon / most);
  const steps = Array.from({ length: Math.ceil(horizon / every) }, (_, at) => (at + 1) * every);
  return [...steps.slice(0, -1), horizon];
}
