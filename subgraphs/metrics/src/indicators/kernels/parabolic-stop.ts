import type { Bars } from "../../series/series.ts";
import { outputAt } from "./kernel.ts";
import type { BarKernel, Outputs } from "./kernel.ts";

/** How a stop accelerates on one side of the market. */
export interface Acceleration {
  readonly initial: number;
  readonly step: number;
  readonly maximum: number;
}

export interface ParabolicStopOptions {
  readonly long: Acceleration;
  readonly short: Acceleration;
  /** The first stop: of a long position when positive, of a short one when negative; from the bars when zero. */
  readonly startValue: number;
  /** The part by which the stop moves away when the position turns. */
  readonly offsetOnReverse: number;
  /** Whether the stops of short positions are negative numbers, as TA-Lib's SAREXT gives them. */
  readonly signed: boolean;
}

/** Beyond its maximum an acceleration is the maximum. */
const bounded = ({ initial, step, maximum }: Acceleration): Acceleration => ({
  initial: Math.min(initial, maximum),
  step: Math.min(step, maximum),
  maximum,
});

/** The numbers of a stop that change from bar to bar. */
interface StopState {
  isLong: boolean;
  stop: number;
  extreme: number;
  factor: number;
  previousHigh: number;
  previousLow: number;
}

/**
 * Wilder's parabolic stop and reverse. The first bar only gives the first stop; the direction is that
 * of the larger directional movement into the second bar, and long when both are equal (TA-Lib).
 */
export class ParabolicStop implements BarKernel {
  readonly #long: Acceleration;
  readonly #short: Acceleration;
  readonly #options: ParabolicStopOptions;
  #state: StopState | undefined;
  #firstHigh = Number.NaN;
  #firstLow = Number.NaN;

  constructor(options: ParabolicStopOptions) {
    this.#options = options;
    this.#long = bounded(options.long);
    this.#short = bounded(options.short);
  }

  run({ high, low }: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    let index = start;
    for (; index < end && this.#state === undefined; index++) {
      output[index] = Number.NaN;
      const [top, bottom] = [high[index]!, low[index]!];
      if (Number.isNaN(top)) continue;
      if (Number.isNaN(this.#firstHigh)) [this.#firstHigh, this.#firstLow] = [top, bottom];
      else {
        this.#state = this.#first(top, bottom);
        break;
      }
    }
    if (this.#state !== undefined) this.#runWith(this.#state, high, low, output, index, end);
  }

  #first(top: number, bottom: number): StopState {
    const { startValue } = this.#options;
    const [up, down] = [top - this.#firstHigh, this.#firstLow - bottom];
    const isLong = startValue === 0 ? !(down > 0 && down > up) : startValue > 0;
    const before = isLong ? this.#firstLow : this.#firstHigh;
    return {
      isLong,
      stop: startValue === 0 ? before : Math.abs(startValue),
      extreme: isLong ? top : bottom,
      factor: (isLong ? this.#long : this.#short).initial,
      // The first stop counts with the range of the second bar alone.
      previousHigh: top,
      previousLow: bottom,
    };
  }

  #runWith(
    state: StopState,
    high: Float64Array,
    low: Float64Array,
    output: Float64Array,
    start: number,
    end: number,
  ): void {
    const { offsetOnReverse, signed } = this.#options;
    let { isLong, stop, extreme, factor, previousHigh, previousLow } = state;
    for (let index = start; index < end; index++) {
      const top = high[index]!;
      const bottom = low[index]!;
      if (top !== top) {
        output[index] = top;
        continue;
      }
      const turns = isLong ? bottom <= stop : top >= stop;
      if (turns) {
        isLong = !isLong;
        stop = isLong
          ? smallest(extreme, previousLow, bottom)
          : largest(extreme, previousHigh, top);
        stop += (isLong ? -stop : stop) * offsetOnReverse;
        extreme = isLong ? top : bottom;
        factor = isLong ? this.#long.initial : this.#short.initial;
      }
      output[index] = signed && !isLong ? 0 - stop : stop;
      if (isLong) {
        if (top > extreme) {
          extreme = top;
          factor = Math.min(factor + this.#long.step, this.#long.maximum);
        }
        stop = smallest(stop + factor * (extreme - stop), previousLow, bottom);
      } else {
        if (bottom < extreme) {
          extreme = bottom;
          factor = Math.min(factor + this.#short.step, this.#short.maximum);
        }
        stop = largest(stop + factor * (extreme - stop), previousHigh, top);
      }
      previousHigh = top;
      previousLow = bottom;
    }
    this.#state = { isLong, stop, extreme, factor, previousHigh, previousLow };
  }
}

const smallest = (one: number, other: number, third: number): number => {
  const least = other < one ? other : one;
  return third < least ? third : least;
};

const largest = (one: number, other: number, third: number): number => {
  const most = other > one ? other : one;
  return third > most ? third : most;
};
