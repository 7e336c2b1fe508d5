import { isCalendarDate } from "@allfunds/platform/dates";

/** Periods with a name of their own; all others are days from and to. */
export const PERIOD_NAMES = [
  "YESTERDAY",
  "THIS_WEEK",
  "LAST_WEEK",
  "THIS_MONTH",
  "LAST_MONTH",
  "THIS_QUARTER",
  "LAST_QUARTER",
  "THIS_YEAR",
  "LAST_YEAR",
] as const;
export type PeriodName = (typeof PERIOD_NAMES)[number];

/** Calendar days, both included. */
export interface Period {
  readonly name: PeriodName | null;
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;

/** The day that many days later; earlier when negative. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The first day of the month that many months later. */
function monthStart(day: string, months: number): string {
  const at = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + months);
  return at.toISOString().slice(0, 10);
}

/** The days that a period's name means on a day. Periods that are not over end on that day; weeks begin on Monday. */
export function periodOf(name: PeriodName, today: string): Period {
  const sinceMonday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  const monday = addDays(today, -sinceMonday);
  const quarter = -((Number(today.slice(5, 7)) - 1) % 3);
  const year = Number(today.slice(0, 4));
  const span: Record<PeriodName, readonly [from: string, to: string]> = {
    YESTERDAY: [addDays(today, -1), addDays(today, -1)],
    THIS_WEEK: [monday, today],
    LAST_WEEK: [addDays(monday, -7), addDays(monday, -1)],
    THIS_MONTH: [monthStart(today, 0), today],
    LAST_MONTH: [monthStart(today, -1), addDays(monthStart(today, 0), -1)],
    THIS_QUARTER: [monthStart(today, quarter), today],
    LAST_QUARTER: [monthStart(today, quarter - 3), addDays(monthStart(today, quarter), -1)],
    THIS_YEAR: [`${year}-01-01`, today],
    LAST_YEAR: [`${year - 1}-01-01`, `${year - 1}-12-31`],
  };
  const [from, to] = span[name];
  return { name, from, to };
}

/** The whole month of a year. */
export const monthOf = (year: number, month: number): Period => {
  const from = `${year}-${String(month).padStart(2, "0")}-01`;
  return { name: null, from, to: addDays(monthStart(from, 1), -1) };
};

/** Days between two dates in either order; null when one is no date. */
export function spanOf(from: string, to: string): Period | null {
  if (!isCalendarDate(from) || !isCalendarDate(to)) return null;
  return from <= to ? { name: null, from, to } : { name: null, from: to, to: from };
}
