import { chunkMemory } from "./chunk-memory.ts";
import type { ChunkMemory } from "./chunk-memory.ts";
import type { ValueKernel } from "./kernel.ts";

/*
 * Windows of the last `period` values. A sum that adds the newest and subtracts the oldest value
 * keeps the rounding errors of values long gone. Here the values are cut into blocks of `period`;
 * a window is a suffix of the block before and a prefix of the current one, so that only members
 * of the window are ever combined. The suffixes start as NaN, which is the warm-up; the one of
 * length zero is the neutral value, for the window that is just the current block.
 *
 * The loops run to the end of a block at a time: that is twice as fast as asking at each value.
 */

/** Keeps the last of `count` further values in a block that had `filled` ones. Returns how many it has now. */
export function keepBlock(
  block: Float64Array,
  filled: number,
  values: Float64Array,
  count: number,
): number {
  const all = filled + count;
  const left = all % block.length;
  if (left <= count) block.set(values.subarray(count - left, count));
  else block.set(values.subarray(0, count), filled);
  return left;
}

/** Sum of the last `period` values, divided by `divisor`. */
export class WindowSum implements ValueKernel {
  readonly #divisor: number;
  readonly #block: Float64Array;
  readonly #suffixes: Float64Array;
  #filled = 0;
  #prefix = 0;

  constructor(period: number, divisor = 1) {
    this.#divisor = divisor;
    this.#block = new Float64Array(period);
    this.#suffixes = new Float64Array(period + 1).fill(Number.NaN, 0, period);
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    const chunk = chunkMemory(count);
    if (chunk !== null) {
      chunk.put(0, input, at, count);
      if (this.#runByModule(chunk, count)) {
        chunk.take(1, output, to, count);
        return;
      }
    }
    this.#runByBlocks(input, at, output, to, count);
  }

