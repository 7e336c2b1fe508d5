import type { Bars } from "../../series/series.ts";
import { outputAt, Scratch } from "./kernel.ts";
import type { BarKernel, Outputs, ValueKernel } from "./kernel.ts";

/**
 * Below it a sum that Wilder's smoothing lets fade counts as zero. Numbers under 2e-308 lose their
 * digits, and a ratio of two such sums would be noise.
 */
export const FADED = 1e-290;

/** What is above zero of a difference. Without a comparison: which way a price goes cannot be predicted. */
export const positive = (difference: number): number => (difference + Math.abs(difference)) / 2;

/** The range of a bar together with the close before it: its own range and what lies outside of it. */
export const trueRange = (high: number, low: number, previousClose: number): number =>
  high - low + positive(previousClose - high) + positive(low - previousClose);

/** The true range of each bar: the largest of its range and the distances of its ends to the close before. */
export class TrueRange {
  #previousClose = Number.NaN;

  /** Writes the ranges of the bars from `start` up to `end` to `target` from `to` on. */
  run(
    { high, low, close }: Bars,
    start: number,
    end: number,
    target: Float64Array,
    to: number,
  ): void {
    let previousClose = this.#previousClose;
    for (let index = start; index < end; index++) {
      target[to + index - start] = trueRange(high[index]!, low[index]!, previousClose);
      const current = close[index]!;
      if (current === current) previousClose = current;
    }
    this.#previousClose = previousClose;
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
  readonly #ranges = new TrueRange();
  readonly #average: ValueKernel;
  readonly #inPercent: boolean;
  readonly #scratch = new Scratch();

  constructor(average: ValueKernel, inPercent: boolean) {
    this.#average = average;
    this.#inPercent = inPercent;
  }

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    const count = end - start;
    const output = outputAt(outputs, 0);
    const ranges = this.#scratch.of(count);
    this.#ranges.run(bars, start, end, ranges, 0);
    this.#average.run(ranges, 0, output, start, count);
    if (!this.#inPercent) return;
    const { close } = bars;
    for (let index = start; index < end; index++) {
      const current = close[index]!;
      output[index] = current === 0 ? 0 : (output[index]! / current) * 100;
    }
  }
}
