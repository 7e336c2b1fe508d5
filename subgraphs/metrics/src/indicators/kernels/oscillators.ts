import type { Bars } from "../../series/series.ts";
import { chunkMemory } from "./chunk-memory.ts";
import type { ChunkMemory } from "./chunk-memory.ts";
import { outputAt, Scratch } from "./kernel.ts";
import type { BarKernel, Outputs, ValueKernel } from "./kernel.ts";
import { positive, trueRange } from "./true-range.ts";
import { keepBlock, WindowSum } from "./windows.ts";

/** Differences up to this part of the values themselves are rounding, not movement (TA-Lib's constant). */
const rounding = 1e-14;
export const ROUNDING = rounding;

// Bindings of this module's own, for its loops; see true-range.ts.
const [above, rangeOf] = [positive, trueRange];

/** Balance of power: the change within the bar as a part of its range; zero for a bar without one. */
export class BalanceOfPower implements BarKernel {
  run({ open, high, low, close }: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    const view = (part: Float64Array): Float64Array => part.subarray(start, end);
    let index = start + balances(view(open), view(high), view(low), view(close), view(output));
    for (; index < end; index++) {
      const range = high[index]! - low[index]!;
      const change = close[index]! - open[index]!;
      output[index] = range <= 0 && change === change ? 0 : change / range;
    }
  }
}

/** Writes those of bars with a range; returns how many there are before the first one without. */
function balances(
  open: Float64Array,
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  target: Float64Array,
): number {
  const { length } = target;
  for (let index = 0; index < length; index++) {
    const range = high[index]! - low[index]!;
    if (!(range > 0)) return index;
    target[index] = (close[index]! - open[index]!) / range;
  }
  return length;
}

/** Lambert's commodity channel index: the distance of the typical price to its mean, in mean deviations. */
export class CommodityChannel implements BarKernel {
  readonly #ring: Float64Array;
  readonly #mean: ValueKernel;
  readonly #scratch = new Scratch();
  #place = 0;

  constructor(period: number) {
    this.#ring = new Float64Array(period);
    this.#mean = new WindowSum(period, period);
  }

  run({ high, low, close }: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    const count = end - start;
    const typical = this.#scratch.of(count);
    for (let index = 0; index < count; index++) {
      typical[index] = (high[start + index]! + low[start + index]! + close[start + index]!) / 3;
    }
    this.#mean.run(typical, 0, output, start, count);
    const ring = this.#ring;
    const period = ring.length;
    let place = this.#place;
    for (let index = 0; index < count; index++) {
      const value = typical[index]!;
      if (value !== value) continue;
      ring[place] = value;
      if (++place === period) place = 0;
      const mean = output[start + index]!;
      if (mean !== mean) continue;
      const distance = value - mean;
      const tolerance = rounding * (Math.abs(value) + Math.abs(mean));
      const deviation = meanDeviation(ring, mean);
      const moved = Math.abs(distance) > tolerance && deviation > tolerance;
      output[start + index] = moved ? distance / (0.015 * deviation) : 0;
    }
    this.#place = place;
  }
}

/** Four sums side by side: one alone would wait for each of its additions. */
function meanDeviation(values: Float64Array, mean: number): number {
  const { length } = values;
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let index = 0;
  for (; index + 3 < length; index += 4) {
    first += Math.abs(values[index]! - mean);
    second += Math.abs(values[index + 1]! - mean);
    third += Math.abs(values[index + 2]! - mean);
    fourth += Math.abs(values[index + 3]! - mean);
  }
  for (; index < length; index++) first += Math.abs(values[index]! - mean);
  return (first + second + (third + fourth)) / length;
}

/**
 * Two never negative flows summed over `period` values; the index is the first sum in percent of
 * both, and `empty` where both are zero.
 */
export class FlowIndex {
  readonly #first: ValueKernel;
  readonly #second: ValueKernel;
  readonly #empty: number;

  constructor(period: number, empty: number) {
    this.#first = new WindowSum(period);
    this.#second = new WindowSum(period);
    this.#empty = empty;
  }

