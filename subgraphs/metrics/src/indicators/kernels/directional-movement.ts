import type { Bars } from "../../series/series.ts";
import { outputAt, Scratch } from "./kernel.ts";
import type { BarKernel, Outputs } from "./kernel.ts";
import { FADED, positive, trueRange } from "./true-range.ts";
import { Delay } from "./windows.ts";

// Bindings of this module's own, for its loops; see true-range.ts.
const [above, rangeOf, faded] = [positive, trueRange, FADED];

/** Wilder's sums of one chunk of bars: of the movements up and down, and of the true range. */
interface Movements {
  readonly plus: Float64Array;
  readonly minus: Float64Array;
  readonly range: Float64Array;
}

/**
 * Wilder's smoothed sums of directional movement. The sums start with the first `period` - 1
 * movements; `range` has its first value one bar after `plus` and `minus`, where TA-Lib starts the
 * indicators.
 */
class DirectionalMovement {
  readonly #period: number;
  readonly #plusScratch = new Scratch();
  readonly #minusScratch = new Scratch();
  readonly #rangeScratch = new Scratch();
  #seen = 0;
  #high = Number.NaN;
  #low = Number.NaN;
  #close = Number.NaN;
  #plus = 0;
  #minus = 0;
  #range = 0;

  constructor(period: number) {
    this.#period = period;
  }

  run({ high, low, close }: Bars, start: number, end: number): Movements {
    const period = this.#period;
    const kept = 1 - 1 / period;
    const plusSums = this.#plusScratch.of(end - start);
    const minusSums = this.#minusScratch.of(end - start);
    const rangeSums = this.#rangeScratch.of(end - start);
    let seen = this.#seen;
    let previousHigh = this.#high;
    let previousLow = this.#low;
    let previousClose = this.#close;
    let plus = this.#plus;
    let minus = this.#minus;
    let range = this.#range;
    for (let index = start; index < end; index++) {
      const top = high[index]!;
      const bottom = low[index]!;
      const up = top - previousHigh;
      const down = previousLow - bottom;
      const known = up === up;
      if (known) {
        const factor = seen < period - 1 ? 1 : kept;
        seen++;
        const further = above(up) - above(down);
        // A factor instead of a choice: which way it goes cannot be predicted.
        plus = plus * factor + up * Number(further > 0);
        minus = minus * factor + down * Number(further < 0);
        range = range * factor + rangeOf(top, bottom, previousClose);
        if (plus < faded) plus = 0;
        if (minus < faded) minus = 0;
        if (range < faded) range = 0;
      }
      plusSums[index - start] = known && seen >= period - 1 ? plus : Number.NaN;
      minusSums[index - start] = known && seen >= period - 1 ? minus : Number.NaN;
      rangeSums[index - start] = known && seen >= period ? range : Number.NaN;
      if (top !== top) continue;
      previousHigh = top;
      previousLow = bottom;
      previousClose = close[index]!;
    }
    this.#seen = seen;
    this.#high = previousHigh;
    this.#low = previousLow;
    this.#close = previousClose;
    this.#plus = plus;
    this.#minus = minus;
    this.#range = range;
    return { plus: plusSums, minus: minusSums, range: rangeSums };
  }
}

type Direction = "plus" | "minus";

/** The smoothed movement in one direction, in units of the price. */
export class DirectionalSum implements BarKernel {
  readonly #movement: DirectionalMovement;
  readonly #direction: Direction;

  constructor(period: number, direction: Direction) {
    this.#movement = new DirectionalMovement(period);
    this.#direction = direction;
  }

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    // Only the ranges read the closes; this indicator does without them.
    const sums = this.#movement.run({ ...bars, close: bars.high }, start, end)[this.#direction];
    outputAt(outputs, 0).set(sums.subarray(0, end - start), start);
  }
}

/** The smoothed movement in one direction in percent of the smoothed true range. */
export class DirectionalIndicator implements BarKernel {
  readonly #movement: DirectionalMovement;
  readonly #direction: Direction;

  constructor(period: number, direction: Direction) {
    this.#movement = new DirectionalMovement(period);
    this.#direction = direction;
  }

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    const movements = this.#movement.run(bars, start, end);
    const sums = movements[this.#direction];
    for (let index = start; index < end; index++) {
      const range = movements.range[index - start]!;
      output[index] = range === 0 ? 0 : (sums[index - start]! / range) * 100;
    }
  }
}

/** Difference of both directional indicators in percent of their sum; it stays where both are zero. */
export class DirectionalIndex implements BarKernel {
  readonly #movement: DirectionalMovement;
  #last = 0;

  constructor(period: number) {
    this.#movement = new DirectionalMovement(period);
  }

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    const { plus, minus, range } = this.#movement.run(bars, start, end);
    for (let index = start; index < end; index++) {
      const place = index - start;
      const sum = plus[place]! + minus[place]!;
      if (range[place]! > 0 && sum > 0) {
        this.#last = (Math.abs(plus[place]! - minus[place]!) / sum) * 100;
      }
      output[index] = Number.isNaN(range[place]) ? Number.NaN : this.#last;
    }
  }
}

/** Wilder's average of the directional index, and on request the mean of it and of its value before. */
export class AverageDirectionalIndex implements BarKernel {
  readonly #period: number;
  readonly #movement: DirectionalMovement;
  readonly #rated: Delay | undefined;
  readonly #scratch = new Scratch();
  #seen = 0;
  #average = 0;

  constructor(period: number, rated: boolean) {
    this.#period = period;
    this.#movement = new DirectionalMovement(period);
    this.#rated = rated ? new Delay(period - 1) : undefined;
  }

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    this.#smooth(bars, output, start, end);
    if (this.#rated === undefined) return;
    const before = this.#scratch.of(end - start);
    this.#rated.run(output, start, before, 0, end - start);
    for (let index = start; index < end; index++) {
      output[index] = (output[index]! + before[index - start]!) / 2;
    }
  }

  #smooth(bars: Bars, output: Float64Array, start: number, end: number): void {
    const { plus, minus, range } = this.#movement.run(bars, start, end);
    const period = this.#period;
    let seen = this.#seen;
    let average = this.#average;
    for (let index = start; index < end; index++) {
      const place = index - start;
      const width = range[place]!;
      if (width !== width) {
        output[index] = width;
        continue;
      }
      const sum = plus[place]! + minus[place]!;
      const defined = width > 0 && sum > 0;
      const current = defined ? (Math.abs(plus[place]! - minus[place]!) / sum) * 100 : 0;
      if (seen < period) {
        // The first average is the mean of `period` indices; one without a direction counts as zero.
        average += current / period;
        seen++;
      } else if (defined) {
        average = (average * (period - 1) + current) / period;
      }
      output[index] = seen < period ? Number.NaN : average;
    }
    this.#seen = seen;
    this.#average = average;
  }
}
