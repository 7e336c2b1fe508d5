import { INDICATOR_KINDS, INDICATORS } from "../src/indicators/definitions/table.ts";
import type { IndicatorKind } from "../src/indicators/definitions/table.ts";
import { Indicator } from "../src/indicators/indicator.ts";
import type { Bars } from "../src/series/series.ts";
import { randomBars } from "./random-bars.ts";
import { text, type Table } from "@allfunds/platform/bench";
import { talibCall } from "./talib-cases.ts";
import { runTalib, type Rounds } from "./talib-peer.ts";

const POINTS = 1_000_000;
/** A short computation is repeated for as long: its fastest round is then one that nothing disturbed. */
const ROUNDS: Rounds = { least: 10, millis: 300 };

/** Every indicator over a million bars beside TA-Lib C, in CPU time, with the largest relative difference. */
export async function measureIndicators(): Promise<Table[]> {
  const bars = randomBars(POINTS, 1);
  const calls = INDICATOR_KINDS.map((kind) => ({ kind, call: talibCall(kind) }));
  const peer = await runTalib(
    bars,
    calls.flatMap(({ call }) => (call === undefined ? [] : [call])),
    ROUNDS,
  );
  const left = [...(peer?.results ?? [])];
  const rows = calls.map(({ kind, call }) => {
    const theirs = call === undefined ? undefined : left.shift();
    const { millis, outputs } = bestOf(kind, bars);
    const ratio = theirs === undefined ? Number.NaN : millis / theirs.millis;
    return [
      kind,
      text(millis, 1),
      text(theirs?.millis ?? Number.NaN, 1),
      text(ratio, 2),
      theirs === undefined
        ? "-"
        : largestDifference(kind, outputs, theirs.outputs, largestOf(bars.high)).toExponential(0),
    ];
  });
  const version = peer === undefined ? "TA-Lib C (not installed)" : `TA-Lib C ${peer.version}`;
  return [
    {
      title: `Indicators over ${POINTS.toLocaleString("en")} bars, CPU ms, the fastest of at least ${ROUNDS.least} rounds`,
      columns: ["indicator", "AllFunds", version, "ratio", "largest relative difference"],
      rows,
    },
  ];
}

/** The outputs are written to the same arrays each time, as callers of TA-Lib C do. */
function bestOf(kind: IndicatorKind, bars: Bars): { millis: number; outputs: Float64Array[] } {
  const outputs = INDICATORS[kind].outputs.map(() => new Float64Array(POINTS));
  let millis = Number.POSITIVE_INFINITY;
  let spent = 0;
  for (let round = 0; round < ROUNDS.least || spent < ROUNDS.millis; round++) {
    const before = process.cpuUsage();
    new Indicator(kind).run(bars, outputs);
    const { user, system } = process.cpuUsage(before);
    millis = Math.min(millis, (user + system) / 1_000);
    spent += (user + system) / 1_000;
  }
  return { millis, outputs };
}

function largestDifference(
  kind: IndicatorKind,
  actual: readonly Float64Array[],
  reference: readonly Float64Array[],
  largestPrice: number,
): number {
  const gaps = INDICATORS[kind].outputs.map(({ unit }, place) => {
    const [output, expected] = [actual[place], reference[place]];
    if (output === undefined || expected === undefined) return Number.POSITIVE_INFINITY;
    return largestGap(output, expected, unit === "PRICE" ? largestPrice : largestOf(expected));
  });
  return Math.max(...gaps);
}

const largestOf = (values: Float64Array): number =>
  values.reduce((size, value) => (Math.abs(value) > size ? Math.abs(value) : size), 0);

/**
 * Relative to the value, or to a thousandth of a scale: what is left of two nearly equal prices, such as a
 * histogram of averages, is their rounding. Infinite where only one of both is NaN.
 */
function largestGap(actual: Float64Array, reference: Float64Array, scale: number): number {
  let largest = 0;
  for (let index = 0; index < actual.length; index++) {
    const [value, expected] = [actual[index] ?? Number.NaN, reference[index] ?? Number.NaN];
    if (Object.is(value, expected) || value === expected) continue;
    const difference = Math.abs(value - expected) / Math.max(Math.abs(expected), scale / 1_000);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, difference);
  }
  return largest;
}
