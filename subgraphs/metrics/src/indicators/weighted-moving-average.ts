import { requirePeriod } from "./require-period.ts";

/**
 * Mean of the last `period` values weighted 1, 2, ..., `period`, the newest heaviest.
 *
 * Built from blocks like the simple moving average: a window is a suffix of the block before,
 * with weights from 1, and a prefix of the current block, whose weights are lifted by the
 * length of that suffix. Nothing is ever subtracted.
 */
export class WeightedMovingAverage {
  readonly #period: number;
  readonly #weightSum: number;
  readonly #block: Float64Array;
  readonly #weightedSuffixes: Float64Array;
  #prefixSum = 0;
  #weightedPrefix = 0;
  #filled = 0;
  #warm = false;

  constructor(period: number) {
    this.#period = requirePeriod(period);
    this.#weightSum = (period * (period + 1)) / 2;
    this.#block = new Float64Array(period);
    this.#weightedSuffixes = new Float64Array(period + 1);
  }

  next(value: number): number {
    this.#block[this.#filled++] = value;
    this.#prefixSum += value;
    this.#weightedPrefix += this.#filled * value;
    if (this.#filled === this.#period) return this.#closeBlock();
    if (!this.#warm) return Number.NaN;
    const lift = (this.#period - this.#filled) * this.#prefixSum;
    return (this.#weightedSuffixes[this.#filled]! + this.#weightedPrefix + lift) / this.#weightSum;
  }

  #closeBlock(): number {
    let suffixSum = 0;
    for (let index = this.#period - 1; index >= 0; index--) {
      suffixSum += this.#block[index]!;
      this.#weightedSuffixes[index] = this.#weightedSuffixes[index + 1]! + suffixSum;
    }
    this.#warm = true;
    this.#filled = 0;
    this.#prefixSum = 0;
    this.#weightedPrefix = 0;
    return this.#weightedSuffixes[0]! / this.#weightSum;
  }
}
