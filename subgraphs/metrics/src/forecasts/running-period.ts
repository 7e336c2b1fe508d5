import type { ForecastPoint } from "./forecast.ts";

/** A period that is not over. */
export interface RunningPeriod {
  /** Flow of the period so far, or the newest balance or price. */
  readonly value: number;
  /** Share of the period that is over, 0 to 1. */
  readonly elapsed: number;
  /** Value at the end of the period before; null for a flow, which starts at zero. */
  readonly before: number | null;
}

/**
 * Takes what is known of the running period into a forecast whose first point it is. Its value is what
 * happened so far and the expected rest: of a flow, the expected flow times the share of the period that
 * is left; of a balance or price, the newest one and that share of the expected change. The rest is
 * also what is uncertain: the interval shrinks with the root of the share left. Later balances and prices
 * move with the first, later flows do not.
 */
export function withRunningPeriod(
  points: readonly ForecastPoint[],
  { value, elapsed, before }: RunningPeriod,
): ForecastPoint[] {
  const [first, ...later] = points;
  if (first === undefined) return [];
  const left = 1 - elapsed;
  const expected = value + left * (first.value - (before ?? 0));
  const shift = before === null ? 0 : expected - first.value;
  return [
    moved(first, expected - first.value, Math.sqrt(left)),
    ...later.map((point) => moved(point, shift, 1)),
  ];
}

/** A point with another value and intervals of another width around it. */
function moved(point: ForecastPoint, shift: number, factor: number): ForecastPoint {
  const value = point.value + shift;
  const at = (bound: number): number => value + factor * (bound - point.value);
  return {
    value,
    lower80: at(point.lower80),
    upper80: at(point.upper80),
    lower95: at(point.lower95),
    upper95: at(point.upper95),
  };
}
