import { invalidInput } from "@allfunds/contract/errors";
import type { Bars } from "../series/series.ts";
import type {
  BarPart,
  IndicatorDefinition,
  IndicatorParameters,
  SomeParameters,
} from "./definitions/definition.ts";
import { INDICATORS } from "./definitions/table.ts";
import type { IndicatorKind } from "./definitions/table.ts";
import { outputAt } from "./kernels/kernel.ts";
import type { BarKernel, Outputs } from "./kernels/kernel.ts";

/** Bars that are computed at a time: what a kernel keeps of them stays in the processor's cache. */
const CHUNK = 4_096;

/** Prices and volumes beyond it count as missing: sums of their squares would overflow. */
const LARGEST = 1e100;

const LONGEST_PERIOD = 1_000;

interface Limits {
  readonly minimum: number;
  readonly maximum: number;
  readonly whole: boolean;
}

const PERIOD: Limits = { minimum: 1, maximum: LONGEST_PERIOD, whole: true };
const FACTOR: Limits = { minimum: 0, maximum: 1_000, whole: false };
const PART: Limits = { minimum: 0, maximum: 1, whole: false };

type NumberName = {
  [Name in keyof IndicatorParameters]: IndicatorParameters[Name] extends number ? Name : never;
}[keyof IndicatorParameters];

/** What the numbers of every indicator have to lie between. */
const PARAMETER_LIMITS: Readonly<Record<NumberName, Limits>> = {
  period: PERIOD,
  fastPeriod: PERIOD,
  slowPeriod: PERIOD,
  signalPeriod: PERIOD,
  middlePeriod: PERIOD,
  rangePeriod: PERIOD,
  slowKPeriod: PERIOD,
  displacement: PERIOD,
  minimumPeriod: PERIOD,
  maximumPeriod: PERIOD,
  deviationsUp: FACTOR,
  deviationsDown: FACTOR,
  multiplier: FACTOR,
  volumeFactor: PART,
  acceleration: PART,
  accelerationMaximum: PART,
  accelerationInitial: PART,
  shortAcceleration: PART,
  shortAccelerationMaximum: PART,
  shortAccelerationInitial: PART,
  startValue: { minimum: -LARGEST, maximum: LARGEST, whole: false },
  offsetOnReverse: PART,
};

/** Stand for what an indicator does not take. */
const UNUSED: IndicatorParameters = {
  period: 1,
  fastPeriod: 1,
  slowPeriod: 1,
  signalPeriod: 1,
  middlePeriod: 1,
  rangePeriod: 1,
  slowKPeriod: 1,
  displacement: 1,
  average: "SMA",
  fastAverage: "SMA",
  slowAverage: "SMA",
  signalAverage: "SMA",
  deviationsUp: 0,
  deviationsDown: 0,
  multiplier: 0,
  volumeFactor: 0,
  acceleration: 0,
  accelerationMaximum: 0,
  accelerationInitial: 0,
  shortAcceleration: 0,
  shortAccelerationMaximum: 0,
  shortAccelerationInitial: 0,
  startValue: 0,
  offsetOnReverse: 0,
  anchor: "SERIES",
  minimumPeriod: 1,
  maximumPeriod: 1,
  periodsInstrumentId: "",
};

/**
 * The parameters of one computation: those given over the indicator's defaults. One that the indicator
 * does not take, or that is out of its limits, is INVALID_INPUT.
 */
export function resolveParameters(kind: IndicatorKind, given: SomeParameters): IndicatorParameters {
  const { parameters, shortestPeriod = 1, refuse }: IndicatorDefinition = INDICATORS[kind];
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(parameters, name)) {
      const known = Object.keys(parameters).join(", ") || "none";
      throw invalidInput(`parameters.${name}`, `is not a parameter of ${kind}; it takes: ${known}`);
    }
    if (!isNumberName(name) || typeof value !== "number") continue;
    const { maximum, whole, ...limits } = PARAMETER_LIMITS[name];
    const minimum = name === "period" ? shortestPeriod : limits.minimum;
    if (!(value >= minimum && value <= maximum) || (whole && !Number.isInteger(value))) {
      const number = whole ? "a whole number" : "a number";
      throw invalidInput(`parameters.${name}`, `must be ${number} from ${minimum} to ${maximum}`);
    }
  }
  const resolved = { ...UNUSED, ...parameters, ...given };
  const refusal = refuse?.(resolved);
  if (refusal !== undefined) throw invalidInput("parameters", refusal);
  return resolved;
}