  /** The flows are overwritten. */
  run(
    first: Float64Array,
    second: Float64Array,
    output: Float64Array,
    to: number,
    count: number,
  ): void {
    this.#first.run(first, 0, first, 0, count);
    this.#second.run(second, 0, second, 0, count);
    const empty = this.#empty;
    for (let index = 0; index < count; index++) {
      const all = first[index]! + second[index]!;
      output[to + index] = all === 0 ? empty : (first[index]! / all) * 100 + 0;
    }
  }
}

/** Intraday momentum index: the rises from open to close in percent of rises and falls; 50 without either. */
export class IntradayMomentum implements BarKernel {
  readonly #index: FlowIndex;
  readonly #risesScratch = new Scratch();
  readonly #fallsScratch = new Scratch();

  constructor(period: number) {
    this.#index = new FlowIndex(period, 50);
  }

  run({ open, close }: Bars, outputs: Outputs, start: number, end: number): void {
    const count = end - start;
    const rises = this.#risesScratch.of(count);
    const falls = this.#fallsScratch.of(count);
    for (let index = 0; index < count; index++) {
      const change = close[start + index]! - open[start + index]!;
      rises[index] = above(change);
      falls[index] = above(-change);
    }
    this.#index.run(rises, falls, outputAt(outputs, 0), start, count);
  }
}

/** Money flow index: the flow of bars whose typical price rose in percent of all flow; 0 without any. */
export class MoneyFlow implements BarKernel {
  readonly #index: FlowIndex;
  readonly #risesScratch = new Scratch();
  readonly #fallsScratch = new Scratch();
  #previous = Number.NaN;

  constructor(period: number) {
    this.#index = new FlowIndex(period, 0);
  }

  run({ high, low, close, volume }: Bars, outputs: Outputs, start: number, end: number): void {
    const count = end - start;
    const rises = this.#risesScratch.of(count);
    const falls = this.#fallsScratch.of(count);
    let previous = this.#previous;
    for (let index = 0; index < count; index++) {
      const typical = (high[start + index]! + low[start + index]! + close[start + index]!) / 3;
      const change = typical - previous;
      const moved = Math.abs(change) > rounding * (Math.abs(typical) + Math.abs(previous));
      const flow = moved ? typical * volume[start + index]! : 0;
      const known = change === change;
      // Factors instead of choices: which way it goes cannot be predicted.
      rises[index] = known ? flow * Number(change > 0) : change;
      falls[index] = known ? flow * Number(change < 0) : change;
      if (typical === typical) previous = typical;
    }
    this.#previous = previous;
    this.#index.run(rises, falls, outputAt(outputs, 0), start, count);
  }
}

/**
 * Two window sums side by side: adds the ratio of the first to the second, times a weight, to the
 * output. Blocks as in the window sums; their suffixes are pairs.
 */
class WindowRatio {
  readonly #weight: number;
  readonly #above: Float64Array;
  readonly #below: Float64Array;
  readonly #suffixes: Float64Array;
  #filled = 0;
  #prefix = 0;
  #prefixBelow = 0;

  constructor(period: number, weight: number) {
    this.#weight = weight;
    this.#above = new Float64Array(period);
    this.#below = new Float64Array(period);
    this.#suffixes = new Float64Array(2 * period + 2).fill(Number.NaN, 0, 2 * period);
  }

