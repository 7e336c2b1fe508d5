import { BLOCK_PATHS, type KernelModel, type SimulationKernel } from "./kernel/kernel.ts";
import { PlainKernel } from "./kernel/plain-kernel.ts";
import { createWasmKernel } from "./kernel/wasm-kernel.ts";
import type { PlanStep } from "./plan.ts";

/** The outcome of all paths: one number a path, paths in order, on memory that threads share. */
export interface PathResults {
  /** Values at the recorded steps: all paths of the first step, then of the next. */
  readonly values: Float64Array;
  readonly unitPrices: Float64Array;
  readonly drawdowns: Float64Array;
  readonly ruinSteps: Float64Array;
}

/** What to simulate: the model, the plan, and the steps whose values are recorded, the last one the horizon. */
export interface PathsRequest {
  readonly model: KernelModel;
  readonly plan: readonly PlanStep[];
  readonly recorded: readonly number[];
  readonly paths: number;
}

const sharedDoubles = (length: number): Float64Array =>
  new Float64Array(new SharedArrayBuffer(8 * length));

export function allocateResults({ recorded, paths }: PathsRequest): PathResults {
  return {
    values: sharedDoubles(recorded.length * paths),
    unitPrices: sharedDoubles(paths),
    drawdowns: sharedDoubles(paths),
    ruinSteps: sharedDoubles(paths),
  };
}

/** The fastest kernel of this engine; both give the same bits. */
export const createKernel = (model: KernelModel): SimulationKernel =>
  createWasmKernel(model) ?? new PlainKernel(model);

interface PathRange {
  /** An even number. */
  readonly from: number;
  readonly to: number;
}

/**
 * Simulates the paths of a range and writes their outcome into `results`. What a path does depends on the model
 * and its own number alone, so any division into ranges gives the same bytes.
 *
 * @param afterBlock called with the number of paths of the range that are done
 */
export function simulatePaths(
  { model, plan, recorded, paths }: PathsRequest,
  { from, to }: PathRange,
  results: PathResults,
  afterBlock: (done: number) => void,
  kernel = createKernel(model),
): void {
  const stops = stopsOf(plan, recorded);
  for (let first = from; first < to; first += BLOCK_PATHS) {
    const count = Math.min(BLOCK_PATHS, to - first);
    kernel.begin(first, count);
    let reached = 0;
    for (const { step, factor, amount, record } of stops) {
      kernel.advance(step - reached);
      kernel.settle(step, factor, amount);
      if (record !== null) results.values.set(kernel.values(), record * paths + first);
      reached = step;
    }
    results.unitPrices.set(kernel.unitPrices(), first);
    results.drawdowns.set(kernel.drawdowns(), first);
    results.ruinSteps.set(kernel.ruinSteps(), first);
    afterBlock(first + count - from);
  }
}

/** A step at which something is due or recorded. */
interface Stop extends PlanStep {
  /** Its place among the recorded steps; null when it is none. */
  readonly record: number | null;
}

function stopsOf(plan: readonly PlanStep[], recorded: readonly number[]): Stop[] {
  const places = new Map(recorded.map((step, place) => [step, place]));
  const due = new Map(plan.map((flow) => [flow.step, flow]));
  const steps = [...new Set([...places.keys(), ...due.keys()])].toSorted((a, b) => a - b);
  return steps.map((step) => {
    const { factor = 1, amount = 0 } = due.get(step) ?? {};
    return { step, factor, amount, record: places.get(step) ?? null };
  });
}
