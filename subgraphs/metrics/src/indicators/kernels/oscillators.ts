import type { Bars } from "../../series/series.ts";
import { outputAt, Scratch } from "./kernel.ts";
import type { BarKernel, Outputs, ValueKernel } from "./kernel.ts";
import { positive, trueRange } from "./true-range.ts";
import { WindowSum } from "./windows.ts";

/** Differences up to this part of the values themselves are rounding, not movement (TA-Lib's constant). */
export const ROUNDING = 1e-14;

/** Balance of power: the change within the bar as a part of its range; zero for a bar without one. */
export class BalanceOfPower implements BarKernel {
  run({ open, high, low, close }: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    for (let index = start; index < end; index++) {
      const range = high[index]! - low[index]!;
      const change = close[index]! - open[index]!;
      output[index] = range <= 0 && change === change ? 0 : change / range;
    }
  }
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
      const rounding = ROUNDING * (Math.abs(value) + Math.abs(mean));
      const deviation = meanDeviation(ring, mean);
      const moved = Math.abs(distance) > rounding && deviation > rounding;
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
      rises[index] = positive(change);
      falls[index] = positive(-change);
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
      const moved = Math.abs(change) > ROUNDING * (Math.abs(typical) + Math.abs(previous));
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
 * output. Blocks as in the window sums.
 */
class WindowRatio {
  readonly #weight: number;
  readonly #block: Float64Array;
  readonly #suffixes: Float64Array;
  #filled = 0;
  #prefix = 0;
  #prefixBelow = 0;

  constructor(period: number, weight: number) {
    this.#weight = weight;
    this.#block = new Float64Array(2 * period);
    this.#suffixes = new Float64Array(2 * period + 2).fill(Number.NaN, 0, 2 * period);
  }

  /** In each place both inputs are numbers or both are NaN; the output is read and written from `to` on. */
  run(
    above: Float64Array,
    below: Float64Array,
    output: Float64Array,
    to: number,
    count: number,
  ): void {
    const weight = this.#weight;
    const block = this.#block;
    const suffixes = this.#suffixes;
    const size = block.length;
    let filled = this.#filled;
    let prefix = this.#prefix;
    let prefixBelow = this.#prefixBelow;
    let index = 0;
    while (index < count) {
      const blockEnd = Math.min(count, index + (size - filled) / 2);
      for (; index < blockEnd; index++) {
        const first = above[index]!;
        const second = below[index]!;
        if (first !== first) break;
        block[filled] = first;
        block[filled + 1] = second;
        filled += 2;
        prefix += first;
        prefixBelow += second;
        const width = suffixes[filled + 1]! + prefixBelow;
        const ratio = width === 0 ? 0 : (suffixes[filled]! + prefix) / width;
        output[to + index] = output[to + index]! + ratio * weight;
      }
      if (filled === size) {
        let sum = 0;
        let sumBelow = 0;
        for (let place = size - 2; place > 0; place -= 2) {
          sum += block[place]!;
          sumBelow += block[place + 1]!;
          suffixes[place] = sum;
          suffixes[place + 1] = sumBelow;
        }
        filled = 0;
        prefix = 0;
        prefixBelow = 0;
      } else if (index < blockEnd) output[to + index++] = Number.NaN;
    }
    this.#filled = filled;
    this.#prefix = prefix;
    this.#prefixBelow = prefixBelow;
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

  run({ high, low, close }: Bars, outputs: Outputs, start: number, end: number): void {
    const count = end - start;
    const output = outputAt(outputs, 0);
    const pressure = this.#pressureScratch.of(count);
    const range = this.#rangeScratch.of(count);
    let previousClose = this.#previousClose;
    for (let index = 0; index < count; index++) {
      const current = close[start + index]!;
      const bottom = low[start + index]!;
      pressure[index] = current - bottom + positive(bottom - previousClose);
      range[index] = trueRange(high[start + index]!, bottom, previousClose);
      if (current === current) previousClose = current;
    }
    this.#previousClose = previousClose;
    output.fill(0, start, end);
    for (const ratio of this.#ratios) ratio.run(pressure, range, output, start, count);
  }
}
