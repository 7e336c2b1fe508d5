import type { Series } from "../series/series.ts";

/** What an investment is worth just before money comes in or goes out, and how much does. */
export interface Valuation {
  /** Epoch milliseconds, ascending. */
  readonly time: number;
  /** Value before the flow. */
  readonly value: number;
  /** Paid in (positive) or taken out (negative) at that instant; zero for a mere valuation. */
  readonly flow: number;
}

/** The time-weighted return, or why there is none; `index` is the value of one unit, from 1 on. */
export type TimeWeightedReturn =
  | { readonly kind: "RETURN"; readonly value: number; readonly index: Series }
  | { readonly kind: "NONE"; readonly reason: TimeWeightedFailure; readonly time: number | null };

/** Never invested; value from nowhere; worth less than nothing; not in order or no number. */
type TimeWeightedFailure = "NOT_INVESTED" | "UNFUNDED_VALUE" | "NEGATIVE_VALUE" | "DISORDER";

// Beside the amounts that led to it, what is left is rounding: the position is sold out.
const ROUNDING = 1e-12;

/**
 * Time-weighted return: the chained returns between external flows, the investment revalued at
 * each of them, so that size and time of the flows do not count (GIPS 2020). Time without an
 * investment neither adds to the chain nor ends it. A value below zero has no return.
 *
 * @param valuations in order of time; several of one instant are allowed, as flows of one day
 */
export function timeWeightedReturn(valuations: readonly Valuation[]): TimeWeightedReturn {
  const [times, index]: [number[], number[]] = [[], []];
  let [invested, growth, time] = [0, 1, Number.NEGATIVE_INFINITY];
  for (const point of valuations) {
    const failure = failureOf(point, invested, time);
    if (failure !== null) return { kind: "NONE", reason: failure, time: point.time };
    if (invested > 0) growth *= point.value / invested;
    const size = Math.max(Math.abs(point.value), Math.abs(point.flow));
    const rest = point.value + point.flow;
    const start = Math.abs(rest) <= ROUNDING * size ? 0 : rest;
    if (start < 0) return { kind: "NONE", reason: "NEGATIVE_VALUE", time: point.time };
    if (invested > 0 || start > 0) record(times, index, point.time, growth);
    [invested, time] = [start, point.time];
  }
  if (times.length === 0) return { kind: "NONE", reason: "NOT_INVESTED", time: null };
  const series = { times: Float64Array.from(times), values: Float64Array.from(index) };
  return { kind: "RETURN", value: growth - 1, index: series };
}

function failureOf(
  { time, value, flow }: Valuation,
  invested: number,
  before: number,
): TimeWeightedFailure | null {
  if (!(time >= before) || !Number.isFinite(time + value + flow)) return "DISORDER";
  if (value < 0) return "NEGATIVE_VALUE";
  return invested === 0 && value > 0 ? "UNFUNDED_VALUE" : null;
}

/** Keeps one value of the index for each instant: the last. */
function record(times: number[], index: number[], time: number, growth: number): void {
  if (times.at(-1) === time) index[index.length - 1] = growth;
  else {
    times.push(time);
    index.push(growth);
  }
}
