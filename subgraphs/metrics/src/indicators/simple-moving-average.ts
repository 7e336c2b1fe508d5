import { requirePeriod } from "./require-period.ts";

/**
 * Arithmetic mean of the last `period` values.
 *
 * A sum that adds the newest and subtracts the oldest value keeps the rounding errors of values
 * long gone. Here the series is cut into blocks of `period`; a window is a suffix of the block
 * before plus a prefix of the current one, so only members of the window are ever added up.
 */
export class SimpleMovingAverage {
  readonly #period: number;
  readonly #block: Float64Array;
  readonly #suffixSums: Float64Array;
  #prefixSum = 0;
  #filled = 0;
  #warm = false;

  constructor(period: number) {
    this.#period = requirePeriod(period);
    this.#block = new Float64Array(period);
    this.#suffixSums = new Float64Array(period + 1);
  }

  next(value: number): number {
    this.#block[this.#filled++] = value;
    this.#prefixSum += value;
    if (this.#filled === this.#period) return this.#closeBlock();
    if (!this.#warm) return Number.NaN;
    return (this.#suffixSums[this.#filled]! + this.#prefixSum) / this.#period;
  }

  #closeBlock(): number {
    for (let index = this.#period - 1; index >= 0; index--) {
      this.#suffixSums[index] = this.#suffixSums[index + 1]! + this.#block[index]!;
    }
    this.#warm = true;
    this.#filled = 0;
    this.#prefixSum = 0;
    return this.#suffixSums[0]! / this.#period;
  }
}
