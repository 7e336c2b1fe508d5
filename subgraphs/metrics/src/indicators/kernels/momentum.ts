import {
  averageWarmUp,
  createAverage,
  ExponentialAverage,
  ExponentialDifference,
  RepeatedAverage,
  Skip,
} from "./averages.ts";
import type { AverageKind } from "./averages.ts";
import { chunkMemory } from "./chunk-memory.ts";
import type { Bars } from "../../series/series.ts";
import { outputAt, Scratch } from "./kernel.ts";
import type { BarKernel, Outputs, ValueKernel } from "./kernel.ts";
import { FADED, positive } from "./true-range.ts";

// Bindings of this module's own, for its loops; see true-range.ts.
const [above, faded] = [positive, FADED];

/**
 * Wilder's averages of gains and of losses, as a ratio in percent: gains of all changes (relative
 * strength index), or gains less losses of all changes (Chande's momentum). Zero without any change.
 */
export class GainsAndLosses implements ValueKernel {
  readonly #period: number;
  readonly #balanced: boolean;
  #seen = -1;
  #previous = Number.NaN;
  #gain = 0;
  #loss = 0;

  constructor(period: number, balanced: boolean) {
    this.#period = period;
    this.#balanced = balanced;
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    const period = this.#period;
    const balanced = this.#balanced ? 1 : 0;
    const smoothing = 1 / period;
    let seen = this.#seen;
    let previous = this.#previous;
    let gain = this.#gain;
    let loss = this.#loss;
    for (let index = 0; index < count; index++) {
      const value = input[at + index]!;
      if (value !== value) {
        output[to + index] = value;
        continue;
      }
      const change = seen < 0 ? 0 : value - previous;
      previous = value;
      const rest = seen < period ? 1 : 1 - smoothing;
      gain = above(change) * smoothing + gain * rest;
      loss = above(-change) * smoothing + loss * rest;
      if (gain < faded) gain = 0;
      if (loss < faded) loss = 0;
      if (seen < period) seen++;
      const all = gain + loss;
      const part = gain - balanced * loss;
      output[to + index] = seen < period ? Number.NaN : all > 0 ? (part / all) * 100 : 0;
    }
    this.#seen = seen;
    [this.#previous, this.#gain, this.#loss] = [previous, gain, loss];
  }
}

/** How a value relates to the one `period` values ago. */
export type Change = "difference" | "rate" | "ratio";

/** Writes the change of each value from its base; returns how many come before the first missing value or base of zero. */
function ratios(
  values: Float64Array,
  bases: Float64Array,
  target: Float64Array,
  subtracted: number,
  scale: number,
): number {
  const { length } = values;
  for (let index = 0; index < length; index++) {
    const base = bases[index]!;
    // The sum turns a negative zero into zero.
    const ratio = (values[index]! / base - subtracted) * scale + 0;
    if (base === 0 || ratio !== ratio) return index;
    target[index] = ratio;
  }
  return length;
}

/** The change over `period` values; a rate or ratio to zero is zero, as in TA-Lib. */
export class ChangeOver implements ValueKernel {
  readonly #ring: Float64Array;
  readonly #change: Change;
  readonly #scale: number;
  #place = 0;

