import type { Bars } from "../../series/series.ts";
import { WindowExtremes } from "./extremes.ts";
import { outputAt, Scratch } from "./kernel.ts";
import type { BarKernel, Outputs, ValueKernel } from "./kernel.ts";
import { TrueRange } from "./true-range.ts";
import { Delay, WindowDeviation, WindowSum } from "./windows.ts";

/**
 * Outputs: an average of closes plus and less standard deviations of the window, the average in the
 * middle. Without an average of another kind that is the mean of the window.
 */
export class BollingerBands implements BarKernel {
  readonly #deviation: WindowDeviation;
  readonly #average: ValueKernel | undefined;
  readonly #up: number;
  readonly #down: number;

  constructor(period: number, average: ValueKernel | undefined, up: number, down: number) {
    this.#deviation = new WindowDeviation(period);
    this.#average = average;
    this.#up = up;
    this.#down = down;
  }

  run({ close }: Bars, outputs: Outputs, start: number, end: number): void {
    const upper = outputAt(outputs, 0);
    const middle = outputAt(outputs, 1);
    const lower = outputAt(outputs, 2);
    this.#deviation.run(close, middle, upper, start, end - start);
    this.#average?.run(close, start, middle, start, end - start);
    const up = this.#up;
    const down = this.#down;
    for (let index = start; index < end; index++) {
      const average = middle[index]!;
      const deviation = upper[index]!;
      upper[index] = average + up * deviation;
      lower[index] = average - down * deviation;
    }
  }
}

/** Headley's acceleration bands: means of the closes and of highs and lows stretched by the relative range. */
export class AccelerationBands implements BarKernel {
  readonly #means: readonly ValueKernel[];

  constructor(period: number) {
    this.#means = [0, 1, 2].map(() => new WindowSum(period, period));
  }

  run({ high, low, close }: Bars, outputs: Outputs, start: number, end: number): void {
    const upper = outputAt(outputs, 0);
    const lower = outputAt(outputs, 2);
    for (let index = start; index < end; index++) {
      const top = high[index]!;
      const bottom = low[index]!;
      const width = top + bottom === 0 ? 0 : (4 * (top - bottom)) / (top + bottom);
      upper[index] = top * (1 + width);
      lower[index] = bottom * (1 - width);
    }
    for (const [place, source] of [upper, close, lower].entries()) {
      this.#means[place]?.run(source, start, outputAt(outputs, place), start, end - start);
    }
  }
}

/** Outputs: an exponential average of the typical price plus and less a multiple of the average true range. */
export class KeltnerChannel implements BarKernel {
  readonly #average: ValueKernel;
  readonly #rangeAverage: ValueKernel;
  readonly #ranges = new TrueRange();
  readonly #multiplier: number;

  constructor(average: ValueKernel, rangeAverage: ValueKernel, multiplier: number) {
    this.#average = average;
    this.#rangeAverage = rangeAverage;
    this.#multiplier = multiplier;
  }

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    const upper = outputAt(outputs, 0);
    const middle = outputAt(outputs, 1);
    const lower = outputAt(outputs, 2);
    const { high, low, close } = bars;
    for (let index = start; index < end; index++) {
      middle[index] = (high[index]! + low[index]! + close[index]!) / 3;
    }
    this.#average.run(middle, start, middle, start, end - start);
    this.#ranges.run(bars, start, end, upper, start);
    this.#rangeAverage.run(upper, start, upper, start, end - start);
    const multiplier = this.#multiplier;
    for (let index = start; index < end; index++) {
      const average = middle[index]!;
      const distance = upper[index]! * multiplier;
      upper[index] = average + distance;
      lower[index] = average - distance;
      if (distance !== distance) middle[index] = distance;
    }
  }
}

/** Outputs: highest high, the middle, lowest low of the last `period` bars. */
export class DonchianChannel implements BarKernel {
  readonly #extremes: WindowExtremes;

  constructor(period: number) {
    this.#extremes = new WindowExtremes(period);
  }

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    const upper = outputAt(outputs, 0);
    const middle = outputAt(outputs, 1);
    const lower = outputAt(outputs, 2);
    this.#extremes.run({
      high: bars.high,
      low: bars.low,
      at: start,
      highest: upper,
      highestAt: start,
      lowest: lower,
      lowestAt: start,
      count: end - start,
    });
    const view = (part: Float64Array): Float64Array => part.subarray(start, end);
    writeMiddles(view(upper), view(lower), view(middle));
  }
}

function writeMiddles(upper: Float64Array, lower: Float64Array, target: Float64Array): void {
  const { length } = target;
  for (let index = 0; index < length; index++) {
    target[index] = (upper[index]! + lower[index]!) * 0.5;
  }
}

/** The middle between the highest high and the lowest low of the last `period` bars, or of closes alone. */
export class MiddleOfRange implements BarKernel {
  readonly #extremes: WindowExtremes;
  readonly #ofCloses: boolean;
  readonly #scratch = new Scratch();

  constructor(period: number, ofCloses = false) {
    this.#extremes = new WindowExtremes(period);
    this.#ofCloses = ofCloses;
  }

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    if (this.runWhole(bars, outputs, start, end)) return;
    const { high, low, close } = bars;
    const count = end - start;
    const output = outputAt(outputs, 0);
    const lowest = this.#scratch.of(count);
    this.#extremes.run({
      high: this.#ofCloses ? close : high,
      low: this.#ofCloses ? close : low,
      at: start,
      highest: output,
      highestAt: start,
      lowest,
      lowestAt: 0,
      count,
    });
    const view = output.subarray(start, end);
    writeMiddles(view, lowest.subarray(0, count), view);
  }

  runWhole({ high, low, close }: Bars, outputs: Outputs, start: number, end: number): boolean {
    const count = end - start;
    const columns = this.#ofCloses ? { high: close, low: close } : { high, low };
    const chunk = this.#extremes.runInModule({ ...columns, at: start, count });
    if (chunk === null) return false;
    chunk.calls.middles(count);
    chunk.take(0, outputAt(outputs, 0), start, count);
    return true;
  }
}

interface IchimokuPeriods {
  readonly conversion: number;
  readonly base: number;
  readonly span: number;
  readonly displacement: number;
}

/**
 * Hosoda's lines. The spans of a bar are those that its chart shows there: computed `displacement`
 * bars before. The lagging span is the close, which a chart draws as many bars earlier.
 */
export class Ichimoku implements BarKernel {
  readonly #conversion: BarKernel;
  readonly #base: BarKernel;
  readonly #span: BarKernel;
  readonly #delays: readonly ValueKernel[];

  constructor({ conversion, base, span, displacement }: IchimokuPeriods) {
    this.#conversion = new MiddleOfRange(conversion);
    this.#base = new MiddleOfRange(base);
    this.#span = new MiddleOfRange(span);
    this.#delays = [0, 1].map(() => new Delay(displacement));
  }

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    const [conversion, base, spanA, spanB] = [0, 1, 2, 3].map((index) => outputAt(outputs, index));
    if (!conversion || !base || !spanA || !spanB) return;
    this.#conversion.run(bars, [conversion], start, end);
    this.#base.run(bars, [base], start, end);
    this.#span.run(bars, [spanB], start, end);
    for (let index = start; index < end; index++) {
      spanA[index] = (conversion[index]! + base[index]!) / 2;
    }
    this.#delays[0]?.run(spanA, start, spanA, start, end - start);
    this.#delays[1]?.run(spanB, start, spanB, start, end - start);
    outputAt(outputs, 4).set(bars.close.subarray(start, end), start);
  }
}
