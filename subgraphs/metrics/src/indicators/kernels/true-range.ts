import type { Bars } from "../../series/series.ts";
import { outputAt } from "./kernel.ts";
import type { BarKernel, Outputs } from "./kernel.ts";

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
      const top = high[index]!;
      const bottom = low[index]!;
      const current = close[index]!;
      const whole = top + bottom + current;
      if (whole !== whole) {
        target[to + index - start] = whole;
        continue;
      }
      target[to + index - start] = trueRange(top, bottom, previousClose);
      previousClose = current;
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
  readonly #period: number;
  readonly #inPercent: boolean;
  #seen = 0;
  #average = 0;
  #previousClose = Number.NaN;

  constructor(period: number, inPercent: boolean) {
    this.#period = period;
    this.#inPercent = inPercent;
  }

  run({ high, low, close }: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    const rest = 1 - 1 / this.#period;
    const inPercent = this.#inPercent;
    let index = start;
    for (; index < end && this.#seen < this.#period; index++) {
      const range = trueRange(high[index]!, low[index]!, this.#previousClose);
      const whole = high[index]! + low[index]! + close[index]!;
      output[index] = this.#inPercentOf(close[index]!, this.#seed(whole === whole ? range : whole));
      if (!Number.isNaN(whole)) this.#previousClose = close[index]!;
    }
    let average = this.#average;
    let previousClose = this.#previousClose;
    for (; index < end; index++) {
      const top = high[index]!;
      const bottom = low[index]!;
      const current = close[index]!;
      const whole = top + bottom + current;
      if (whole !== whole) {
        output[index] = whole;
        continue;
      }
      const range = trueRange(top, bottom, previousClose);
      previousClose = current;
      average = range + rest * (average - range);
      // Divided in the same loop, the divisions are done while the average waits for itself.
      output[index] = inPercent ? (average / current) * 100 : average;
    }
    this.#average = average;
    this.#previousClose = previousClose;
    if (inPercent) zeroWhereZero(close, output, start, end);
  }

  /** A sum until there are enough ranges for the first mean. */
  #seed(range: number): number {
    if (Number.isNaN(range)) return range;
    this.#average += range;
    if (++this.#seen < this.#period) return Number.NaN;
    this.#average /= this.#period;
    return this.#average;
  }

  #inPercentOf(close: number, average: number): number {
    return this.#inPercent ? (average / close) * 100 : average;
  }
}

/** What is divided by a close of zero is zero, as in TA-Lib. */
function zeroWhereZero(
  close: Float64Array,
  output: Float64Array,
  start: number,
  end: number,
): void {
  for (let index = start; index < end; index++) {
    if (close[index] === 0 && Math.abs(output[index]!) >= 0) output[index] = 0;
  }
}
