const MOST_DAILY_POINTS = 400;
const DAYS_PER_WEEK = 7;
const DECIMALS = 4;

/** The points of the chart, and whether they are one of each week. */
export interface UnitValueChart {
  weekly: boolean;
  points: { date: string; amount: string }[];
}

/**
 * The unit value to four decimals: of every day, or of one day a week where days are too many
 * for a page. Weeks are counted back from the last day; the first day and the last are always among them.
 */
export function chartPoints(days: readonly { date: string; value: number }[]): UnitValueChart {
  const weekly = days.length > MOST_DAILY_POINTS;
  const shown = weekly
    ? days.filter((_, index) => index === 0 || (days.length - 1 - index) % DAYS_PER_WEEK === 0)
    : days;
  return {
    weekly,
    points: shown.map(({ date, value }) => ({ date, amount: value.toFixed(DECIMALS) })),
  };
}
