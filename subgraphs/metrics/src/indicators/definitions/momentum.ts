import { averageWarmUp, createAverage } from "../kernels/averages.ts";
import type { AverageKind } from "../kernels/averages.ts";
import {
  AverageDirectionalIndex,
  DirectionalIndex,
  DirectionalIndicator,
  DirectionalSum,
} from "../kernels/directional-movement.ts";
import { overCloses } from "../kernels/kernel.ts";
import {
  alignedPairOf,
  AverageDifference,
  ChangeOver,
  ConvergenceDivergence,
  ExponentialConvergence,
  exponentialDifference,
  fixedDifference,
  GainsAndLosses,
  pairOf,
  TripleExponentialRate,
} from "../kernels/momentum.ts";
import type { Change } from "../kernels/momentum.ts";
import {
  BalanceOfPower,
  CommodityChannel,
  IntradayMomentum,
  MoneyFlow,
  UltimateOscillator,
} from "../kernels/oscillators.ts";
import { CLOSE, HIGH_LOW, HIGH_LOW_CLOSE, single, WITH_VOLUME } from "./definition.ts";
import type { IndicatorDefinition, OutputUnit } from "./definition.ts";

const directional = (direction: "plus" | "minus") => {
  const name = direction === "plus" ? "Plus" : "Minus";
  const way = direction === "plus" ? "upward" : "downward";
  const indicator: IndicatorDefinition = {
    title: `${name} directional indicator`,
    description: `Wilder's smoothed ${way} movement in percent of the smoothed true range; 0 without a range.`,
    parts: HIGH_LOW_CLOSE,
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: single("INDEX"),
    warmUp: ({ period }) => period,
    create: ({ period }) => new DirectionalIndicator(period, direction),
  };
  const sum: IndicatorDefinition = {
    title: `${name} directional movement`,
    description: `Wilder's smoothed sum of ${way} movement over \`period\` bars.`,
    parts: HIGH_LOW,
    parameters: { period: 14 },
    outputs: single("PRICE"),
    warmUp: ({ period }) => Math.max(period - 1, 1),
    create: ({ period }) => new DirectionalSum(period, direction),
  };
  return { indicator, sum };
};

const PLUS = directional("plus");
const MINUS = directional("minus");

const DIRECTIONAL = {
  PLUS_DI: PLUS.indicator,
  PLUS_DM: PLUS.sum,
  MINUS_DI: MINUS.indicator,
  MINUS_DM: MINUS.sum,
  DX: {
    title: "Directional movement index",
    description:
      "Difference of the plus and minus directional indicators in percent of their sum (Wilder 1978). Where both are zero the index stays as it was, 0 at first.",
    parts: HIGH_LOW_CLOSE,
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: single("INDEX"),
    warmUp: ({ period }) => period,
    create: ({ period }) => new DirectionalIndex(period),
  },
  ADX: {
    title: "Average directional movement index",
    description: "Wilder's average of DX, seeded with the mean of its first `period` values.",
    parts: HIGH_LOW_CLOSE,
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: single("INDEX"),
    warmUp: ({ period }) => 2 * period - 1,
    create: ({ period }) => new AverageDirectionalIndex(period, false),
  },
  ADXR: {
    title: "Average directional movement index rating",
    description: "Mean of ADX and of ADX `period` - 1 bars ago.",
    parts: HIGH_LOW_CLOSE,
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: single("INDEX"),
    warmUp: ({ period }) => 3 * period - 2,
    create: ({ period }) => new AverageDirectionalIndex(period, true),
  },
} satisfies Record<string, IndicatorDefinition>;

const changeOver = (
  title: string,
  description: string,
  unit: OutputUnit,
  [change, scale]: readonly [Change, number],
): IndicatorDefinition => ({
  title,
  description,
  parts: CLOSE,
  parameters: { period: 10 },
  outputs: single(unit),
  warmUp: ({ period }) => period,
  create: ({ period }) => overCloses(new ChangeOver(period, change, scale)),
});

