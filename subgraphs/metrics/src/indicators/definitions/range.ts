import { averageWarmUp, createAverage } from "../kernels/averages.ts";
import { GainsAndLosses } from "../kernels/momentum.ts";
import { Aroon, Stochastic, StochasticOf, WilliamsRange } from "../kernels/stochastics.ts";
import { CLOSE, HIGH_LOW, HIGH_LOW_CLOSE, single } from "./definition.ts";
import type { IndicatorDefinition } from "./definition.ts";

const K_AND_D = [
  { name: "k", unit: "INDEX" },
  { name: "d", unit: "INDEX" },
] as const;

/** Momentum by where prices lie in the range of a window. */
export const RANGE = {
  STOCH: {
    title: "Stochastic oscillator",
    description:
      "Place of the close between the lowest low (0) and the highest high (100) of `period` bars, averaged over `slowKPeriod` (k), and the average of that over `signalPeriod` (d). Of an empty range: 0.",
    parts: HIGH_LOW_CLOSE,
    parameters: {
      period: 5,
      slowKPeriod: 3,
      slowAverage: "SMA",
      signalPeriod: 3,
      signalAverage: "SMA",
    },
    outputs: K_AND_D,
    warmUp: (chosen) =>
      chosen.period -
      1 +
      averageWarmUp(chosen.slowAverage, chosen.slowKPeriod) +
      averageWarmUp(chosen.signalAverage, chosen.signalPeriod),
    create: (chosen) =>
      new Stochastic(
        chosen.period,
        createAverage(chosen.slowAverage, chosen.slowKPeriod),
        createAverage(chosen.signalAverage, chosen.signalPeriod),
      ),
  },
  STOCHF: {
    title: "Fast stochastic oscillator",
    description:
      "As STOCH without the average of k: its place in the range of `period` bars, and the average of that over `signalPeriod`.",
    parts: HIGH_LOW_CLOSE,
    parameters: { period: 5, signalPeriod: 3, signalAverage: "SMA" },
    outputs: K_AND_D,
    warmUp: (chosen) =>
      chosen.period - 1 + averageWarmUp(chosen.signalAverage, chosen.signalPeriod),
    create: (chosen) =>
      new Stochastic(
        chosen.period,
        undefined,
        createAverage(chosen.signalAverage, chosen.signalPeriod),
      ),
  },
  STOCHRSI: {
    title: "Stochastic relative strength index",
    description:
      "The fast stochastic, over `fastPeriod` bars, of RSI over `period` closes (Chande and Kroll 1994).",
    parts: CLOSE,
    parameters: { period: 14, fastPeriod: 5, signalPeriod: 3, signalAverage: "SMA" },
    shortestPeriod: 2,
    outputs: K_AND_D,
    warmUp: (chosen) =>
      chosen.period +
      chosen.fastPeriod -
      1 +
      averageWarmUp(chosen.signalAverage, chosen.signalPeriod),
    create: (chosen) =>
      new StochasticOf(
        new GainsAndLosses(chosen.period, false),
        new Stochastic(
          chosen.fastPeriod,
          undefined,
          createAverage(chosen.signalAverage, chosen.signalPeriod),
        ),
      ),
  },
  WILLR: {
    title: "Williams %R",
    description:
      "How far the close is below the highest high of `period` bars, in percent of their range, 0 to -100. Of an empty range: 0.",
    parts: HIGH_LOW_CLOSE,
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: single("INDEX"),
    warmUp: ({ period }) => period - 1,
    create: ({ period }) => new WilliamsRange(period),
  },
  AROON: {
    title: "Aroon",
    description:
      "How recent the lowest low (down) and the highest high (up) of the last `period` + 1 bars are: 100 for this bar, 0 for the oldest; the latest of equal ones counts (Chande 1995).",
    parts: HIGH_LOW,
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: [
      { name: "down", unit: "INDEX" },
      { name: "up", unit: "INDEX" },
    ],
    warmUp: ({ period }) => period,
    create: ({ period }) => new Aroon(period, false),
  },
  AROONOSC: {
    title: "Aroon oscillator",
    description: "Aroon up less Aroon down.",
    parts: HIGH_LOW,
    parameters: { period: 14 },
    shortestPeriod: 2,
    outputs: single("INDEX"),
    warmUp: ({ period }) => period,
    create: ({ period }) => new Aroon(period, true),
  },
} satisfies Record<string, IndicatorDefinition>;
