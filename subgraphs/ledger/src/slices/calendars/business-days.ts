/** The days on which a fund does business: weekdays less its holidays. */
export interface Calendar {
  /** Calendar dates, `YYYY-MM-DD`. */
  readonly holidays: readonly string[];
}

export type Frequency = "DAILY" | "WEEKLY" | "SEMI_MONTHLY" | "MONTHLY";

const DAY_MS = 86_400_000;

/** The calendar date so many days later, or earlier. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** 0 for Sunday to 6 for Saturday. */
const weekday = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();

const setsOfHolidays = new WeakMap<readonly string[], ReadonlySet<string>>();

function isHoliday({ holidays }: Calendar, date: string): boolean {
  let dates = setsOfHolidays.get(holidays);
  if (dates === undefined) setsOfHolidays.set(holidays, (dates = new Set(holidays)));
  return dates.has(date);
}

export const isBusinessDay = (calendar: Calendar, date: string): boolean =>
  weekday(date) !== 0 && weekday(date) !== 6 && !isHoliday(calendar, date);

/** No fund pauses for longer: 2,000 holidays at most. */
const MAX_DAYS = 6_000;

/** The business day so many business days after a date, or before it; the date itself counts as none. */
export function addBusinessDays(calendar: Calendar, date: string, days: number): string {
  const step = days < 0 ? -1 : 1;
  let day = date;
  for (let left = Math.abs(days), tries = 0; left > 0 && tries < MAX_DAYS; tries += 1) {
    day = addDays(day, step);
    if (isBusinessDay(calendar, day)) left -= 1;
  }
  return day;
}

/** The first business day on or after a date. */
const businessDayFrom = (calendar: Calendar, date: string): string =>
  isBusinessDay(calendar, date) ? date : addBusinessDays(calendar, date, 1);

const isLastOf = (calendar: Calendar, date: string, isSame: (next: string) => boolean): boolean =>
  isBusinessDay(calendar, date) && !isSame(addBusinessDays(calendar, date, 1));

const isLastOfMonth = (calendar: Calendar, date: string): boolean =>
  isLastOf(calendar, date, (next) => next.slice(0, 7) === date.slice(0, 7));

/** Weeks begin on Monday. */
const mondayOf = (date: string): string => addDays(date, -((weekday(date) + 6) % 7));

/** Whether orders are dealt on a date. */
export function isDealingDay(calendar: Calendar, frequency: Frequency, date: string): boolean {
  if (!isBusinessDay(calendar, date)) return false;
  if (frequency === "DAILY") return true;
  if (frequency === "WEEKLY") {
    return isLastOf(calendar, date, (next) => mondayOf(next) === mondayOf(date));
  }
  if (isLastOfMonth(calendar, date)) return true;
  const middle = `${date.slice(0, 7)}-15`;
  return frequency === "SEMI_MONTHLY" && businessDayFrom(calendar, middle) === date;
}

/** The first dealing day after a date; undefined when there is none within the calendar's reach. */
export function dealingDayAfter(
  calendar: Calendar,
  frequency: Frequency,
  date: string,
): string | undefined {
  let day = date;
  for (let tries = 0; tries < MAX_DAYS; tries += 1) {
    day = addDays(day, 1);
    if (isDealingDay(calendar, frequency, day)) return day;
  }
  return undefined;
}
