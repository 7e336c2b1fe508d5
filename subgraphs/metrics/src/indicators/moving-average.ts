/** An indicator that is fed one value at a time; it returns NaN until its first window is full. */
export interface StreamingIndicator {
  next(value: number): number;
}

/** Refuses a window length that is not a whole number of at least one value. */
function requirePeriod(period: number): number {
  if (!Number.isInteger(period) || period < 1) {
    throw new RangeError(`A period is a whole number of at least 1, got ${period}`);
  }
  return period;
}

/**
 * Arithmetic mean of the last `period` values.
 *
 * A sum that adds the newest and subtracts the oldest value keeps the rounding errors of values
 * long gone. Here the series is cut into blocks of `period`; a window is a suffix of the block
 * before plus a prefix of the current one, so only members of the window are ever added up.
 */
class SimpleMovingAverage {
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

/**
 * Exponential moving average with smoothing 2 / (period + 1), seeded as TA-Lib does: the first
 * value is the plain mean of the first `period` values.
 */
class ExponentialMovingAverage {
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

/**
 * Mean of the last `period` values weighted 1, 2, ..., `period`, the newest heaviest.
 *
 * Built from blocks like the simple moving average: a window is a suffix of the block before,
 * with weights from 1, and a prefix of the current block, whose weights are lifted by the
 * length of that suffix. Nothing is ever subtracted.
 */
class WeightedMovingAverage {
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

export const MOVING_AVERAGE_KINDS = ["SMA", "EMA", "WMA"] as const;
export type MovingAverageKind = (typeof MOVING_AVERAGE_KINDS)[number];

const AVERAGES: Readonly<Record<MovingAverageKind, (period: number) => StreamingIndicator>> = {
  SMA: (period) => new SimpleMovingAverage(period),
  EMA: (period) => new ExponentialMovingAverage(period),
  WMA: (period) => new WeightedMovingAverage(period),
};

/** A moving average of `period` values, before its first value. */
export const createMovingAverage = (kind: MovingAverageKind, period: number): StreamingIndicator =>
  AVERAGES[kind](period);

/** Runs an indicator over a whole series: the same state object as for streaming, so both agree. */
export function runOverSeries(indicator: StreamingIndicator, values: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    result[index] = indicator.next(values[index]!);
  }
  return result;
}
