import type { ValueKernel } from "./kernel.ts";
import { WeightedAverage } from "./weighted-average.ts";
import { WindowSum } from "./windows.ts";

/** Averages that other indicators can be built on; the names are TA-Lib's. */
export const AVERAGE_KINDS = ["SMA", "EMA", "WMA", "DEMA", "TEMA", "TRIMA", "KAMA", "T3"] as const;
export type AverageKind = (typeof AVERAGE_KINDS)[number];

/** Leaves out the first `skip` known values, for an average that has to start later than its input. */
export class Skip implements ValueKernel {
  readonly #kernel: ValueKernel;
  #left: number;

  constructor(kernel: ValueKernel, skip: number) {
    this.#kernel = kernel;
    this.#left = skip;
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    let index = 0;
    for (; index < count && this.#left > 0; index++) {
      if (!Number.isNaN(input[at + index])) this.#left--;
      output[to + index] = Number.NaN;
    }
    this.#kernel.run(input, at + index, output, to + index, count - index);
  }
}

/**
 * Exponential average, seeded as TA-Lib does: the first value is the plain mean of the first
 * `period` values. Wilder's average has the smoothing 1 / period.
 *
 * The average moves from the value towards itself, not the other way round: an equal value leaves it
 * as it is, and a value after a steep fall keeps its last digits.
 */
export class ExponentialAverage implements ValueKernel {
  readonly #period: number;
  readonly #smoothing: number;
  /** The average, a sum until it starts. */
  readonly state = new Float64Array(1);
  #seen = 0;

  constructor(period: number, smoothing = 2 / (period + 1)) {
    this.#period = period;
    this.#smoothing = smoothing;
  }

  get isStarted(): boolean {
    return this.#seen >= this.#period;
  }

  /** The part of an average that is left after one more value. */
  get rest(): number {
    return 1 - this.#smoothing;
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    const { rest } = this;
    let index = 0;
    for (; index < count && this.#seen < this.#period; index++) {
      output[to + index] = this.#seed(input[at + index]!);
    }
    let average = this.state[0]!;
    for (; index < count; index++) {
      const value = input[at + index]!;
      if (value !== value) {
        output[to + index] = value;
        continue;
      }
      average = value + rest * (average - value);
      output[to + index] = average;
    }
    this.state[0] = average;
  }

  #seed(value: number): number {
    if (Number.isNaN(value)) return value;
    this.#seen++;
    const sum = this.state[0]! + value;
    this.state[0] = this.isStarted ? sum / this.#period : sum;
    return this.isStarted ? this.state[0] : Number.NaN;
  }
}

/** How an exponential average is seeded and smoothed, and how many values pass before it starts. */
export interface Smoothing {
  readonly period: number;
  readonly smoothing: number;
  readonly skip: number;
}

/** The difference of two exponential averages that have their first values together. */
export class ExponentialDifference implements ValueKernel {
  readonly #fast: Smoothing;
  readonly #slow: Smoothing;
  /** Both averages, sums until they start. */
  readonly state = new Float64Array(2);
  #seen = 0;

  constructor(fast: Smoothing, slow: Smoothing) {
    this.#fast = fast;
    this.#slow = slow;
  }

  get isStarted(): boolean {
    return this.#seen >= this.#slow.skip + this.#slow.period;
  }

