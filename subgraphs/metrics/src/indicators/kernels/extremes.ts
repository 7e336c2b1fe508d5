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

/**
 * Highest high and lowest low of the last `period` bars, of blocks like the window sums. Highs and
 * lows are missing together.
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
