import type { Bars } from "../../series/series.ts";

/**
 * The state of a computation over values that arrive in order, and the only place where it is
 * defined: a whole series is one call, a stream is a call for each value.
 *
 * `run` reads `count` values of `input` from `at` on and writes as many to `output` from `to` on;
 * both may be the same array at the same place. A NaN is a missing value: its own output is NaN and
 * the state stays as it was, so one of them never ends an average. NaN is also what is written
 * until the warm-up is over.
 */
export interface ValueKernel {
  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void;
}

/**
 * The same over bars: `run` reads the bars from `start` up to `end` and writes each output at the
 * same index. In each bar either all parts that the kernel reads are finite, or all are NaN.
 */
export interface BarKernel {
  run(bars: Bars, outputs: Outputs, start: number, end: number): void;
  /** A faster way for bars that are all whole; false, with nothing done, when it cannot take them. */
  runWhole?(bars: Bars, outputs: Outputs, start: number, end: number): boolean;
}

/** One array for each output, as long as the bars. */
export type Outputs = readonly Float64Array[];

/** The array at a place where a kernel's definition guarantees one. */
export function outputAt(outputs: Outputs, index: number): Float64Array {
  const output = outputs[index];
  if (output === undefined) throw new RangeError(`There is no output ${index}.`);
  return output;
}

/** Memory for intermediate values of a call; it grows to the longest call, so a stream needs little. */
export class Scratch {
  #values = new Float64Array(1);

  of(length: number): Float64Array {
    if (this.#values.length < length) this.#values = new Float64Array(length);
    return this.#values;
  }
}

/** A kernel of closing prices as a kernel of bars with one output. */
export const overCloses = (kernel: ValueKernel): BarKernel => ({
  run: ({ close }, outputs, start, end) =>
    kernel.run(close, start, outputAt(outputs, 0), start, end - start),
});