  #runByModule(chunk: ChunkMemory, count: number): boolean {
    const { state, calls } = chunk;
    const period = this.#block.length;
    const suffixes = chunk.suffixes(period + 1);
    suffixes.set(this.#suffixes);
    chunk.putBefore(0, this.#block.subarray(0, this.#filled));
    state[0] = this.#prefix;
    if (calls.windowSums(count, period, this.#filled, this.#divisor) === 0) return false;
    this.#suffixes.set(suffixes);
    this.#prefix = state[0];
    this.#filled = keepBlock(this.#block, this.#filled, chunk.column(0), count);
    return true;
  }

  #runByBlocks(
    input: Float64Array,
    at: number,
    output: Float64Array,
    to: number,
    count: number,
  ): void {
    const block = this.#block;
    const suffixes = this.#suffixes;
    const divisor = this.#divisor;
    const period = block.length;
    let filled = this.#filled;
    let prefix = this.#prefix;
    let index = 0;
    while (index < count) {
      const blockEnd = Math.min(count, index + period - filled);
      for (; index < blockEnd; index++) {
        const value = input[at + index]!;
        if (value !== value) break;
        block[filled++] = value;
        prefix += value;
        output[to + index] = (suffixes[filled]! + prefix) / divisor;
      }
      if (filled === period) {
        let sum = 0;
        for (let place = period - 1; place > 0; place--) {
          sum += block[place]!;
          suffixes[place] = sum;
        }
        filled = 0;
        prefix = 0;
      } else if (index < blockEnd) output[to + index++] = Number.NaN;
    }
    this.#filled = filled;
    this.#prefix = prefix;
  }
}

/**
 * Mean and population standard deviation of the last `period` values. Deviations are taken from the
 * last value of the block before, a member of the window: by Samuelson's inequality the two sums
 * then cancel no more than `period` times, whatever the level of the values.
 */
export class WindowDeviation {
  readonly #block: Float64Array;
  readonly #suffixes: Float64Array;
  readonly #suffixSquares: Float64Array;
  #filled = 0;
  #pivot = 0;
  #prefix = 0;
  #prefixSquares = 0;

  constructor(period: number) {
    this.#block = new Float64Array(period);
    this.#suffixes = new Float64Array(period).fill(Number.NaN);
    this.#suffixSquares = new Float64Array(period);
  }

  /** Reads and writes `count` values from `at` on. */
  run(
    input: Float64Array,
    means: Float64Array,
    deviations: Float64Array,
    at: number,
    count: number,
  ): void {
    const block = this.#block;
    const suffixes = this.#suffixes;
    const suffixSquares = this.#suffixSquares;
    const period = block.length;
    const end = at + count;
    let filled = this.#filled;
    let pivot = this.#pivot;
    let prefix = this.#prefix;
    let prefixSquares = this.#prefixSquares;
    let index = at;
    while (index < end) {
      const blockEnd = Math.min(end, index + period - 1 - filled);
      for (; index < blockEnd; index++) {
        const value = input[index]!;
        if (value !== value) break;
        block[filled++] = value;
        const difference = value - pivot;
        prefix += difference;
        prefixSquares += difference * difference;
        const mean = (suffixes[filled]! + prefix) / period;
        const variance = (suffixSquares[filled]! + prefixSquares) / period - mean * mean;
        means[index] = pivot + mean;
        deviations[index] = variance <= 0 ? 0 : Math.sqrt(variance);
      }
      if (index === end) break;
      const last = input[index]!;
      if (last !== last) {
        means[index] = last;
        deviations[index++] = last;
        continue;
      }
      // The last value of a block: the window is the block, and its last value the next pivot.
      block[period - 1] = last;
      pivot = last;
      let sum = 0;
      let squares = 0;
      for (let place = period - 1; place >= 0; place--) {
        const difference = block[place]! - pivot;
        sum += difference;
        squares += difference * difference;
        suffixes[place] = sum;
        suffixSquares[place] = squares;
      }
      const mean = sum / period;
      means[index] = pivot + mean;
      deviations[index++] = Math.sqrt(Math.max(0, squares / period - mean * mean));
      filled = 0;
      prefix = 0;
      prefixSquares = 0;
    }
    this.#filled = filled;
    this.#pivot = pivot;
    this.#prefix = prefix;
    this.#prefixSquares = prefixSquares;
  }
}

/** The value `distance` values ago. */
export class Delay implements ValueKernel {
  readonly #ring: Float64Array;
  #place = 0;

  constructor(distance: number) {
    this.#ring = new Float64Array(distance).fill(Number.NaN);
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    const ring = this.#ring;
    const distance = ring.length;
    let place = this.#place;
    let index = 0;
    while (index < count) {
      const ringEnd = Math.min(count, index + distance - place);
      for (; index < ringEnd; index++) {
        const value = input[at + index]!;
        if (value !== value) break;
        output[to + index] = ring[place]!;
        ring[place++] = value;
      }
      if (place === distance) place = 0;
      else if (index < ringEnd) output[to + index++] = Number.NaN;
    }
    this.#place = place;
  }
}

/** How many values ago the latest maximum of the last `period` values was; of negated values, the minimum. */
export class SinceMaximum implements ValueKernel {
  readonly #sign: 1 | -1;
  readonly #block: Float64Array;
  readonly #suffixes: Float64Array;
  readonly #suffixPlaces: Float64Array;
  #filled = 0;
  #prefix = Number.NEGATIVE_INFINITY;
  #prefixPlace = 0;

  constructor(period: number, sign: 1 | -1) {
    this.#sign = sign;
    this.#block = new Float64Array(period);
    this.#suffixes = new Float64Array(period + 1).fill(Number.POSITIVE_INFINITY, 0, period);
    this.#suffixes[period] = Number.NEGATIVE_INFINITY;
    this.#suffixPlaces = new Float64Array(period + 1).fill(Number.NaN);
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    const sign = this.#sign;
    const block = this.#block;
    const suffixes = this.#suffixes;
    const suffixPlaces = this.#suffixPlaces;
    const period = block.length;
    let filled = this.#filled;
    let prefix = this.#prefix;
    let prefixPlace = this.#prefixPlace;
    let index = 0;
    while (index < count) {
      const blockEnd = Math.min(count, index + period - filled);
      for (; index < blockEnd; index++) {
        const value = input[at + index]! * sign;
        if (value !== value) break;
        block[filled++] = value;
        if (value >= prefix) {
          prefix = value;
          prefixPlace = filled;
        }
        const inPrefix = prefix >= suffixes[filled]!;
        output[to + index] = filled - (inPrefix ? prefixPlace : suffixPlaces[filled]!);
      }
      if (filled === period) {
        let largest = Number.NEGATIVE_INFINITY;
        let largestPlace = 0;
        for (let place = period - 1; place > 0; place--) {
          const value = block[place]!;
          if (value > largest) {
            largest = value;
            largestPlace = place + 1 - period;
          }
          suffixes[place] = largest;
          suffixPlaces[place] = largestPlace;
        }
        filled = 0;
        prefix = Number.NEGATIVE_INFINITY;
      } else if (index < blockEnd) output[to + index++] = Number.NaN;
    }
    this.#filled = filled;
    this.#prefix = prefix;
    this.#prefixPlace = prefixPlace;
  }
}
