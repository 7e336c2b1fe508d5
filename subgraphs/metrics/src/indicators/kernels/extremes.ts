import { slidingExtremes } from "./extremes-wasm.ts";
import type { SlidingExtremes } from "./extremes-wasm.ts";

/** Where a call reads and writes: the same number of values from each place on. */
export interface ExtremesCall {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly at: number;
  readonly highest: Float64Array;
  readonly highestAt: number;
  readonly lowest: Float64Array;
  readonly lowestAt: number;
  readonly count: number;
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
 * Highest high and lowest low of the last `period` bars, of blocks like the window sums. Highs and
 * lows are missing together.
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
    const sliding = call.count >= WORTH * this.#highs.length ? slidingExtremes() : null;
    const isPossible = sliding !== null && call.count <= sliding.most && call.count % 2 === 0;
    if (!isPossible || !this.#runByModule(call, sliding)) this.#runByBlocks(call);
  }

  /** False, with nothing done, when a value is missing. */
  #runByModule(call: ExtremesCall, { highs, lows, slide }: SlidingExtremes): boolean {
    const { high, low, at, highest, highestAt, lowest, lowestAt, count } = call;
    const period = this.#highs.length;
    highs.set(high.subarray(at, at + count));
    lows.set(low.subarray(at, at + count));
    if (slide(count, period) === 0) return false;
    // The outputs may be the inputs: what the blocks need of the end is kept before.
    const end = at + count;
    const [lastHighs, lastLows] = [high.slice(end - period, end), low.slice(end - period, end)];
    this.#runByBlocks({ ...call, count: period - 1 });
    highest.set(highs.subarray(period - 1, count), highestAt + period - 1);
    lowest.set(lows.subarray(period - 1, count), lowestAt + period - 1);
    this.#restartWith(lastHighs, lastLows);
    return true;
  }

  /** The state after a block that just ended. */
  #restartWith(highs: Float64Array, lows: Float64Array): void {
    [this.#filled, this.#highest, this.#lowest] = [0, LOWEST, HIGHEST];
    const unused = { highest: highs, highestAt: 0, lowest: lows, lowestAt: 0 };
    this.#runByBlocks({ high: highs, low: lows, at: 0, ...unused, count: highs.length });
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
        if (upper !== upper) break;
        highs[filled] = upper;
        lows[filled++] = lower;
        most = larger(most, upper);
        least = smaller(least, lower);
        highest[highestAt + index] = larger(highSuffixes[filled]!, most);
        lowest[lowestAt + index] = smaller(lowSuffixes[filled]!, least);
      }
      if (filled === period) {
        most = LOWEST;
        least = HIGHEST;
        for (let place = period - 1; place > 0; place--) {
          most = larger(most, highs[place]!);
          least = smaller(least, lows[place]!);
          highSuffixes[place] = most;
          lowSuffixes[place] = least;
        }
        filled = 0;
        most = LOWEST;
        least = HIGHEST;
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