  /** The same in the module, from its columns 3 and 4 to 5; nothing is missing there. */
  runInModule(chunk: ChunkMemory, count: number): void {
    const { state, calls } = chunk;
    const filled = this.#filled;
    const suffixes = chunk.suffixes(this.#suffixes.length);
    suffixes.set(this.#suffixes);
    chunk.putBefore(3, this.#above.subarray(0, filled));
    chunk.putBefore(4, this.#below.subarray(0, filled));
    state.set([this.#prefix, this.#prefixBelow]);
    calls.windowRatios(count, this.#above.length, filled, this.#weight);
    this.#suffixes.set(suffixes);
    [this.#prefix, this.#prefixBelow] = [state[0]!, state[1]!];
    keepBlock(this.#above, filled, chunk.column(3), count);
    this.#filled = keepBlock(this.#below, filled, chunk.column(4), count);
  }

  /** In each place both inputs are numbers or both are NaN; the output is read and written from `to` on. */
  run(
    above: Float64Array,
    below: Float64Array,
    output: Float64Array,
    to: number,
    count: number,
  ): void {
    for (let index = 0; index < count; index++) {
      const first = above[index]!;
      if (first === first)
        output[to + index] = output[to + index]! + this.#add(first, below[index]!);
      else output[to + index] = first;
    }
  }

  /** The weighted ratio after one more value of each. */
  #add(first: number, second: number): number {
    const suffixes = this.#suffixes;
    this.#above[this.#filled] = first;
    this.#below[this.#filled++] = second;
    this.#prefix += first;
    this.#prefixBelow += second;
    const width = suffixes[2 * this.#filled + 1]! + this.#prefixBelow;
    const ratio = width === 0 ? 0 : (suffixes[2 * this.#filled]! + this.#prefix) / width;
    if (this.#filled === this.#above.length) this.#endBlock();
    return ratio * this.#weight;
  }

  #endBlock(): void {
    let sum = 0;
    let sumBelow = 0;
    for (let place = this.#above.length - 1; place > 0; place--) {
      sum += this.#above[place]!;
      sumBelow += this.#below[place]!;
      this.#suffixes[2 * place] = sum;
      this.#suffixes[2 * place + 1] = sumBelow;
    }
    [this.#filled, this.#prefix, this.#prefixBelow] = [0, 0, 0];
  }
}

/** Williams' ultimate oscillator: buying pressure over true range of three windows, weighted 4, 2 and 1. */
export class UltimateOscillator implements BarKernel {
  readonly #ratios: readonly WindowRatio[];
  readonly #pressureScratch = new Scratch();
  readonly #rangeScratch = new Scratch();
  #previousClose = Number.NaN;

  /** The shortest window has the largest weight, in whatever order the periods are given. */
  constructor(...periods: readonly number[]) {
    this.#ratios = periods
      .toSorted((one, other) => one - other)
      .map((period, place) => new WindowRatio(period, (400 / 7) * 0.5 ** place));
  }

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    // The range of the first bar is unknown.
    const isStarted = !Number.isNaN(this.#previousClose);
    const chunk = isStarted ? chunkMemory(end - start) : null;
    if (chunk === null || !this.#runByModule(chunk, bars, start, end)) {
      this.#runByBars(bars, output, start, end);
    } else chunk.take(5, output, start, end - start);
  }

  #runByModule(chunk: ChunkMemory, bars: Bars, start: number, end: number): boolean {
    chunk.put(0, bars.high, start, end - start);
    chunk.put(1, bars.low, start, end - start);
    chunk.put(2, bars.close, start, end - start);
    chunk.putOneBefore(2, this.#previousClose);
    if (chunk.calls.buyingPressures(end - start) === 0) return false;
    this.#previousClose = bars.close[end - 1]!;
    for (const ratio of this.#ratios) ratio.runInModule(chunk, end - start);
    return true;
  }

  #runByBars({ high, low, close }: Bars, output: Float64Array, start: number, end: number): void {
    const count = end - start;
    const pressure = this.#pressureScratch.of(count);
    const range = this.#rangeScratch.of(count);
    let previousClose = this.#previousClose;
    for (let index = 0; index < count; index++) {
      const current = close[start + index]!;
      const bottom = low[start + index]!;
      pressure[index] = current - bottom + above(bottom - previousClose);
      range[index] = rangeOf(high[start + index]!, bottom, previousClose);
      if (current === current) previousClose = current;
    }
    this.#previousClose = previousClose;
    output.fill(0, start, end);
    for (const ratio of this.#ratios) ratio.run(pressure, range, output, start, count);
  }
}
