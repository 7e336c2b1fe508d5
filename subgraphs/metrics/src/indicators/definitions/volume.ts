import { AverageTrueRange, TrueRangeIndicator } from "../kernels/true-range.ts";
import {
  AccumulationLine,
  AccumulationOscillator,
  OnBalanceVolume,
  VolumeWeightedPrice,
} from "../kernels/volume.ts";
import { HIGH_LOW_CLOSE, single, WITH_VOLUME } from "./definition.ts";
import type { IndicatorDefinition } from "./definition.ts";

export const VOLUME = {
  AD: {
    title: "Accumulation/distribution line",
    description:
      "Running sum of the volume times where the close lies in the bar's range, -1 to 1 (Chaikin); a bar without a range adds nothing. It starts at the first bar of the history.",
    parts: WITH_VOLUME,
    parameters: {},
    outputs: single("VOLUME"),
    skipsBars: true,
    warmUp: () => 0,
    create: () => new AccumulationLine(),
  },
  ADOSC: {
    title: "Chaikin oscillator",
    description:
      "A fast less a slow exponential average of the accumulation/distribution line, both seeded with its first value (TA-Lib).",
    parts: WITH_VOLUME,
    parameters: { fastPeriod: 3, slowPeriod: 10 },
    outputs: single("VOLUME"),
    skipsBars: true,
    warmUp: ({ fastPeriod, slowPeriod }) => Math.max(fastPeriod, slowPeriod) - 1,
    create: ({ fastPeriod, slowPeriod }) => new AccumulationOscillator(fastPeriod, slowPeriod),
  },
  OBV: {
    title: "On-balance volume",
    description:
      "The first volume, then plus the volume of a bar with a higher and less that of one with a lower close (Granville 1963).",
    parts: ["close", "volume"],
    parameters: {},
    outputs: single("VOLUME"),
    warmUp: () => 0,
    create: () => new OnBalanceVolume(),
  },
  VWAP: {
    title: "Volume-weighted average price",
    description:
      "Mean of the typical prices weighted by volume since the `anchor`: the first bar of the history, or the first of each UTC day. Without volume so far there is none.",
    parts: WITH_VOLUME,
    parameters: { anchor: "SERIES" },
    outputs: single("PRICE"),
    skipsBars: true,
    warmUp: () => 0,
    create: ({ anchor }) => new VolumeWeightedPrice(anchor),
  },
} satisfies Record<string, IndicatorDefinition>;

const trueRange = (
  title: string,
  description: string,
  inPercent: boolean,
): IndicatorDefinition => ({
  title,
  description,
  parts: HIGH_LOW_CLOSE,
  parameters: { period: 14 },
  shortestPeriod: inPercent ? 2 : 1,
  outputs: single(inPercent ? "PERCENT" : "PRICE"),
  skipsBars: true,
  warmUp: ({ period }) => period,
  create: ({ period }) => new AverageTrueRange(period, inPercent),
});

export const VOLATILITY = {
  ATR: trueRange(
    "Average true range",
    "Wilder's average of the true range, seeded with the mean of the first `period` ones (Wilder 1978).",
    false,
  ),
  NATR: trueRange(
    "Normalised average true range",
    "ATR in percent of the close (Forman 2006); 0 where that is zero.",
    true,
  ),
  TRANGE: {
    title: "True range",
    description:
      "The largest of high less low and the distances of high and low to the close before.",
    parts: HIGH_LOW_CLOSE,
    parameters: {},
    outputs: single("PRICE"),
    skipsBars: true,
    warmUp: () => 1,
    create: () => new TrueRangeIndicator(),
  },
} satisfies Record<string, IndicatorDefinition>;
