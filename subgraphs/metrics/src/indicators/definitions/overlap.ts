import {
  averageWarmUp,
  createAverage,
  createT3,
  ExponentialAverage,
  Skip,
} from "../kernels/averages.ts";
import type { AverageKind } from "../kernels/averages.ts";
import {
  AccelerationBands,
  BollingerBands,
  DonchianChannel,
  Ichimoku,
  KeltnerChannel,
  MiddleOfRange,
} from "../kernels/bands.ts";
import { overCloses } from "../kernels/kernel.ts";
import { ParabolicStop } from "../kernels/parabolic-stop.ts";
import { VariableAverage } from "../kernels/variable-average.ts";
import { BANDS, CLOSE, HIGH_LOW, HIGH_LOW_CLOSE, single } from "./definition.ts";
import type { IndicatorDefinition } from "./definition.ts";

/** An average of each period is kept for every bar, so their number is what it costs. */
const MOST_PERIODS = 100;

const average = (kind: AverageKind, title: string, description: string): IndicatorDefinition => ({
  title,
  description,
  parts: CLOSE,
  parameters: { period: 30 },
  outputs: single("PRICE"),
  warmUp: ({ period }) => averageWarmUp(kind, period),
  create: ({ period }) => overCloses(createAverage(kind, period)),
});

const AVERAGES = {
  SMA: average("SMA", "Simple moving average", "Arithmetic mean of the last `period` closes."),
  EMA: average(
    "EMA",
    "Exponential moving average",
    "Smoothing 2 / (period + 1), seeded with the mean of the first `period` closes of the whole history, as TA-Lib does.",
  ),
  WMA: average(
    "WMA",
    "Weighted moving average",
    "Mean of the last `period` closes weighted 1 to `period`, the newest heaviest.",
  ),
  DEMA: average(
    "DEMA",
    "Double exponential moving average",
    "Twice the EMA less the EMA of the EMA (Mulloy 1994).",
  ),
  TEMA: average(
    "TEMA",
    "Triple exponential moving average",
    "Three times the EMA less three times its EMA plus the EMA of that (Mulloy 1994).",
  ),
  TRIMA: average(
    "TRIMA",
    "Triangular moving average",
    "Simple average of a simple average, so that the middle of the window weighs most.",
  ),
  KAMA: average(
    "KAMA",
    "Kaufman adaptive moving average",
    "Exponential average whose smoothing follows the efficiency of the last `period` changes, between those of 2 and 30 closes (Kaufman 1995). Of equal closes the efficiency is 1.",
  ),
} satisfies Record<string, IndicatorDefinition>;

