import { createMovingAverage, runOverSeries } from "../src/indicators/moving-average.ts";
import { randomMarket } from "./market.ts";
import { text, type Table } from "./table.ts";
import { runTalib } from "./talib-peer.ts";

const POINTS = 1_000_000;
const ROUNDS = 5;
const KINDS = [
  ["SMA", 30],
  ["EMA", 30],
  ["WMA", 30],
] as const;

/** Every indicator over a million bars beside TA-Lib C, in CPU time, with the largest relative difference. */
export async function measureIndicators(): Promise<Table[]> {
  const bars = randomMarket(POINTS, 1);
  const cases = KINDS.map(([kind, timeperiod]) => ({
    function: kind,
    inputs: ["close"] as const,
    arguments: { timeperiod },
  }));
  const peer = await runTalib(bars, cases, ROUNDS);
  const rows = KINDS.map(([kind, period], index) => {
    const { millis, output } = bestOf(() =>
      runOverSeries(createMovingAverage(kind, period), bars.close),
    );
    const theirs = peer?.results[index];
    const ratio = theirs === undefined ? Number.NaN : millis / theirs.millis;
    const expected = theirs?.outputs[0];
    const difference = expected === undefined ? Number.NaN : largestDifference(output, expected);
    return [
      `${kind}(${period})`,
      text(millis, 1),
      text(theirs?.millis ?? Number.NaN, 1),
      text(ratio, 2),
      difference.toExponential(0),
    ];
  });
  const version = peer === undefined ? "TA-Lib C (not installed)" : `TA-Lib C ${peer.version}`;
  return [
    {
      title: `Indicators over ${POINTS.toLocaleString("en")} bars, CPU ms, best of ${ROUNDS}`,
      columns: ["indicator", "AllFunds", version, "ratio", "largest relative difference"],
      rows,
    },
  ];
}

function bestOf(compute: () => Float64Array): { millis: number; output: Float64Array } {
  let millis = Number.POSITIVE_INFINITY;
  let output: Float64Array = new Float64Array();
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    output = compute();
    const { user, system } = process.cpuUsage(before);
    millis = Math.min(millis, (user + system) / 1_000);
  }
  return { millis, output };
}

/** Relative to the larger of both; infinite where only one of both is NaN. */
function largestDifference(actual: Float64Array, reference: Float64Array): number {
  let largest = 0;
  for (const [index, value] of actual.entries()) {
    const expected = reference[index] ?? Number.NaN;
    if (Object.is(value, expected) || value === expected) continue;
    const difference = Math.abs(value - expected) / Math.max(Math.abs(value), Math.abs(expected));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, difference);
  }
  return largest;
}