const CHANGES = {
  MOM: changeOver("Momentum", "The close less the close `period` bars ago.", "PRICE", [
    "difference",
    1,
  ]),
  ROC: changeOver(
    "Rate of change",
    "Change against the close `period` bars ago in percent; 0 where that was zero.",
    "PERCENT",
    ["rate", 100],
  ),
  ROCP: changeOver(
    "Rate of change as a ratio of the change",
    "Change against the close `period` bars ago as a part of it; 0 where that was zero.",
    "RATIO",
    ["rate", 1],
  ),
  ROCR: changeOver(
    "Rate of change ratio",
    "The close over the close `period` bars ago; 0 where that was zero.",
    "RATIO",
    ["ratio", 1],
  ),
  ROCR100: changeOver(
    "Rate of change ratio, 100 scale",
    "The close in percent of the close `period` bars ago; 0 where that was zero.",
    "PERCENT",
    ["ratio", 100],
  ),
} satisfies Record<string, IndicatorDefinition>;

const difference = (
  title: string,
  description: string,
  inPercent: boolean,
): IndicatorDefinition => ({
  title,
  description,
  parts: CLOSE,
  parameters: { fastPeriod: 12, slowPeriod: 26, average: "EMA" },
  outputs: single(inPercent ? "PERCENT" : "PRICE"),
  warmUp: (chosen) => averageWarmUp(chosen.average, Math.max(chosen.fastPeriod, chosen.slowPeriod)),
  create: ({ fastPeriod, slowPeriod, average: kind }) => {
    const averages = pairOf({ kind, period: fastPeriod }, { kind, period: slowPeriod });
    return overCloses(new AverageDifference(averages, inPercent));
  },
});

const MACD_OUTPUTS = [
  { name: "macd", unit: "PRICE" },
  { name: "signal", unit: "PRICE" },
  { name: "histogram", unit: "PRICE" },
] as const;

/** The longest warm-up of two averages; the shorter period has the fast one's kind, whatever the order. */
const longerWarmUp = (
  one: { kind: AverageKind; period: number },
  other: { kind: AverageKind; period: number },
): number => Math.max(averageWarmUp(one.kind, one.period), averageWarmUp(other.kind, other.period));

const CONVERGENCE = {
  APO: difference("Absolute price oscillator", "A fast less a slow average of the closes.", false),
  PPO: difference(
    "Percentage price oscillator",
    "A fast less a slow average of the closes in percent of the slow one; 0 where that is zero.",
    true,
  ),
  MACD: {
    title: "Moving average convergence/divergence",
    description:
      "A fast less a slow EMA of the closes, the EMA of that (signal), and the difference of both (Appel 1979). Both EMAs start at the same bar, as TA-Lib's.",
    parts: CLOSE,
    parameters: { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 },
    outputs: MACD_OUTPUTS,
    warmUp: ({ fastPeriod, slowPeriod, signalPeriod }) =>
      Math.max(fastPeriod, slowPeriod) + signalPeriod - 2,
    create: ({ fastPeriod, slowPeriod, signalPeriod }) =>
      new ExponentialConvergence(exponentialDifference(fastPeriod, slowPeriod), signalPeriod),
  },
  MACDFIX: {
    title: "Moving average convergence/divergence with fixed smoothing",
    description:
      "MACD of 12 and 26 bars with the smoothings 0.15 and 0.075, as Appel first published it.",
    parts: CLOSE,
    parameters: { signalPeriod: 9 },
    outputs: MACD_OUTPUTS,
    warmUp: ({ signalPeriod }) => 24 + signalPeriod,
    create: ({ signalPeriod }) => new ExponentialConvergence(fixedDifference(), signalPeriod),
  },
  MACDEXT: {
    title: "Moving average convergence/divergence of chosen averages",
    description: "MACD whose fast, slow and signal averages are of the kinds given.",
    parts: CLOSE,
    parameters: {
      fastPeriod: 12,
      fastAverage: "SMA",
      slowPeriod: 26,
      slowAverage: "SMA",
      signalPeriod: 9,
      signalAverage: "SMA",
    },
    outputs: MACD_OUTPUTS,
    warmUp: (chosen) =>
      longerWarmUp(
        { kind: chosen.fastAverage, period: chosen.fastPeriod },
        { kind: chosen.slowAverage, period: chosen.slowPeriod },
      ) + averageWarmUp(chosen.signalAverage, chosen.signalPeriod),
    create: (chosen) =>
      new ConvergenceDivergence(
        new AverageDifference(
          alignedPairOf(
            { kind: chosen.fastAverage, period: chosen.fastPeriod },
            { kind: chosen.slowAverage, period: chosen.slowPeriod },
          ),
          false,
        ),
        createAverage(chosen.signalAverage, chosen.signalPeriod),
      ),
  },
  TRIX: {
    title: "Triple exponential average rate of change",
    description:
      "Change over one bar, in percent, of the close averaged exponentially three times (Hutson 1983).",
    parts: CLOSE,
    parameters: { period: 30 },
    outputs: single("PERCENT"),
    warmUp: ({ period }) => 3 * (period - 1) + 1,
    create: ({ period }) => overCloses(new TripleExponentialRate(period)),
  },
} satisfies Record<string, IndicatorDefinition>;

