/**
 * Calendar days as whole numbers of days since 1970-01-01, without a zone: what is searched a thousand times
 * per series is compared as a number.
 */
const DAY_MS = 86_400_000;

export interface DayParts {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

export const dayOf = (year: number, month: number, day: number): number =>
  Date.UTC(year, month - 1, day) / DAY_MS;

/** Of an ISO calendar date. */
export const dayOfDate = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

/** The ISO calendar date. */
export const dateOfDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** 0 for Sunday to 6 for Saturday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

const parts = new Map<number, DayParts>();
const MOST_CACHED = 50_000;

export function partsOf(day: number): DayParts {
  let found = parts.get(day);
  if (found === undefined) {
    const date = new Date(day * DAY_MS);
    found = {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
    };
    if (parts.size > MOST_CACHED) parts.clear();
    parts.set(day, found);
  }
  return found;
}

// A dense array from here on: the search for a rhythm needs a month a hundred times.
const FIRST_CACHED = 1900 * 12;
const firstDays: number[] = Array.from({ length: 300 * 12 }, (_, index) => firstDayOf(index));

function firstDayOf(index: number): number {
  const number = FIRST_CACHED + index;
  return dayOf(Math.floor(number / 12), (number % 12) + 1, 1);
}

/** The first day of a month by its number since year 0. */
export const firstDayOfMonth = (number: number): number =>
  firstDays[number - FIRST_CACHED] ?? firstDayOf(number - FIRST_CACHED);

/** The number of a day's month since year 0. */
export const monthNumber = (day: number): number => {
  const { year, month } = partsOf(day);
  return year * 12 + month - 1;
};

export const lastDayOfMonth = (year: number, month: number): number =>
  firstDayOfMonth(year * 12 + month) - 1;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day at an instant in an IANA zone. */
export function dayAt(instant: Date, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    // The Canadian form is ISO 8601.
    format = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
    formats.set(timeZone, format);
  }
  return dayOfDate(format.format(instant));
}
