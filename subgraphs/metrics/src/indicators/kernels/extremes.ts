import { chunkMemory } from "./chunk-memory.ts";
import type { ChunkMemory } from "./chunk-memory.ts";

interface ExtremesInput {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly at: number;
  readonly count: number;
  /** Further values that may not be missing; the module gets them in column 2. */
  readonly close?: Float64Array;
}

/** Where a call reads and writes: the same number of values from each place on. */
export interface ExtremesCall extends ExtremesInput {
  readonly highest: Float64Array;
  readonly highestAt: number;
  readonly lowest: Float64Array;
  readonly lowestAt: number;
}

/** Below every number; finite, because infinity times zero is not a number. */
const LOWEST = -Number.MAX_VALUE;
const HIGHEST = Number.MAX_VALUE;

/**
 * The larger of two numbers. Which one it is cannot be predicted of prices, and a wrong guess costs
 * more than all the rest: here the comparison becomes a factor of 0 or 1, so nothing is guessed.
 * NaN when the first one is.
 */
function larger(one: number, other: number): number {
  const isOther = Number(other > one);
  return other * isOther + one * (1 - isOther);
}

function smaller(one: number, other: number): number {
  const isOther = Number(other < one);
  return other * isOther + one * (1 - isOther);
}

/** Values of a call for each bar of a window from which on the module is the faster way. */
const WORTH = 4;

/**
 * Highest high and lowest low of the last `period` bars, of blocks like the window sums. A bar
 * that lacks one of them has neither.
 *
 * Within a long call without missing values most windows hold values of that call alone: a module of
 * WebAssembly computes those, and the blocks only the windows that reach over its start. Extremes are
 * exact, so both ways give the same.
 */
export class WindowExtremes {
  readonly #highs: Float64Array;
  readonly #lows: Float64Array;
  readonly #highSuffixes: Float64Array;
  readonly #lowSuffixes: Float64Array;
  #filled = 0;
  #highest = LOWEST;
  #lowest = HIGHEST;

  constructor(period: number) {
    this.#highs = new Float64Array(period);
    this.#lows = new Float64Array(period);
    this.#highSuffixes = new Float64Array(period + 1).fill(Number.NaN, 0, period);
    this.#lowSuffixes = new Float64Array(period + 1).fill(Number.NaN, 0, period);
    this.#highSuffixes[period] = LOWEST;
    this.#lowSuffixes[period] = HIGHEST;
  }

  run(call: ExtremesCall): void {
    const chunk = this.runInModule(call);
    if (chunk === null) {
      this.#runByBlocks(call);
      return;
    }
    chunk.take(0, call.highest, call.highestAt, call.count);
    chunk.take(1, call.lowest, call.lowestAt, call.count);
  }

  /** Leaves the highest in column 0 of the module and the lowest in column 1; null, with nothing done, when it cannot. */
  runInModule({ high, low, at, count, close }: ExtremesInput): ChunkMemory | null {
    const period = this.#highs.length;
    const chunk = count >= WORTH * period ? chunkMemory(count) : null;
    if (chunk === null) return null;
    chunk.put(0, high, at, count);
    chunk.put(1, low, at, count);
    if (close !== undefined) chunk.put(2, close, at, count);
    if (chunk.calls.slide(count, period, close === undefined ? 2 : 3) === 0) return null;
    const [highest, lowest] = [chunk.column(0), chunk.column(1)];
    const reachingBack = { high, low, at, count: period - 1 };
    this.#runByBlocks({ ...reachingBack, highest, highestAt: 0, lowest, lowestAt: 0 });
    this.#highs.set(high.subarray(at + count - period, at + count));
    this.#lows.set(low.subarray(at + count - period, at + count));
    this.#endBlock();
    return chunk;
  }

  /** A block is full: its suffixes are those of the next windows. */
  #endBlock(): void {
    const highs = this.#highs;
    const lows = this.#lows;
    let most = LOWEST;
    let least = HIGHEST;
    for (let place = highs.length - 1; place > 0; place--) {
      most = larger(most, highs[place]!);
      least = smaller(least, lows[place]!);
      this.#highSuffixes[place] = most;
      this.#lowSuffixes[place] = least;
    }
    [this.#filled, this.#highest, this.#lowest] = [0, LOWEST, HIGHEST];
  }

  #runByBlocks(call: ExtremesCall): void {
    const { high, low, at, highest, highestAt, lowest, lowestAt, count } = call;
    const highs = this.#highs;
    const lows = this.#lows;
    const highSuffixes = this.#highSuffixes;
    const lowSuffixes = this.#lowSuffixes;
    const period = highs.length;
    let filled = this.#filled;
    let most = this.#highest;
    let least = this.#lowest;
    let index = 0;
    while (index < count) {
      const blockEnd = Math.min(count, index + period - filled);
      for (; index < blockEnd; index++) {
        const upper = high[at + index]!;
        const lower = low[at + index]!;
        const both = upper + lower;
        if (both !== both) break;
        highs[filled] = upper;
        lows[filled++] = lower;
        most = larger(most, upper);
        least = smaller(least, lower);
        highest[highestAt + index] = larger(highSuffixes[filled]!, most);
        lowest[lowestAt + index] = smaller(lowSuffixes[filled]!, least);
      }
      if (filled === period) {
        this.#endBlock();
        [filled, most, least] = [0, LOWEST, HIGHEST];
      } else if (index < blockEnd) {
        highest[highestAt + index] = Number.NaN;
        lowest[lowestAt + index++] = Number.NaN;
      }
    }
    this.#filled = filled;
    this.#highest = most;
    this.#lowest = least;
  }
}
