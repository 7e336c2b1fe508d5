import type { AverageKind } from "../kernels/averages.ts";
import type { BarKernel } from "../kernels/kernel.ts";
import type { VwapAnchor } from "../kernels/volume.ts";

/** A part of a bar that an indicator may need. */
export type BarPart = "open" | "high" | "low" | "close" | "volume";

/** The parameters of all indicators; each takes those that its definition names. */
export interface IndicatorParameters {
  readonly period: number;
  readonly fastPeriod: number;
  readonly slowPeriod: number;
  readonly signalPeriod: number;
  readonly middlePeriod: number;
  readonly rangePeriod: number;
  readonly slowKPeriod: number;
  readonly displacement: number;
  readonly average: AverageKind;
  readonly fastAverage: AverageKind;
  readonly slowAverage: AverageKind;
  readonly signalAverage: AverageKind;
  readonly deviationsUp: number;
  readonly deviationsDown: number;
  readonly multiplier: number;
  readonly volumeFactor: number;
  readonly acceleration: number;
  readonly accelerationMaximum: number;
  readonly accelerationInitial: number;
  readonly shortAcceleration: number;
  readonly shortAccelerationMaximum: number;
  readonly shortAccelerationInitial: number;
  readonly startValue: number;
  readonly offsetOnReverse: number;
  readonly anchor: VwapAnchor;
  readonly minimumPeriod: number;
  readonly maximumPeriod: number;
  /** The instrument whose closes are the periods. */
  readonly periodsInstrumentId: string;
}

/** Some of the parameters, with the defaults of one indicator or the values of one request. */
export type SomeParameters = {
  readonly [Name in keyof IndicatorParameters]?: IndicatorParameters[Name];
};

/** What an output is counted in: INDEX is a scale of its own, such as 0 to 100. */
export type OutputUnit = "PRICE" | "PERCENT" | "RATIO" | "INDEX" | "VOLUME";

export interface IndicatorOutput {
  readonly name: string;
  readonly unit: OutputUnit;
}

/** One indicator: what the schema, the documentation and the computation take from one place. */
export interface IndicatorDefinition {
  readonly title: string;
  /** Formula, conventions and source, in sentences. */
  readonly description: string;
  readonly parts: readonly BarPart[];
  /** The parameters that it takes, with their defaults. */
  readonly parameters: SomeParameters;
  /** The smallest value of `period`; 1 unless stated. */
  readonly shortestPeriod?: number;
  readonly outputs: readonly IndicatorOutput[];
  /** Why parameters that are within their limits do not go together; nothing when they do. */
  readonly refuse?: (parameters: IndicatorParameters) => string | undefined;
  /** Whether its kernel itself skips bars that lack a part, without a look at them before. */
  readonly skipsBars?: true;
  /** How many bars pass before the first one with a value. */
  readonly warmUp: (parameters: IndicatorParameters) => number;
  readonly create: (parameters: IndicatorParameters) => BarKernel;
}

/** One output that is named `value`. */
export const single = (unit: OutputUnit): readonly IndicatorOutput[] => [{ name: "value", unit }];

/** An upper, a middle and a lower line, in units of the price. */
export const BANDS: readonly IndicatorOutput[] = [
  { name: "upper", unit: "PRICE" },
  { name: "middle", unit: "PRICE" },
  { name: "lower", unit: "PRICE" },
];

export const CLOSE: readonly BarPart[] = ["close"];
export const HIGH_LOW: readonly BarPart[] = ["high", "low"];
export const HIGH_LOW_CLOSE: readonly BarPart[] = ["high", "low", "close"];
export const WITH_VOLUME: readonly BarPart[] = ["high", "low", "close", "volume"];