const isNumberName = (name: string): name is NumberName => Object.hasOwn(PARAMETER_LIMITS, name);

/**
 * An indicator with its state after the bars so far. A whole history and single bars go through the
 * same kernel, so any cut of the bars gives the same values.
 *
 * A bar that lacks a part that the indicator reads has no value and does not change the state: one
 * missing price never ends an average.
 */
export class Indicator {
  readonly kind: IndicatorKind;
  readonly parameters: IndicatorParameters;
  readonly #definition: IndicatorDefinition;
  readonly #kernel: BarKernel;

  /** Unknown or impossible parameters are INVALID_INPUT. */
  constructor(kind: IndicatorKind, given: SomeParameters = {}) {
    this.kind = kind;
    this.parameters = resolveParameters(kind, given);
    this.#definition = INDICATORS[kind];
    this.#kernel = this.#definition.create(this.parameters);
  }

  /**
   * The values of further bars: an array for each output, NaN where there is none. The parts of the
   * bars are finite or NaN.
   *
   * @param outputs arrays to write to, as long as the bars; new ones by default
   */
  run(bars: Bars, outputs: Outputs = this.#newOutputs(bars.times.length)): Outputs {
    const { length } = bars.times;
    for (let start = 0; start < length; start += CHUNK) {
      const end = Math.min(start + CHUNK, length);
      if (this.#kernel.runWhole?.(bars, outputs, start, end) === true) continue;
      if (
        this.#definition.skipsBars === true ||
        areWhole(bars, this.#definition.parts, start, end)
      ) {
        this.#kernel.run(bars, outputs, start, end);
      } else {
        this.#runWithGaps(bars, outputs, start, end);
      }
    }
    return outputs;
  }

  #newOutputs(length: number): Outputs {
    return this.#definition.outputs.map(() => new Float64Array(length));
  }

  /** A copy of the chunk, in which a bar is known or missing as a whole. */
  #runWithGaps(bars: Bars, outputs: Outputs, start: number, end: number): void {
    const parts = this.#definition.parts;
    const chunk = sliceBars(bars, start, end);
    for (let index = 0; index < end - start; index++) {
      if (parts.every((part) => !Number.isNaN(chunk[part][index]))) continue;
      for (const part of parts) chunk[part][index] = Number.NaN;
    }
    const results = outputs.map(() => new Float64Array(end - start));
    this.#kernel.run(chunk, results, 0, end - start);
    for (const [place, result] of results.entries()) outputAt(outputs, place).set(result, start);
  }
}

/** Whether no bar lacks a part. */
function areWhole(bars: Bars, parts: readonly BarPart[], start: number, end: number): boolean {
  // A kernel of one part skips what is missing by itself.
  if (parts.length === 1) return true;
  return parts.every((part) => isWhole(bars[part].subarray(start, end)));
}

/** Whether no number is missing: then sums of sizes are numbers. Of four sums none waits for another. */
function isWhole(column: Float64Array): boolean {
  const { length } = column;
  const fours = length - (length % 4);
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let index = 0;
  for (; index < fours; index += 4) {
    first += Math.abs(column[index]!);
    second += Math.abs(column[index + 1]!);
    third += Math.abs(column[index + 2]!);
    fourth += Math.abs(column[index + 3]!);
  }
  for (; index < length; index++) first += Math.abs(column[index]!);
  const all = first + second + third + fourth;
  return all === all;
}

/** A copy in which each number beyond what can be squared and summed counts as missing. */
export function withoutExcess(bars: Bars, parts: readonly BarPart[]): Bars {
  if (parts.every((part) => bars[part].every(isModest))) return bars;
  return {
    ...bars,
    open: bars.open.map(modestOrMissing),
    high: bars.high.map(modestOrMissing),
    low: bars.low.map(modestOrMissing),
    close: bars.close.map(modestOrMissing),
    volume: bars.volume.map(modestOrMissing),
  };
}

const isModest = (value: number): boolean => !(Math.abs(value) > LARGEST);
const modestOrMissing = (value: number): number => (isModest(value) ? value : Number.NaN);

const sliceBars = (bars: Bars, start: number, end: number): Bars => ({
  times: bars.times.slice(start, end),
  open: bars.open.slice(start, end),
  high: bars.high.slice(start, end),
  low: bars.low.slice(start, end),
  close: bars.close.slice(start, end),
  volume: bars.volume.slice(start, end),
  ...(bars.periods === undefined ? {} : { periods: bars.periods.slice(start, end) }),
});