const gains = (title: string, description: string, balanced: boolean): IndicatorDefinition => ({
  title,
  description,
  parts: CLOSE,
  parameters: { period: 14 },
  shortestPeriod: 2,
  outputs: single("INDEX"),
  warmUp: ({ period }) => period,
  create: ({ period }) => overCloses(new GainsAndLosses(period, balanced)),
});

export const MOMENTUM = {
  ...DIRECTIONAL,
  ...CHANGES,
  ...CONVERGENCE,
  RSI: gains(
    "Relative strength index",
    "Wilder's average gain in percent of the average gain and loss, seeded with the means of the first `period` changes (Wilder 1978). Of prices that never change: 0, as in TA-Lib.",
    false,
  ),
  CMO: gains(
    "Chande momentum oscillator",
    "Wilder's average gain less average loss in percent of their sum, as TA-Lib smooths it. Of prices that never change: 0.",
    true,
  ),
  BOP: {
    title: "Balance of power",
    description: "Close less open over high less low (Livshin 2001); 0 for a bar without a range.",
    parts: ["open", "high", "low", "close"],
    parameters: {},
    outputs: single("RATIO"),
    skipsBars: true,
    warmUp: () => 0,
    create: () => new BalanceOfPower(),
  },
  CCI: {
    title: "Commodity channel index",
    description:
      "Distance of the typical price to its mean over `period` bars, in units of 0.015 mean absolute deviations (Lambert 1980). Of prices that do not change: 0.",
    parts: HIGH_LOW_CLOSE,
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: single("INDEX"),
    skipsBars: true,
    warmUp: ({ period }) => period - 1,
    create: ({ period }) => new CommodityChannel(period),
  },
  IMI: {
    title: "Intraday momentum index",
    description:
      "Rises from open to close in percent of rises and falls over `period` bars (Chande 1994); 50 without either.",
    parts: ["open", "close"],
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: single("INDEX"),
    skipsBars: true,
    warmUp: ({ period }) => period - 1,
    create: ({ period }) => new IntradayMomentum(period),
  },
  MFI: {
    title: "Money flow index",
    description:
      "Typical price times volume of the bars whose typical price rose, in percent of that of all bars where it moved, over `period` bars (Quong and Soudack 1989). Without any flow: 0.",
    parts: WITH_VOLUME,
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: single("INDEX"),
    warmUp: ({ period }) => period,
    create: ({ period }) => new MoneyFlow(period),
  },
  ULTOSC: {
    title: "Ultimate oscillator",
    description:
      "Buying pressure over true range of three windows, weighted 4, 2 and 1 from the shortest to the longest (Williams 1985). A window without a range counts as 0.",
    parts: HIGH_LOW_CLOSE,
    parameters: { fastPeriod: 7, middlePeriod: 14, slowPeriod: 28 },
    outputs: single("INDEX"),
    warmUp: ({ fastPeriod, middlePeriod, slowPeriod }) =>
      Math.max(fastPeriod, middlePeriod, slowPeriod),
    create: ({ fastPeriod, middlePeriod, slowPeriod }) =>
      new UltimateOscillator(fastPeriod, middlePeriod, slowPeriod),
  },
} satisfies Record<string, IndicatorDefinition>;
