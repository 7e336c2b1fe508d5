import { readFileSync } from "node:fs";
import type { SomeParameters } from "./definitions/definition.ts";
import { INDICATOR_KINDS, INDICATORS } from "./definitions/table.ts";
import type { IndicatorKind } from "./definitions/table.ts";
import { AVERAGE_KINDS } from "./kernels/averages.ts";
import type { MarketName } from "./markets.fixture.ts";

/** Length of each market. */
export const REFERENCE_BARS = 200;

/** The bars whose values are kept; most are later than the longest warm-up. */
export const REFERENCE_PLACES = [27, 60, 99, 130, 168, 199] as const;

export interface ReferenceCase {
  readonly kind: IndicatorKind;
  readonly parameters: SomeParameters;
}

/** What TA-Lib gave for one case and market: null without a value, one row for each output. */
export interface Reference extends ReferenceCase {
  readonly market: MarketName;
  readonly values: readonly (readonly (number | null)[])[];
}

const SHORT: SomeParameters = { period: 3 };

const MORE_CASES: readonly ReferenceCase[] = [
  ...AVERAGE_KINDS.map((average) => ({ kind: "MA" as const, parameters: { period: 7, average } })),
  ...AVERAGE_KINDS.map((average) => {
    return { kind: "MAVP" as const, parameters: { average, minimumPeriod: 3, maximumPeriod: 12 } };
  }),
  ...(["EMA", "DEMA", "KAMA"] as const).flatMap((average) => [
    { kind: "BBANDS" as const, parameters: { average, deviationsUp: 1, deviationsDown: 3 } },
    { kind: "APO" as const, parameters: { average } },
    { kind: "PPO" as const, parameters: { average, fastPeriod: 20, slowPeriod: 9 } },
    {
      kind: "MACDEXT" as const,
      parameters: { fastAverage: average, signalAverage: "WMA" as const },
    },
    { kind: "MACDEXT" as const, parameters: { slowAverage: average, signalAverage: average } },
    { kind: "STOCH" as const, parameters: { slowAverage: average, signalAverage: average } },
    { kind: "STOCHF" as const, parameters: { signalAverage: average, period: 9 } },
  ]),
  { kind: "T3", parameters: { volumeFactor: 0.2 } },
  { kind: "SAR", parameters: { acceleration: 0.3, accelerationMaximum: 0.2 } },
  { kind: "SAREXT", parameters: { startValue: 120 } },
  { kind: "SAREXT", parameters: { startValue: -90, offsetOnReverse: 0.01 } },
  { kind: "SAREXT", parameters: { accelerationInitial: 0.03, shortAccelerationMaximum: 0.5 } },
  { kind: "KELTNER", parameters: { rangePeriod: 40 } },
  { kind: "MACD", parameters: { fastPeriod: 30, slowPeriod: 10, signalPeriod: 1 } },
  { kind: "ULTOSC", parameters: { fastPeriod: 20, middlePeriod: 5, slowPeriod: 9 } },
  { kind: "ADOSC", parameters: { fastPeriod: 12, slowPeriod: 4 } },
  { kind: "STOCHRSI", parameters: { period: 5, fastPeriod: 9, signalAverage: "EMA" } },
];

/** Every indicator with its defaults, those with a period with a short one too, and more. */
export const REFERENCE_CASES: readonly ReferenceCase[] = [
  ...INDICATOR_KINDS.filter((kind) => kind !== "ICHIMOKU").flatMap((kind) => [
    { kind, parameters: {} },
    ...("period" in INDICATORS[kind].parameters ? [{ kind, parameters: SHORT }] : []),
  ]),
  ...MORE_CASES,
];

/** Numbers of TA-Lib C 0.8.1, written by subgraphs/metrics/bench/write-reference.ts. */
export const readReferences = (): readonly Reference[] =>
  JSON.parse(
    readFileSync(new URL("talib-reference.fixture.json", import.meta.url), "utf8"),
  ) as Reference[];