  constructor(period: number, change: Change, scale = 1) {
    this.#ring = new Float64Array(period).fill(Number.NaN);
    this.#change = change;
    this.#scale = scale;
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    if (this.#change === "difference") {
      if (this.#runByModule(input, at, output, to, count)) return;
    } else if (count > 2 * this.#ring.length && input !== output) {
      this.#runRatios(input, at, output, to, count);
      return;
    }
    this.#runByRing(input, at, output, to, count);
  }

  /** False, with nothing done, for a call that is short or lacks a value. */
  #runByModule(
    input: Float64Array,
    at: number,
    output: Float64Array,
    to: number,
    count: number,
  ): boolean {
    const ring = this.#ring;
    const period = ring.length;
    const chunk = count < period ? null : chunkMemory(count);
    if (chunk === null) return false;
    chunk.put(0, input, at, count);
    if (this.#place > 0) {
      ring.set([...ring.subarray(this.#place), ...ring.subarray(0, this.#place)]);
      this.#place = 0;
    }
    chunk.putBefore(0, ring);
    if (chunk.calls.differences(count, period) === 0) return false;
    ring.set(chunk.column(0).subarray(count - period, count));
    chunk.take(1, output, to, count);
    return true;
  }

  #runRatios(
    input: Float64Array,
    at: number,
    output: Float64Array,
    to: number,
    count: number,
  ): void {
    const period = this.#ring.length;
    const place = this.#place;
    this.#runByRing(input, at, output, to, period);
    let rest = period;
    // A ring that has gone round once: no value was missing.
    if (this.#place === place) {
      rest += this.#runDirectly(input, at + rest, output, to + rest, count - rest);
      this.#keepLast(input, at + rest);
    }
    this.#runByRing(input, at + rest, output, to + rest, count - rest);
  }

  /** What was passed lies in the input itself; stops at the first value that is missing or has a base of zero. */
  #runDirectly(
    input: Float64Array,
    at: number,
    output: Float64Array,
    to: number,
    count: number,
  ): number {
    const period = this.#ring.length;
    const bases = input.subarray(at - period, at - period + count);
    const values = input.subarray(at, at + count);
    const target = output.subarray(to, to + count);
    return ratios(values, bases, target, this.#change === "rate" ? 1 : 0, this.#scale);
  }

  /** The ring has gone round as often as values passed, so its oldest place is where it was. */
  #keepLast(input: Float64Array, end: number): void {
    const period = this.#ring.length;
    for (let index = end - period; index < end; index++) {
      const value = input[index]!;
      if (value !== value) continue;
      this.#ring[this.#place] = value;
      this.#place = this.#place + 1 === period ? 0 : this.#place + 1;
    }
  }

  #runByRing(
    input: Float64Array,
    at: number,
    output: Float64Array,
    to: number,
    count: number,
  ): void {
    const ring = this.#ring;
    const period = ring.length;
    const scale = this.#scale;
    const isDifference = this.#change === "difference";
    const subtracted = this.#change === "rate" ? 1 : 0;
    let place = this.#place;
    let index = 0;
    while (index < count) {
      const ringEnd = Math.min(count, index + period - place);
      for (; index < ringEnd; index++) {
        const value = input[at + index]!;
        if (value !== value) break;
        const base = ring[place]!;
        ring[place++] = value;
        if (isDifference) output[to + index] = value - base;
        // The sum turns a negative zero into zero.
        else output[to + index] = base === 0 ? 0 : (value / base - subtracted) * scale + 0;
      }
      if (place === period) place = 0;
      else if (index < ringEnd) output[to + index++] = Number.NaN;
    }
    this.#place = place;
  }
}

/** An average of an indicator with two of them, before its first value. */
export interface AverageChoice {
  readonly kind: AverageKind;
  readonly period: number;
}

/** The average of the shorter period first. */
const byPeriod = (one: AverageChoice, other: AverageChoice): [AverageChoice, AverageChoice] =>
  one.period <= other.period ? [one, other] : [other, one];

/** Both averages over all values, each with its own start. */
export function pairOf(one: AverageChoice, other: AverageChoice): [ValueKernel, ValueKernel] {
  const [fast, slow] = byPeriod(one, other);
  return [createAverage(fast.kind, fast.period), createAverage(slow.kind, slow.period)];
}

/** Both averages so that their first values are of the same bar, as those of TA-Lib's MACD. */
export function alignedPairOf(
  one: AverageChoice,
  other: AverageChoice,
): [ValueKernel, ValueKernel] {
  const [fast, slow] = byPeriod(one, other);
  const longest = Math.max(
    averageWarmUp(fast.kind, fast.period),
    averageWarmUp(slow.kind, slow.period),
  );
  const aligned = ({ kind, period }: AverageChoice): ValueKernel =>
    new Skip(createAverage(kind, period), longest - averageWarmUp(kind, period));
  return [aligned(fast), aligned(slow)];
}

/** Difference of a fast and a slow average, as it is or in percent of the slow one. */
export class AverageDifference implements ValueKernel {
  readonly #fast: ValueKernel;
  readonly #slow: ValueKernel;
  readonly #inPercent: boolean;
  readonly #scratch = new Scratch();

