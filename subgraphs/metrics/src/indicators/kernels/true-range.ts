import type { Bars } from "../../series/series.ts";
import { outputAt } from "./kernel.ts";
import type { BarKernel, Outputs } from "./kernel.ts";

/**
 * Below it a sum that Wilder's smoothing lets fade counts as zero. Numbers under 2e-308 lose their
 * digits, and a ratio of two such sums would be noise.
 */
export const FADED = 1e-290;

// A loop calls functions of its own module that are not exported: one that is, is looked up at every call, which
// costs half of the speed.

/** What is above zero of a difference. Without a comparison: which way a price goes cannot be predicted. */
const above = (difference: number): number => (difference + Math.abs(difference)) * 0.5;
export const positive = above;

/** The range of a bar together with the close before it: its own range and what lies outside of it. */
const rangeOf = (high: number, low: number, previousClose: number): number =>
  high - low + above(previousClose - high) + above(low - previousClose);
export const trueRange = rangeOf;

/**
 * Writes true ranges up to the first bar that lacks a part; returns how many. A loop over nothing but views, that
 * ends where it would have to decide, is compiled to one as fast as memory.
 */
function trueRanges(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  target: Float64Array,
  closeBefore: number,
): number {
  const { length } = target;
  let previousClose = closeBefore;
  for (let index = 0; index < length; index++) {
    const range = rangeOf(high[index]!, low[index]!, previousClose);
    previousClose = close[index]!;
    if (range !== range || previousClose !== previousClose) return index;
    target[index] = range;
  }
  return length;
}

/** The true range of each bar: the largest of its range and the distances of its ends to the close before. */
export class TrueRange {
  #previousClose = Number.NaN;

  /** Writes the ranges of the bars from `start` up to `end` to `target` from `to` on; the first of all has none. */
  run(bars: Bars, start: number, end: number, target: Float64Array, to: number): void {
    const whole = trueRanges(
      bars.high.subarray(start, end),
      bars.low.subarray(start, end),
      bars.close.subarray(start, end),
      target.subarray(to, to + end - start),
      this.#previousClose,
    );
    if (whole > 0) this.#previousClose = bars.close[start + whole - 1]!;
    this.#runWithGaps(bars, start + whole, end, target, to + whole);
  }

  #runWithGaps(
    { high, low, close }: Bars,
    start: number,
    end: number,
    target: Float64Array,
    to: number,
  ): void {
    for (let index = start; index < end; index++) {
      const current = close[index]!;
      const isWhole = !Number.isNaN(high[index]! + low[index]! + current);
      const range = rangeOf(high[index]!, low[index]!, this.#previousClose);
      target[to + index - start] = isWhole ? range : Number.NaN;
      if (isWhole) this.#previousClose = current;
    }
  }
}

/** The true range as an indicator; the first bar has none. */
export class TrueRangeIndicator implements BarKernel {
  readonly #ranges = new TrueRange();

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    this.#ranges.run(bars, start, end, outputAt(outputs, 0), start);
  }
}

/** Wilder's average of the true range, as it is or in percent of the close. */
export class AverageTrueRange implements BarKernel {
  readonly #period: number;
  readonly #share: number;
  readonly #inPercent: boolean;
  /** The average, a sum at first, and the close before. */
  readonly #state = Float64Array.of(0, Number.NaN);
  #seen = 0;

  constructor(period: number, inPercent: boolean) {
    this.#period = period;
    this.#share = 1 / period;
    this.#inPercent = inPercent;
  }

  run({ high, low, close }: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    const average = this.#inPercent ? averagesInPercent : averages;
    const view = (part: Float64Array): Float64Array => part.subarray(start, end);
    let index = start;
    if (this.#seen === this.#period) {
      index += average(view(high), view(low), view(close), view(output), this.#state, this.#share);
    }
    for (; index < end; index++) {
      output[index] = this.#next(high[index]!, low[index]!, close[index]!);
    }
  }

  #next(high: number, low: number, close: number): number {
    const state = this.#state;
    if (Number.isNaN(high + low + close)) return Number.NaN;
    const range = trueRange(high, low, state[1]!);
    state[1] = close;
    if (this.#seen < this.#period) return this.#inUnit(this.#seed(range), close);
    state[0] = range * this.#share + state[0]! * (1 - this.#share);
    return this.#inUnit(state[0], close);
  }

  /** What is divided by a close of zero is zero, as in TA-Lib. */
  #inUnit(average: number, close: number): number {
    if (!this.#inPercent) return average;
    return close === 0 && !Number.isNaN(average) ? 0 : (average / close) * 100;
  }

  /** A sum until there are enough ranges for the first mean. */
  #seed(range: number): number {
    if (Number.isNaN(range)) return range;
    const sum = this.#state[0]! + range;
    const isMean = ++this.#seen === this.#period;
    this.#state[0] = isMean ? sum / this.#period : sum;
    return isMean ? this.#state[0] : Number.NaN;
  }
}

/**
 * Moves the state on over bars and writes the average after each; returns how many bars come before the first that
 * lacks a part. Two products and a sum: each average waits for one of each only.
 */
function averages(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  target: Float64Array,
  state: Float64Array,
  share: number,
): number {
  const { length } = target;
  const rest = 1 - share;
  let average = state[0]!;
  let previousClose = state[1]!;
  let index = 0;
  for (; index < length; index++) {
    const range = rangeOf(high[index]!, low[index]!, previousClose);
    const current = close[index]!;
    if (range !== range || current !== current) break;
    previousClose = current;
    average = range * share + average * rest;
    target[index] = average;
  }
  state[0] = average;
  state[1] = previousClose;
  return index;
}

/** The same in percent of the close, up to the first close of zero as well. */
function averagesInPercent(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  target: Float64Array,
  state: Float64Array,
  share: number,
): number {
  const { length } = target;
  const rest = 1 - share;
  let average = state[0]!;
  let previousClose = state[1]!;
  let index = 0;
  for (; index < length; index++) {
    const range = rangeOf(high[index]!, low[index]!, previousClose);
    const current = close[index]!;
    if (range !== range || !(Math.abs(current) > 0)) break;
    previousClose = current;
    average = range * share + average * rest;
    target[index] = (average / current) * 100;
  }
  state[0] = average;
  state[1] = previousClose;
  return index;
}
