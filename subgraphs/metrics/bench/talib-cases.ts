import type {
  BarPart,
  IndicatorParameters,
  SomeParameters,
} from "../src/indicators/definitions/definition.ts";
import { INDICATORS } from "../src/indicators/definitions/table.ts";
import type { IndicatorKind } from "../src/indicators/definitions/table.ts";
import { resolveParameters } from "../src/indicators/indicator.ts";
import { AVERAGE_KINDS } from "../src/indicators/kernels/averages.ts";

/** One call of TA-Lib: its function, the columns it takes in their order, and its own names of arguments. */
export interface TalibCall {
  readonly function: string;
  readonly inputs: readonly (BarPart | "periods")[];
  readonly arguments: Readonly<Record<string, number>>;
}

type Names = { readonly [Name in keyof IndicatorParameters]?: string };

const PERIOD: Names = { period: "timeperiod" };
const PAIR: Names = { fastPeriod: "fastperiod", slowPeriod: "slowperiod", average: "matype" };
const SIGNAL: Names = { signalPeriod: "signalperiod" };

/** TA-Lib's names of the arguments where they are not just the period. */
const NAMES: { readonly [Kind in IndicatorKind]?: Names } = {
  T3: { ...PERIOD, volumeFactor: "vfactor" },
  MA: { ...PERIOD, average: "matype" },
  MAVP: { minimumPeriod: "minperiod", maximumPeriod: "maxperiod", average: "matype" },
  BBANDS: { ...PERIOD, deviationsUp: "nbdevup", deviationsDown: "nbdevdn", average: "matype" },
  SAR: { acceleration: "acceleration", accelerationMaximum: "maximum" },
  SAREXT: {
    startValue: "startvalue",
    offsetOnReverse: "offsetonreverse",
    accelerationInitial: "accelerationinitlong",
    acceleration: "accelerationlong",
    accelerationMaximum: "accelerationmaxlong",
    shortAccelerationInitial: "accelerationinitshort",
    shortAcceleration: "accelerationshort",
    shortAccelerationMaximum: "accelerationmaxshort",
  },
  KELTNER: { ...PERIOD, rangePeriod: "atrperiod", multiplier: "nbdev" },
  APO: PAIR,
  PPO: PAIR,
  MACD: { ...PAIR, ...SIGNAL },
  MACDFIX: SIGNAL,
  MACDEXT: {
    ...PAIR,
    ...SIGNAL,
    fastAverage: "fastmatype",
    slowAverage: "slowmatype",
    signalAverage: "signalmatype",
  },
  STOCH: {
    period: "fastk_period",
    slowKPeriod: "slowk_period",
    slowAverage: "slowk_matype",
    signalPeriod: "slowd_period",
    signalAverage: "slowd_matype",
  },
  STOCHF: { period: "fastk_period", signalPeriod: "fastd_period", signalAverage: "fastd_matype" },
  STOCHRSI: {
    ...PERIOD,
    fastPeriod: "fastk_period",
    signalPeriod: "fastd_period",
    signalAverage: "fastd_matype",
  },
  ULTOSC: { fastPeriod: "timeperiod1", middlePeriod: "timeperiod2", slowPeriod: "timeperiod3" },
  ADOSC: PAIR,
};

/** TA-Lib numbers the averages; 7 is one that is not offered here. */
const averageNumber = (name: string): number => {
  const index = AVERAGE_KINDS.findIndex((kind) => kind === name);
  return index < 7 ? index : index + 1;
};

/** The same computation by TA-Lib; undefined where it has none. */
export function talibCall(kind: IndicatorKind, given: SomeParameters = {}): TalibCall | undefined {
  if (kind === "ICHIMOKU") return undefined;
  const { parts, parameters } = INDICATORS[kind];
  const names: Readonly<Record<string, string>> = NAMES[kind] ?? PERIOD;
  const values: Readonly<Record<string, unknown>> = { ...resolveParameters(kind, given) };
  const call: Record<string, number> = {};
  for (const name of Object.keys(parameters)) {
    const value = values[name];
    const theirs = names[name];
    if (theirs === undefined) continue;
    if (typeof value === "number") call[theirs] = value;
    else call[theirs] = averageNumber(String(value));
  }
  const inputs = kind === "MAVP" ? (["close", "periods"] as const) : parts;
  return { function: kind === "KELTNER" ? "KC" : kind, inputs, arguments: call };
}