  constructor([fast, slow]: readonly [ValueKernel, ValueKernel], inPercent: boolean) {
    this.#fast = fast;
    this.#slow = slow;
    this.#inPercent = inPercent;
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    const slow = this.#scratch.of(count);
    this.#slow.run(input, at, slow, 0, count);
    this.#fast.run(input, at, output, to, count);
    if (!this.#inPercent) {
      for (let index = 0; index < count; index++) {
        output[to + index] = output[to + index]! - slow[index]!;
      }
      return;
    }
    for (let index = 0; index < count; index++) {
      const base = slow[index]!;
      const difference = output[to + index]! - base;
      output[to + index] = base === 0 ? 0 : (difference / base) * 100 + 0;
    }
  }
}

/** The difference of the exponential averages of a MACD; the longer period is the slow one's. */
export function exponentialDifference(one: number, other: number): ExponentialDifference {
  const fast = Math.min(one, other);
  const slow = Math.max(one, other);
  return new ExponentialDifference(
    { period: fast, smoothing: 2 / (fast + 1), skip: slow - fast },
    { period: slow, smoothing: 2 / (slow + 1), skip: 0 },
  );
}

/** That of Appel's first MACD, with the fixed smoothings 0.15 and 0.075. */
export const fixedDifference = (): ExponentialDifference =>
  new ExponentialDifference(
    { period: 12, smoothing: 0.15, skip: 14 },
    { period: 26, smoothing: 0.075, skip: 0 },
  );

/** Outputs: the difference of two averages, the average of that (signal), and the difference of both. */
export class ConvergenceDivergence implements BarKernel {
  readonly #difference: ValueKernel;
  readonly #signal: ValueKernel;

  constructor(difference: ValueKernel, signal: ValueKernel) {
    this.#difference = difference;
    this.#signal = signal;
  }

  run({ close }: Bars, outputs: Outputs, start: number, end: number): void {
    const line = outputAt(outputs, 0);
    const signal = outputAt(outputs, 1);
    const histogram = outputAt(outputs, 2);
    this.#difference.run(close, start, line, start, end - start);
    this.#signal.run(line, start, signal, start, end - start);
    for (let index = start; index < end; index++) {
      const difference = line[index]! - signal[index]!;
      histogram[index] = difference;
      // All outputs start together, with the last of them.
      if (difference !== difference) line[index] = difference;
    }
  }
}

/** The same of exponential averages. */
export class ExponentialConvergence implements BarKernel {
  readonly #difference: ExponentialDifference;
  readonly #signal: ExponentialAverage;
  readonly #oneByOne: ConvergenceDivergence;

  constructor(difference: ExponentialDifference, signalPeriod: number) {
    this.#difference = difference;
    this.#signal = new ExponentialAverage(signalPeriod);
    this.#oneByOne = new ConvergenceDivergence(difference, this.#signal);
  }

  run(bars: Bars, outputs: Outputs, start: number, end: number): void {
    const view = (index: number): Float64Array => outputAt(outputs, index).subarray(start, end);
    const averages = { difference: this.#difference, signal: this.#signal };
    const isStarted = this.#difference.isStarted && this.#signal.isStarted;
    const closes = bars.close.subarray(start, end);
    const done = isStarted ? converge(closes, view(0), view(1), view(2), averages) : 0;
    if (start + done < end) this.#oneByOne.run(bars, outputs, start + done, end);
  }
}

/**
 * Moves three averages on in one loop, so that a processor computes them side by side; returns how many closes come
 * before the first that is missing.
 */
function converge(
  closes: Float64Array,
  line: Float64Array,
  signal: Float64Array,
  histogram: Float64Array,
  averages: { readonly difference: ExponentialDifference; readonly signal: ExponentialAverage },
): number {
  const { length } = closes;
  const [fastRest, slowRest] = averages.difference.rests;
  const signalRest = averages.signal.rest;
  let [fast = 0, slow = 0] = averages.difference.state;
  let [average = 0] = averages.signal.state;
  let index = 0;
  for (; index < length; index++) {
    const value = closes[index]!;
    if (value !== value) break;
    fast = value + fastRest * (fast - value);
    slow = value + slowRest * (slow - value);
    const difference = fast - slow;
    average = difference + signalRest * (average - difference);
    line[index] = difference;
    signal[index] = average;
    histogram[index] = difference - average;
  }
  averages.difference.state.set([fast, slow]);
  averages.signal.state[0] = average;
  return index;
}

/** Rate of change, in percent, of a value averaged exponentially three times. */
export class TripleExponentialRate implements ValueKernel {
  readonly #average: ValueKernel;
  readonly #scratch = new Scratch();
  #previous = Number.NaN;

  constructor(period: number) {
    this.#average = new RepeatedAverage(period, 2, [0, 0, 0]);
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    const averages = this.#scratch.of(count);
    this.#average.run(input, at, averages, 0, count);
    let previous = this.#previous;
    for (let index = 0; index < count; index++) {
      const average = averages[index]!;
      // The sum turns a negative zero into zero.
      const rate = (average / previous - 1) * 100 + 0;
      const isKnown = average === average;
      output[to + index] = previous === 0 && isKnown ? 0 : rate;
      if (isKnown) previous = average;
    }
    this.#previous = previous;
  }
}
