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

/**
 * Wilder's parabolic stop and reverse. The first bar only gives the first stop; the direction is that
 * of the larger directional movement into the second bar, and long when both are equal (TA-Lib).
 */
export class ParabolicStop implements BarKernel {
  readonly #long: Acceleration;
  readonly #short: Acceleration;
  readonly #options: ParabolicStopOptions;
  #started = false;
  #isLong = true;
  #stop = 0;
  #extreme = 0;
  #factor = 0;
  #previousHigh = Number.NaN;
  #previousLow = Number.NaN;

  constructor(options: ParabolicStopOptions) {
    this.#options = options;
    this.#long = bounded(options.long);
    this.#short = bounded(options.short);
  }

  run({ high, low }: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    for (let index = start; index < end; index++) {
      const [top, bottom] = [high[index]!, low[index]!];
      if (top !== top) {
        output[index] = top;
        continue;
      }
      output[index] = this.#next(top, bottom);
      this.#previousHigh = top;
      this.#previousLow = bottom;
    }
  }

  #next(top: number, bottom: number): number {
    if (Number.isNaN(this.#previousHigh)) return Number.NaN;
    if (!this.#started) this.#start(top, bottom);
    return this.#isLong ? this.#stepLong(top, bottom) : this.#stepShort(top, bottom);
  }

  #start(top: number, bottom: number): void {
    const { startValue } = this.#options;
    const [up, down] = [top - this.#previousHigh, this.#previousLow - bottom];
    this.#started = true;
    this.#isLong = startValue === 0 ? !(down > 0 && down > up) : startValue > 0;
    this.#factor = (this.#isLong ? this.#long : this.#short).initial;
    this.#extreme = this.#isLong ? top : bottom;
    const beforeIt = this.#isLong ? this.#previousLow : this.#previousHigh;
    this.#stop = startValue === 0 ? beforeIt : Math.abs(startValue);
    // The first stop counts with the range of the second bar alone.
    this.#previousHigh = top;
    this.#previousLow = bottom;
  }

  #stepLong(top: number, bottom: number): number {
    if (bottom <= this.#stop) return this.#turnShort(top, bottom);
    const shown = this.#stop;
    if (top > this.#extreme) {
      this.#extreme = top;
      this.#factor = Math.min(this.#factor + this.#long.step, this.#long.maximum);
    }
    this.#stop = Math.min(this.#accelerated(), this.#previousLow, bottom);
    return shown;
  }

  #stepShort(top: number, bottom: number): number {
    if (top >= this.#stop) return this.#turnLong(top, bottom);
    const shown = this.#stop;
    if (bottom < this.#extreme) {
      this.#extreme = bottom;
      this.#factor = Math.min(this.#factor + this.#short.step, this.#short.maximum);
    }
    this.#stop = Math.max(this.#accelerated(), this.#previousHigh, top);
    return this.#options.signed ? 0 - shown : shown;
  }

  #turnShort(top: number, bottom: number): number {
    const reached = Math.max(this.#extreme, this.#previousHigh, top);
    const shown = reached + reached * this.#options.offsetOnReverse;
    this.#isLong = false;
    this.#stop = shown;
    this.#factor = this.#short.initial;
    this.#extreme = bottom;
    this.#stop = Math.max(this.#accelerated(), this.#previousHigh, top);
    return this.#options.signed ? 0 - shown : shown;
  }

  #turnLong(top: number, bottom: number): number {
    const reached = Math.min(this.#extreme, this.#previousLow, bottom);
    const shown = reached - reached * this.#options.offsetOnReverse;
    this.#isLong = true;
    this.#stop = shown;
    this.#factor = this.#long.initial;
    this.#extreme = top;
    this.#stop = Math.min(this.#accelerated(), this.#previousLow, bottom);
    return shown;
  }

  #accelerated(): number {
    return this.#stop + this.#factor * (this.#extreme - this.#stop);
  }
}
