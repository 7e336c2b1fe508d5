import { AppError } from "@allfunds/contract/errors";
import type { AnyComputeTask, ComputeTask } from "./compute-task.ts";

/** Numbers that a test and its tasks share. */
export interface Shared {
  /** On a SharedArrayBuffer; 0: tasks that began, 1: tasks may end. */
  readonly shared: Int32Array;
}

const BEGUN = 0;
const MAY_END = 1;

export const newShared = (): Int32Array =>
  new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));

export const begun = (shared: Int32Array): number => Atomics.load(shared, BEGUN);

export const letEnd = (shared: Int32Array): void => {
  Atomics.store(shared, MAY_END, 1);
  Atomics.notify(shared, MAY_END);
};

const begin = (shared: Int32Array): void => {
  Atomics.add(shared, BEGUN, 1);
};

export const doubling: ComputeTask<Shared & { readonly values: Float64Array }, Float64Array> = {
  name: "double",
  run: ({ shared, values }) => {
    begin(shared);
    return values.map((value) => 2 * value);
  },
};

/** Blocks its thread until the test lets it end, and reports progress before and after. */
export const gated: ComputeTask<Shared & { readonly answer: string }, string> = {
  name: "gated",
  run: ({ shared, answer }, { report }) => {
    report(0, 1);
    begin(shared);
    Atomics.wait(shared, MAY_END, 0);
    report(1, 1);
    return answer;
  },
};

/** Runs until it is aborted. */
export const polling: ComputeTask<Shared, never> = {
  name: "polling",
  run: ({ shared }, { signal }) => {
    begin(shared);
    for (;;) signal.throwIfAborted();
  },
};

/** Never ends, and never looks whether it is aborted. */
export const endless: ComputeTask<Shared, never> = {
  name: "endless",
  run: ({ shared }) => {
    begin(shared);
    for (;;);
  },
};

export const crashing: ComputeTask<null, never> = {
  name: "crashing",
  run: () => process.exit(3),
};

/** Fills the heap of its thread. */
export const greedy: ComputeTask<null, number> = {
  name: "greedy",
  run: () => {
    const kept: string[][] = [];
    for (;;) kept.push(Array.from({ length: 100_000 }, (_, index) => `${kept.length} ${index}`));
  },
};

export const refusing: ComputeTask<null, never> = {
  name: "refusing",
  run: () => {
    throw new AppError("INVALID_INPUT", "horizon: must be positive", {
      violations: [{ path: "horizon", message: "must be positive" }],
    });
  },
};

export const failing: ComputeTask<null, never> = {
  name: "failing",
  run: () => {
    throw new RangeError("a defect");
  },
};

/** A result that cannot be cloned. */
export const uncloneable: ComputeTask<null, unknown> = {
  name: "uncloneable",
  run: () => () => undefined,
};

export const TEST_TASKS: readonly AnyComputeTask[] = [
  doubling,
  gated,
  polling,
  endless,
  crashing,
  greedy,
  refusing,
  failing,
  uncloneable,
];