  /** The parts of both that are left after one more value. */
  get rests(): readonly [number, number] {
    return [1 - this.#fast.smoothing, 1 - this.#slow.smoothing];
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    let index = 0;
    for (; index < count && !this.isStarted; index++) {
      output[to + index] = this.#seed(input[at + index]!);
    }
    const [fastRest, slowRest] = this.rests;
    let fast = this.state[0]!;
    let slow = this.state[1]!;
    for (; index < count; index++) {
      const value = input[at + index]!;
      if (value !== value) {
        output[to + index] = value;
        continue;
      }
      fast = value + fastRest * (fast - value);
      slow = value + slowRest * (slow - value);
      output[to + index] = fast - slow;
    }
    this.state[0] = fast;
    this.state[1] = slow;
  }

  /** Both are sums of their first values until they start. */
  #seed(value: number): number {
    if (Number.isNaN(value)) return value;
    const { skip, period } = this.#slow;
    const [fast = 0, slow = 0] = this.state;
    const sums = [
      this.#seen >= this.#fast.skip ? fast + value : fast,
      this.#seen >= skip ? slow + value : slow,
    ] as const;
    this.#seen++;
    this.state.set(this.isStarted ? [sums[0] / this.#fast.period, sums[1] / period] : sums);
    return this.isStarted ? this.state[0]! - this.state[1]! : Number.NaN;
  }
}

/** One kernel after the other. */
class Chain implements ValueKernel {
  readonly #kernels: readonly ValueKernel[];

  constructor(...kernels: readonly ValueKernel[]) {
    this.#kernels = kernels;
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    let [source, from] = [input, at];
    for (const kernel of this.#kernels) {
      kernel.run(source, from, output, to, count);
      [source, from] = [output, to];
    }
  }
}

/** The most averages in a row that one loop computes. */
const STAGES = 6;

/**
 * A weighted sum of an exponential average, the average of that average, and so on, whose weights
 * add up to one. Each average is seeded with the mean of the first `period` values of the one before.
 *
 * The sum is one of the averages and weighted differences to it: equal values give just that value.
 */
export class RepeatedAverage implements ValueKernel {
  readonly #period: number;
  readonly #depth: number;
  readonly #base: 0 | 2;
  readonly #weights = new Float64Array(STAGES);
  readonly #averages = new Float64Array(STAGES);
  #stage = 0;
  #seen = 0;

  /**
   * @param base the average whose weight is what the others lack to one
   * @param weights of the differences to it of the first average, of the second, ..., at most six
   */
  constructor(period: number, base: 0 | 2, weights: readonly number[]) {
    this.#period = period;
    this.#base = base;
    this.#depth = weights.length;
    this.#weights.set(weights);
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    let index = 0;
    for (; index < count && this.#stage < this.#depth; index++) {
      output[to + index] = this.#warmUp(input[at + index]!);
    }
    if (index === count) return;
    if (this.#depth <= 3) this.#runThree(input, at + index, output, to + index, count - index);
    else this.#runSix(input, at + index, output, to + index, count - index);
  }

  /** All stages in one loop, so that the processor runs them side by side; one beyond the depth has no weight. */
  #runThree(
    input: Float64Array,
    at: number,
    output: Float64Array,
    to: number,
    count: number,
  ): void {
    const rest = 1 - 2 / (this.#period + 1);
    const averages = this.#averages;
    const fromThird = this.#base === 2;
    const second = this.#weights[1]!;
    const third = this.#weights[2]!;
    let e0 = averages[0]!;
    let e1 = averages[1]!;
    let e2 = averages[2]!;
    for (let index = 0; index < count; index++) {
      const value = input[at + index]!;
      if (value !== value) {
        output[to + index] = value;
        continue;
      }
      e0 = value + rest * (e0 - value);
      e1 = e0 + rest * (e1 - e0);
      e2 = e1 + rest * (e2 - e1);
      output[to + index] = fromThird ? e2 : e0 + (second * (e1 - e0) + third * (e2 - e0));
    }
    averages[0] = e0;
    averages[1] = e1;
    averages[2] = e2;
  }

  /** The same for six stages, of which the third is the base. */
  #runSix(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    const rest = 1 - 2 / (this.#period + 1);
    const averages = this.#averages;
    const fourth = this.#weights[3]!;
    const fifth = this.#weights[4]!;
    const sixth = this.#weights[5]!;
    let e0 = averages[0]!;
    let e1 = averages[1]!;
    let e2 = averages[2]!;
    let e3 = averages[3]!;
    let e4 = averages[4]!;
    let e5 = averages[5]!;
    for (let index = 0; index < count; index++) {
      const value = input[at + index]!;
      if (value !== value) {
        output[to + index] = value;
        continue;
      }
      e0 = value + rest * (e0 - value);
      e1 = e0 + rest * (e1 - e0);
      e2 = e1 + rest * (e2 - e1);
      e3 = e2 + rest * (e3 - e2);
      e4 = e3 + rest * (e4 - e3);
      e5 = e4 + rest * (e5 - e4);
      output[to + index] = e2 + (fourth * (e3 - e2) + fifth * (e4 - e2) + sixth * (e5 - e2));
    }
    averages.set([e0, e1, e2, e3, e4, e5]);
  }

  /** The stages before the current one are averages already; the current one is a sum of its first values. */
  #warmUp(value: number): number {
    if (Number.isNaN(value)) return value;
    const rest = 1 - 2 / (this.#period + 1);
    const averages = this.#averages;
    let passed = value;
    for (let stage = 0; stage < this.#stage; stage++) {
      passed += rest * (averages[stage]! - passed);
      averages[stage] = passed;
    }
    while (this.#stage < this.#depth) {
      averages[this.#stage] = averages[this.#stage]! + passed;
      if (++this.#seen < this.#period) return Number.NaN;
      passed = averages[this.#stage]! / this.#period;
      averages[this.#stage++] = passed;
      this.#seen = 0;
    }
    const base = averages[this.#base]!;
    return this.#weights.reduce(
      (sum, weight, stage) => sum + weight * (averages[stage]! - base),
      base,
    );
  }
}

/** The weights of Tillson's T3 for his volume factor; that of the third average is what they lack to one. */
function tillsonWeights(factor: number): number[] {
  const square = factor * factor;
  const cube = square * factor;
  return [0, 0, 0, -6 * square - 3 * (factor + cube), 3 * square + 3 * cube, -cube];
}

/**
 * Kaufman's adaptive average: an exponential one whose smoothing follows the ratio of the way made
 * good to the way travelled over `period` values, between those of 2 and of 30 values.
 */
class AdaptiveAverage implements ValueKernel {
  readonly #values: Float64Array;
  readonly #steps: Float64Array;
  readonly #suffixes: Float64Array;
  #filled = 0;
  #prefix = 0;
  #previous = Number.NaN;
  #average = Number.NaN;

  constructor(period: number) {
    this.#values = new Float64Array(period).fill(Number.NaN);
    this.#steps = new Float64Array(period);
    this.#suffixes = new Float64Array(period + 1).fill(Number.NaN, 0, period);
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    const values = this.#values;
    const steps = this.#steps;
    const suffixes = this.#suffixes;
    const period = steps.length;
    let filled = this.#filled;
    let prefix = this.#prefix;
    let previous = this.#previous;
    let average = this.#average;
    let index = 0;
    while (index < count) {
      const blockEnd = Math.min(count, index + period - filled);
      for (; index < blockEnd; index++) {
        const value = input[at + index]!;
        if (value !== value) break;
        // The first value has no step; its place leaves the window before the first average.
        if (previous !== previous) previous = value;
        const step = Math.abs(value - previous);
        const madeGood = Math.abs(value - values[filled]!);
        values[filled] = value;
        steps[filled++] = step;
        prefix += step;
        const travelled = suffixes[filled]! + prefix;
        if (madeGood === madeGood) {
          const ratio = travelled <= madeGood ? 1 : madeGood / travelled;
          const root = ratio * (2 / 3 - 2 / 31) + 2 / 31;
          // The first average starts from the value before, as TA-Lib's.
          if (average !== average) average = previous;
          average += (value - average) * root * root;
          output[to + index] = average;
        } else output[to + index] = Number.NaN;
        previous = value;
      }
      if (filled === period) {
        let sum = 0;
        for (let place = period - 1; place > 0; place--) {
          sum += steps[place]!;
          suffixes[place] = sum;
        }
        filled = 0;
        prefix = 0;
      } else if (index < blockEnd) output[to + index++] = Number.NaN;
    }
    this.#filled = filled;
    this.#prefix = prefix;
    this.#previous = previous;
    this.#average = average;
  }
}

/** T3 of any volume factor; the factor of an average that is named by its kind is 0.7. */
export const createT3 = (period: number, volumeFactor: number): ValueKernel =>
  period === 1 ? new WindowSum(1) : new RepeatedAverage(period, 2, tillsonWeights(volumeFactor));

const AVERAGES: Readonly<Record<AverageKind, (period: number) => ValueKernel>> = {
  SMA: (period) => new WindowSum(period, period),
  EMA: (period) => new ExponentialAverage(period),
  WMA: (period) => new WeightedAverage(period),
  DEMA: (period) => new RepeatedAverage(period, 0, [0, -1]),
  TEMA: (period) => new RepeatedAverage(period, 0, [0, -3, 1]),
  TRIMA: (period) => {
    const first = Math.ceil(period / 2);
    const second = period + 1 - first;
    return new Chain(new WindowSum(first, first), new WindowSum(second, second));
  },
  KAMA: (period) => (period === 1 ? new WindowSum(1) : new AdaptiveAverage(period)),
  T3: (period) => createT3(period, 0.7),
};

/** An average of `period` values before its first value. */
export const createAverage = (kind: AverageKind, period: number): ValueKernel =>
  AVERAGES[kind](period);

const WARM_UPS: Readonly<Record<AverageKind, (period: number) => number>> = {
  SMA: (period) => period - 1,
  EMA: (period) => period - 1,
  WMA: (period) => period - 1,
  DEMA: (period) => 2 * (period - 1),
  TEMA: (period) => 3 * (period - 1),
  TRIMA: (period) => period - 1,
  KAMA: (period) => (period === 1 ? 0 : period),
  T3: (period) => 6 * (period - 1),
};

/** How many values an average takes before the first one it has a value for. */
export const averageWarmUp = (kind: AverageKind, period: number): number => WARM_UPS[kind](period);
