import type { Bars } from "../../series/series.ts";
import { WindowExtremes } from "./extremes.ts";
import { outputAt, Scratch } from "./kernel.ts";
import type { BarKernel, Outputs, ValueKernel } from "./kernel.ts";
import { ROUNDING } from "./oscillators.ts";
import { SinceMaximum } from "./windows.ts";

// A binding of this module's own, for its loop; see true-range.ts.
const rounding = ROUNDING;

/**
 * Where the last value lies between the lowest low (0) and the highest high (100) of `period` values. A value that
 * is only by its rounding off one of them lies on it: an average that follows the efficiency of changes would
 * otherwise take the changes of that rounding for movement.
 */
class PlaceInRange {
  readonly #extremes: WindowExtremes;
  readonly #scratch = new Scratch();

  constructor(period: number) {
    this.#extremes = new WindowExtremes(period);
  }

  /** Writes 0 where the range is empty. The output may be the array of closes. */
  run(
    { high, low, close }: Pick<Bars, "high" | "low" | "close">,
    at: number,
    output: Float64Array,
    to: number,
    count: number,
  ): void {
    const highest = this.#scratch.of(2 * count);
    this.#extremes.run({
      high,
      low,
      at,
      highest,
      highestAt: 0,
      lowest: highest,
      lowestAt: count,
      count,
    });
    for (let index = 0; index < count; index++) {
      const bottom = highest[count + index]!;
      const width = highest[index]! - bottom;
      const tolerance = rounding * (Math.abs(highest[index]!) + Math.abs(bottom));
      const above = close[at + index]! - bottom;
      const place = width - above <= tolerance ? 100 : (above / width) * 100;
      output[to + index] = width <= tolerance || above <= tolerance ? 0 : place;
    }
  }
}

/** Outputs: %K and its average %D; %K itself can be an average of the place in the range. */
export class Stochastic implements BarKernel {
  readonly #place: PlaceInRange;
  readonly #slowing: ValueKernel | undefined;
  readonly #signal: ValueKernel;

  constructor(period: number, slowing: ValueKernel | undefined, signal: ValueKernel) {
    this.#place = new PlaceInRange(period);
    this.#slowing = slowing;
    this.#signal = signal;
  }

  run(
    bars: Pick<Bars, "high" | "low" | "close">,
    outputs: Outputs,
    start: number,
    end: number,
  ): void {
    const [k, d] = [outputAt(outputs, 0), outputAt(outputs, 1)];
    this.#place.run(bars, start, k, start, end - start);
    this.#slowing?.run(k, start, k, start, end - start);
    this.#signal.run(k, start, d, start, end - start);
    for (let index = start; index < end; index++) {
      // Both outputs start together, with the later one.
      if (d[index] !== d[index]) k[index] = Number.NaN;
    }
  }
}

/** The stochastic of another indicator of closes instead of prices. */
export class StochasticOf implements BarKernel {
  readonly #indicator: ValueKernel;
  readonly #stochastic: Stochastic;

  constructor(indicator: ValueKernel, stochastic: Stochastic) {
    this.#indicator = indicator;
    this.#stochastic = stochastic;
  }

  run({ close }: Bars, outputs: Outputs, start: number, end: number): void {
    const values = outputAt(outputs, 0);
    this.#indicator.run(close, start, values, start, end - start);
    this.#stochastic.run({ high: values, low: values, close: values }, outputs, start, end);
  }
}

/** Williams' %R: how far the close is below the highest high, in percent of the range, 0 to -100. */
export class WilliamsRange implements BarKernel {
  readonly #extremes: WindowExtremes;
  readonly #scratch = new Scratch();

  constructor(period: number) {
    this.#extremes = new WindowExtremes(period);
  }

  run({ high, low, close }: Bars, outputs: Outputs, start: number, end: number): void {
    const count = end - start;
    const output = outputAt(outputs, 0);
    const lowest = this.#scratch.of(count);
    this.#extremes.run({
      high,
      low,
      at: start,
      highest: output,
      highestAt: start,
      lowest,
      lowestAt: 0,
      count,
    });
    for (let index = 0; index < count; index++) {
      const top = output[start + index]!;
      const width = top - lowest[index]!;
      const part = ((close[start + index]! - top) / width) * 100;
      // The sum turns a negative zero into zero.
      output[start + index] = width === 0 ? 0 : part + 0;
    }
  }

  runWhole({ high, low, close }: Bars, outputs: Outputs, start: number, end: number): boolean {
    const count = end - start;
    const chunk = this.#extremes.runInModule({ high, low, at: start, count, close });
    if (chunk === null) return false;
    chunk.calls.placesBelow(count);
    chunk.take(0, outputAt(outputs, 0), start, count);
    return true;
  }
}

/** How recent the extremes of the last `period` + 1 bars are: 100 now, 0 `period` bars ago. */
export class Aroon implements BarKernel {
  readonly #period: number;
  readonly #sinceHigh: ValueKernel;
  readonly #sinceLow: ValueKernel;
  readonly #asDifference: boolean;
  readonly #scratch = new Scratch();

  constructor(period: number, asDifference: boolean) {
    this.#period = period;
    this.#sinceHigh = new SinceMaximum(period + 1, 1);
    this.#sinceLow = new SinceMaximum(period + 1, -1);
    this.#asDifference = asDifference;
  }

  run({ high, low }: Bars, outputs: Outputs, start: number, end: number): void {
    const count = end - start;
    const first = outputAt(outputs, 0);
    const up = this.#asDifference ? this.#scratch.of(count) : outputAt(outputs, 1);
    const upAt = this.#asDifference ? 0 : start;
    this.#sinceLow.run(low, start, first, start, count);
    this.#sinceHigh.run(high, start, up, upAt, count);
    const unit = 100 / this.#period;
    for (let index = 0; index < count; index++) {
      const sinceLow = first[start + index]!;
      const sinceHigh = up[upAt + index]!;
      if (this.#asDifference) {
        first[start + index] = (sinceLow - sinceHigh) * unit;
        continue;
      }
      first[start + index] = (this.#period - sinceLow) * unit;
      up[upAt + index] = (this.#period - sinceHigh) * unit;
    }
  }
}
