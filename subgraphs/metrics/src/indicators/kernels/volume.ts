import type { Bars } from "../../series/series.ts";
import { outputAt } from "./kernel.ts";
import type { BarKernel, Outputs } from "./kernel.ts";

const MS_PER_DAY = 86_400_000;

/** The volume of a bar times where its close lies in its range, from -1 (the low) to 1 (the high). */
function moneyFlowVolume(high: number, low: number, close: number, volume: number): number {
  const range = high - low;
  const whole = range + close + volume;
  const flow = ((close - low - (high - close)) / range) * volume;
  return range > 0 || whole !== whole ? flow : 0;
}

/** Chaikin's accumulation/distribution line: the running sum of the money flow volume. */
export class AccumulationLine implements BarKernel {
  /** The sum so far. */
  readonly #state = new Float64Array(1);

  run({ high, low, close, volume }: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    const view = (part: Float64Array): Float64Array => part.subarray(start, end);
    const parts = [view(high), view(low), view(close), view(volume)] as const;
    let index = start + accumulate(...parts, view(output), this.#state);
    let [sum = 0] = this.#state;
    for (; index < end; index++) {
      const flow = moneyFlowVolume(high[index]!, low[index]!, close[index]!, volume[index]!);
      if (flow === flow) sum += flow;
      output[index] = flow === flow ? sum : flow;
    }
    this.#state[0] = sum;
  }
}

/** Moves the sum on over bars with a range; returns how many there are before the first one without. */
function accumulate(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  target: Float64Array,
  state: Float64Array,
): number {
  const { length } = target;
  let [sum = 0] = state;
  let index = 0;
  for (; index < length; index++) {
    const top = high[index]!;
    const bottom = low[index]!;
    const last = close[index]!;
    const range = top - bottom;
    const flow = ((last - bottom - (top - last)) / range) * volume[index]!;
    if (!(range > 0) || flow !== flow) break;
    sum += flow;
    target[index] = sum;
  }
  state[0] = sum;
  return index;
}

/**
 * Chaikin's oscillator: a fast less a slow exponential average of the accumulation/distribution line.
 * Both averages start from the line's first value, as TA-Lib's.
 */
export class AccumulationOscillator implements BarKernel {
  readonly #warmUp: number;
  readonly #fastRest: number;
  readonly #slowRest: number;
  /** The line, its fast and its slow average. */
  readonly #state = new Float64Array(3);
  #seen = 0;

  constructor(fastPeriod: number, slowPeriod: number) {
    this.#warmUp = Math.max(fastPeriod, slowPeriod) - 1;
    this.#fastRest = 1 - 2 / (fastPeriod + 1);
    this.#slowRest = 1 - 2 / (slowPeriod + 1);
  }

  run({ high, low, close, volume }: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    const view = (part: Float64Array): Float64Array => part.subarray(start, end);
    const rests = [this.#fastRest, this.#slowRest] as const;
    let index = start;
    if (this.#seen > this.#warmUp) {
      const parts = [view(high), view(low), view(close), view(volume)] as const;
      index += oscillate(...parts, view(output), this.#state, ...rests);
    }
    for (; index < end; index++) {
      const flow = moneyFlowVolume(high[index]!, low[index]!, close[index]!, volume[index]!);
      output[index] = Number.isNaN(flow) ? flow : this.#next(flow);
    }
  }

  #next(flow: number): number {
    const [before = 0, fast = 0, slow = 0] = this.#state;
    const sum = before + flow;
    const isFirst = this.#seen === 0;
    this.#state[0] = sum;
    this.#state[1] = isFirst ? sum : sum + this.#fastRest * (fast - sum);
    this.#state[2] = isFirst ? sum : sum + this.#slowRest * (slow - sum);
    return this.#seen++ < this.#warmUp ? Number.NaN : this.#state[1] - this.#state[2];
  }
}

/** Moves the state on over bars with a range; returns how many there are before the first one without. */
function oscillate(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  target: Float64Array,
  state: Float64Array,
  fastRest: number,
  slowRest: number,
): number {
  const { length } = target;
  let [sum = 0, fast = 0, slow = 0] = state;
  let index = 0;
  for (; index < length; index++) {
    const top = high[index]!;
    const bottom = low[index]!;
    const last = close[index]!;
    const range = top - bottom;
    const flow = ((last - bottom - (top - last)) / range) * volume[index]!;
    if (!(range > 0) || flow !== flow) break;
    sum += flow;
    fast = sum + fastRest * (fast - sum);
    slow = sum + slowRest * (slow - sum);
    target[index] = fast - slow;
  }
  state.set([sum, fast, slow]);
  return index;
}

/** Granville's on-balance volume: the first volume, then plus those of rising and less those of falling closes. */
export class OnBalanceVolume implements BarKernel {
  #previous = Number.NaN;
  #sum = 0;

  run({ close, volume }: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0);
    let previous = this.#previous;
    let sum = this.#sum;
    for (let index = start; index < end; index++) {
      const current = close[index]!;
      if (current !== current) {
        output[index] = current;
        continue;
      }
      // A factor instead of a choice: which way it goes cannot be predicted.
      if (previous !== previous) sum = volume[index]!;
      else sum += volume[index]! * (Number(current > previous) - Number(current < previous));
      previous = current;
      output[index] = sum;
    }
    this.#previous = previous;
    this.#sum = sum;
  }
}

/** From where a volume-weighted average price runs: the first bar, or the first of each UTC day. */
export const VWAP_ANCHORS = ["SERIES", "DAY"] as const;
export type VwapAnchor = (typeof VWAP_ANCHORS)[number];

/** Mean of the typical prices since the anchor, weighted by volume; without volume there is none yet. */
export class VolumeWeightedPrice implements BarKernel {
  readonly #daily: boolean;
  #day = Number.NaN;
  #value = 0;
  #volume = 0;

  constructor(anchor: VwapAnchor) {
    this.#daily = anchor === "DAY";
  }

  run(
    { times, high, low, close, volume }: Bars,
    outputs: Outputs,
    start: number,
    end: number,
  ): void {
    const output = outputAt(outputs, 0);
    let value = this.#value;
    let sum = this.#volume;
    for (let index = start; index < end; index++) {
      if (this.#daily && this.#entersDay(times[index]!)) {
        value = 0;
        sum = 0;
      }
      const traded = volume[index]!;
      const paid = ((high[index]! + low[index]! + close[index]!) / 3) * traded;
      if (paid !== paid) {
        output[index] = paid;
        continue;
      }
      value += paid;
      sum += traded;
      output[index] = sum > 0 ? value / sum : Number.NaN;
    }
    this.#value = value;
    this.#volume = sum;
  }

  #entersDay(time: number): boolean {
    const day = Math.floor(time / MS_PER_DAY);
    const entered = day !== this.#day;
    this.#day = day;
    return entered;
  }
}
