import { requirePeriod } from "./require-period.ts";

/**
 * Exponential moving average with smoothing 2 / (period + 1), seeded as TA-Lib does: the first
 * answer is the plain mean of the first `period` values.
 */
export class ExponentialMovingAverage {
  readonly #period: number;
  readonly #smoothing: number;
  #seen = 0;
  #average = 0;

  constructor(period: number) {
    this.#period = requirePeriod(period);
    this.#smoothing = 2 / (period + 1);
  }

  next(value: number): number {
    if (this.#seen < this.#period) return this.#seed(value);
    // Not the average plus a part of the difference: after a steep fall that difference has lost the
    // last digits of the value.
    this.#average = this.#smoothing * value + (1 - this.#smoothing) * this.#average;
    return this.#average;
  }

  #seed(value: number): number {
    this.#seen++;
    this.#average += value;
    if (this.#seen < this.#period) return Number.NaN;
    this.#average /= this.#period;
    return this.#average;
  }
}
