import { monthEnds } from "../dates/month-ends.ts";

interface Balance {
  readonly date: string;
  readonly amount: string;
}

interface Interval {
  readonly date: string;
  readonly lower: string;
  readonly upper: string;
}

/** How many months before now a shown forecast can be made. */
export const FORECAST_AGES = [0, 3, 6, 12] as const;

/** The age in an address; 0 for every other text. */
export const readForecastAge = (text: string | null): number =>
  FORECAST_AGES.find((age) => String(age) === text) ?? 0;

/** Balances at the ends of months, up to the day that a forecast starts from and after it. */
export function splitHistory(
  history: readonly Balance[],
  asOf: string,
): { past: Balance[]; since: Balance[] } {
  const ends = monthEnds(history);
  return {
    past: ends.filter(({ date }) => date <= asOf),
    since: ends.filter(({ date }) => date > asOf),
  };
}

/** How many of the months that are over ended within the interval of a forecast. */
export function outcomeOf(
  points: readonly Interval[],
  since: readonly Balance[],
): { inside: number; count: number } {
  const came = new Map(since.map(({ date, amount }) => [date, Number(amount)]));
  const over = points.filter(({ date }) => came.has(date));
  const isInside = ({ date, lower, upper }: Interval) => {
    const value = came.get(date) ?? Number.NaN;
    return value >= Number(lower) && value <= Number(upper);
  };
  return { inside: over.filter(isInside).length, count: over.length };
}