export const OVERLAP = {
  ...AVERAGES,
  T3: {
    title: "Tillson T3",
    description:
      "Six exponential averages in a row, combined with the weights of `volumeFactor` (Tillson 1998).",
    parts: CLOSE,
    parameters: { period: 5, volumeFactor: 0.7 },
    outputs: single("PRICE"),
    warmUp: ({ period }) => averageWarmUp("T3", period),
    create: ({ period, volumeFactor }) => overCloses(createT3(period, volumeFactor)),
  },
  MA: {
    title: "Moving average of a chosen kind",
    description: "The average that `average` names, over `period` closes.",
    parts: CLOSE,
    parameters: { period: 30, average: "SMA" },
    outputs: single("PRICE"),
    warmUp: (chosen) => averageWarmUp(chosen.average, chosen.period),
    create: (chosen) => overCloses(createAverage(chosen.average, chosen.period)),
  },
  MAVP: {
    title: "Moving average of a variable period",
    description: `The average that \`average\` names, over as many closes as the instrument \`periodsInstrumentId\` has for its last close at or before the bar, without decimals and between \`minimumPeriod\` and \`maximumPeriod\`, which differ by at most ${MOST_PERIODS}. All averages begin where the longest has its first value (TA-Lib).`,
    parts: CLOSE,
    parameters: { periodsInstrumentId: "", minimumPeriod: 2, maximumPeriod: 30, average: "SMA" },
    outputs: single("PRICE"),
    refuse: ({ minimumPeriod, maximumPeriod }) =>
      minimumPeriod <= maximumPeriod && maximumPeriod - minimumPeriod <= MOST_PERIODS
        ? undefined
        : `minimumPeriod must be at most maximumPeriod and ${MOST_PERIODS} less at the least`,
    warmUp: (chosen) => averageWarmUp(chosen.average, chosen.maximumPeriod),
    create: (chosen) =>
      new VariableAverage(chosen.average, chosen.minimumPeriod, chosen.maximumPeriod),
  },
  MIDPOINT: {
    title: "Midpoint",
    description: "Mean of the highest and the lowest of the last `period` closes.",
    parts: CLOSE,
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: single("PRICE"),
    warmUp: ({ period }) => period - 1,
    create: ({ period }) => new MiddleOfRange(period, true),
  },
  MIDPRICE: {
    title: "Midprice",
    description: "Mean of the highest high and the lowest low of the last `period` bars.",
    parts: HIGH_LOW,
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: single("PRICE"),
    skipsBars: true,
    warmUp: ({ period }) => period - 1,
    create: ({ period }) => new MiddleOfRange(period),
  },
  BBANDS: {
    title: "Bollinger bands",
    description:
      "An average of the last `period` closes plus and less population standard deviations of them (Bollinger 1983). The deviation is computed within the window, so no earlier price is left in it.",
    parts: CLOSE,
    parameters: { period: 20, deviationsUp: 2, deviationsDown: 2, average: "SMA" },
    shortestPeriod: 2,
    outputs: BANDS,
    warmUp: (chosen) => averageWarmUp(chosen.average, chosen.period),
    create: (chosen) =>
      new BollingerBands(
        chosen.period,
        chosen.average === "SMA" ? undefined : createAverage(chosen.average, chosen.period),
        chosen.deviationsUp,
        chosen.deviationsDown,
      ),
  },
  ACCBANDS: {
    title: "Acceleration bands",
    description:
      "Means over `period` bars of the high stretched and the low shrunk by four times the relative range, and of the close (Headley 2002).",
    parts: HIGH_LOW_CLOSE,
    parameters: { period: 20 },
    shortestPeriod: 2,
    outputs: BANDS,
    warmUp: ({ period }) => period - 1,
    create: ({ period }) => new AccelerationBands(period),
  },
  SAR: {
    title: "Parabolic stop and reverse",
    description:
      "Wilder's stop, which accelerates by `acceleration` with every new extreme up to `accelerationMaximum`. The first bar gives the first stop, the directional movement into the second one the direction (TA-Lib).",
    parts: HIGH_LOW,
    parameters: { acceleration: 0.02, accelerationMaximum: 0.2 },
    outputs: single("PRICE"),
    warmUp: () => 1,
    create: ({ acceleration, accelerationMaximum }) => {
      const both = { initial: acceleration, step: acceleration, maximum: accelerationMaximum };
      const options = { startValue: 0, offsetOnReverse: 0, signed: false };
      return new ParabolicStop({ ...options, long: both, short: both });
    },
  },
  SAREXT: {
    title: "Parabolic stop and reverse, extended",
    description:
      "As SAR, with accelerations of its own for long and short positions, a first stop (negative for a short position) and an offset when the position turns. Stops of short positions are negative numbers (TA-Lib).",
    parts: HIGH_LOW,
    parameters: {
      startValue: 0,
      offsetOnReverse: 0,
      accelerationInitial: 0.02,
      acceleration: 0.02,
      accelerationMaximum: 0.2,
      shortAccelerationInitial: 0.02,
      shortAcceleration: 0.02,
      shortAccelerationMaximum: 0.2,
    },
    outputs: single("PRICE"),
    warmUp: () => 1,
    create: (chosen) =>
      new ParabolicStop({
        long: {
          initial: chosen.accelerationInitial,
          step: chosen.acceleration,
          maximum: chosen.accelerationMaximum,
        },
        short: {
          initial: chosen.shortAccelerationInitial,
          step: chosen.shortAcceleration,
          maximum: chosen.shortAccelerationMaximum,
        },
        startValue: chosen.startValue,
        offsetOnReverse: chosen.offsetOnReverse,
        signed: true,
      }),
  },
  KELTNER: {
    title: "Keltner channel",
    description:
      "EMA of the typical price over `period` bars plus and less `multiplier` times Wilder's average true range over `rangePeriod` bars (Raschke's form).",
    parts: HIGH_LOW_CLOSE,
    parameters: { period: 20, rangePeriod: 10, multiplier: 2 },
    shortestPeriod: 2,
    outputs: BANDS,
    warmUp: ({ period, rangePeriod }) => Math.max(period - 1, rangePeriod),
    create: ({ period, rangePeriod, multiplier }) => {
      // Both averages start together, as TA-Lib's.
      const later = rangePeriod - (period - 1);
      return new KeltnerChannel(
        new Skip(new ExponentialAverage(period), Math.max(later, 0)),
        new Skip(new ExponentialAverage(rangePeriod, 1 / rangePeriod), Math.max(-later, 0)),
        multiplier,
      );
    },
  },
  DONCHIAN: {
    title: "Donchian channel",
    description:
      "Highest high, lowest low and their mean over the last `period` bars, this one included.",
    parts: HIGH_LOW,
    parameters: { period: 20 },
    shortestPeriod: 2,
    outputs: BANDS,
    warmUp: ({ period }) => period - 1,
    create: ({ period }) => new DonchianChannel(period),
  },
  ICHIMOKU: {
    title: "Ichimoku kinko hyo",
    description:
      "Means of the highest high and the lowest low over `fastPeriod` (conversion line), `middlePeriod` (base line) and `slowPeriod` bars (leading span B); leading span A is the mean of the first two. The leading spans are those computed `displacement` bars before; the lagging span is the close, which a chart draws `displacement` bars earlier (Hosoda 1969).",
    parts: HIGH_LOW_CLOSE,
    parameters: { fastPeriod: 9, middlePeriod: 26, slowPeriod: 52, displacement: 26 },
    outputs: [
      { name: "conversionLine", unit: "PRICE" },
      { name: "baseLine", unit: "PRICE" },
      { name: "leadingSpanA", unit: "PRICE" },
      { name: "leadingSpanB", unit: "PRICE" },
      { name: "laggingSpan", unit: "PRICE" },
    ],
    warmUp: () => 0,
    create: ({ fastPeriod, middlePeriod, slowPeriod, displacement }) =>
      new Ichimoku({ conversion: fastPeriod, base: middlePeriod, span: slowPeriod, displacement }),
  },
} satisfies Record<string, IndicatorDefinition>;
