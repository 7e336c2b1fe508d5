import type { ComputeTask } from "../compute/compute-task.ts";
import { frequencyOf } from "../series/frequency.ts";
import { GapPolicy, segmentsBetween } from "../series/gap-policy.ts";
import type { Bars, Gap } from "../series/series.ts";
import type { SomeParameters } from "./definitions/definition.ts";
import { INDICATORS } from "./definitions/table.ts";
import type { IndicatorKind } from "./definitions/table.ts";
import { Indicator, withoutExcess } from "./indicator.ts";

/** What an indicator does at a gap: it runs on, or it starts anew. */
export type IndicatorGapPolicy = typeof GapPolicy.CONTINUE | typeof GapPolicy.RESTART;

export interface IndicatorArguments {
  readonly kind: IndicatorKind;
  readonly parameters: SomeParameters;
  readonly bars: Bars;
  readonly gapPolicy: IndicatorGapPolicy;
}

export interface IndicatorValues {
  /** One array for each output of the definition, NaN where there is no value. */
  readonly outputs: readonly Float64Array[];
  /** The gaps of the series, whatever the policy. */
  readonly gaps: readonly Gap[];
}

/** An indicator over a whole series of bars. */
export const indicatorTask: ComputeTask<IndicatorArguments, IndicatorValues> = {
  name: "indicator",
  run: ({ kind, parameters, bars: given, gapPolicy }, { signal }) => {
    const bars = withoutExcess(given, INDICATORS[kind].parts);
    const { gaps } = frequencyOf(bars);
    const { length } = bars.times;
    const outputs = INDICATORS[kind].outputs.map(() => new Float64Array(length));
    const segments =
      gapPolicy === GapPolicy.RESTART
        ? segmentsBetween(bars.times, gaps)
        : [{ start: 0, end: length }];
    for (const { start, end } of segments) {
      signal.throwIfAborted();
      const views = outputs.map((output) => output.subarray(start, end));
      new Indicator(kind, parameters).run(barsBetween(bars, start, end), views);
    }
    return { outputs, gaps };
  },
};

/** Views of the bars from index `start` up to `end`. */
const barsBetween = (bars: Bars, start: number, end: number): Bars => ({
  times: bars.times.subarray(start, end),
  open: bars.open.subarray(start, end),
  high: bars.high.subarray(start, end),
  low: bars.low.subarray(start, end),
  close: bars.close.subarray(start, end),
  volume: bars.volume.subarray(start, end),
  ...(bars.periods === undefined ? {} : { periods: bars.periods.subarray(start, end) }),
});
