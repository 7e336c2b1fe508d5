import {
  calendarOf,
  nextBusinessDay,
  previousBusinessDay,
  type BusinessCalendar,
  type CalendarName,
} from "./business-calendar.ts";
import { firstDayOfMonth, monthNumber, weekdayOf } from "./day.ts";

/** Where a date goes that is no business day. */
export type Roll = "NONE" | "FOLLOWING" | "PRECEDING";

export type Recurrence =
  | "WEEKLY"
  | "BIWEEKLY"
  | "FOUR_WEEKLY"
  | "DAYS"
  | "SEMI_MONTHLY"
  | "MONTH_DAYS"
  | "MONTHLY"
  | "BIMONTHLY"
  | "QUARTERLY"
  | "HALF_YEARLY"
  | "YEARLY";

/** Every so many days from an anchor on. */
interface DayRhythm {
  readonly kind: "DAYS";
  readonly every: number;
  readonly anchor: number;
  readonly roll: Roll;
}

interface ByMonths {
  readonly months: number;
  /** Which of the months, as the remainder of their number since year 0. */
  readonly phase: number;
  /** Months of the year that are left out each year, 0 is January: school fees pause in summer. */
  readonly exceptMonths?: readonly number[];
}

/** On days of every so many months; 31 is the last day of any month. */
interface MonthRhythm extends ByMonths {
  readonly kind: "MONTH_DAYS";
  readonly days: readonly number[];
  readonly roll: Roll;
}

/** On the nth business day of every so many months; counted from the end below 0. */
interface BusinessDayRhythm extends ByMonths {
  readonly kind: "BUSINESS_DAY";
  readonly nth: number;
}

/** On the nth of a weekday in every so many months, 1 to 4; -1 is the last one. */
interface WeekdayRhythm extends ByMonths {
  readonly kind: "WEEKDAY";
  readonly nth: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly roll: Roll;
}

/** The rule that the dates of a series follow, with the calendar of business days that it follows them by. */
export type Rhythm = (DayRhythm | MonthRhythm | BusinessDayRhythm | WeekdayRhythm) & {
  readonly calendar: CalendarName;
};

const BY_DAYS: Readonly<Record<number, Recurrence>> = {
  7: "WEEKLY",
  14: "BIWEEKLY",
  28: "FOUR_WEEKLY",
};
const BY_MONTHS: Readonly<Record<number, Recurrence>> = {
  1: "MONTHLY",
  2: "BIMONTHLY",
  3: "QUARTERLY",
  6: "HALF_YEARLY",
  12: "YEARLY",
};

export function recurrenceOf(rhythm: Rhythm): Recurrence {
  if (rhythm.kind === "DAYS") return BY_DAYS[rhythm.every] ?? "DAYS";
  if (rhythm.kind === "MONTH_DAYS" && rhythm.days.length > 1) {
    return rhythm.days.length === 2 ? "SEMI_MONTHLY" : "MONTH_DAYS";
  }
  return BY_MONTHS[rhythm.months] ?? "MONTHLY";
}

/** Usual days from one occurrence to the next, and how far from its date one still counts as it. */
interface Spacing {
  readonly days: number;
  readonly tolerance: number;
}

const SPACING: Readonly<Record<Exclude<Recurrence, "DAYS" | "MONTH_DAYS">, Spacing>> = {
  WEEKLY: { days: 7, tolerance: 2 },
  BIWEEKLY: { days: 14, tolerance: 3 },
  SEMI_MONTHLY: { days: 15.2, tolerance: 3 },
  FOUR_WEEKLY: { days: 28, tolerance: 3 },
  MONTHLY: { days: 30.4, tolerance: 5 },
  BIMONTHLY: { days: 60.9, tolerance: 6 },
  QUARTERLY: { days: 91.3, tolerance: 8 },
  HALF_YEARLY: { days: 182.6, tolerance: 10 },
  YEARLY: { days: 365.2, tolerance: 15 },
};

export function spacingOf(rhythm: Rhythm): Spacing {
  if (rhythm.kind === "MONTH_DAYS" && rhythm.days.length > 1) return spacingOfDays(rhythm.days);
  const recurrence = recurrenceOf(rhythm);
  if (recurrence !== "DAYS" && recurrence !== "MONTH_DAYS") return SPACING[recurrence];
  const days = everyDaysOf(rhythm) ?? Number.NaN;
  const tolerance = Math.min(6, Math.max(2, Math.round(days / 9)));
  // A payment between two dates belongs to one of them.
  return { days, tolerance: Math.min(tolerance, Math.floor((days - 1) / 2)) };
}

/** Of several days of the month: a payment counts for the nearer one, so less than half of the least gap. */
function spacingOfDays(days: readonly number[]): Spacing {
  const usual = days.length === 2 ? SPACING.SEMI_MONTHLY.tolerance : 2;
  return {
    days: SPACING.MONTHLY.days / days.length,
    tolerance: Math.min(usual, Math.floor((leastGapOf(days) - 1) / 2)),
  };
}

/** Days between the nearest two days of a month, which is a circle of 30. */
export function leastGapOf(days: readonly number[]): number {
  const gaps = days.map((day, index) => {
    const before = days[index - 1];
    return before === undefined ? day + 30 - Math.min(30, days.at(-1) ?? 30) : day - before;
  });
  return Math.min(...gaps);
}

/** Days from one date of a rhythm to the next; null where they follow the months. */
export const everyDaysOf = (rhythm: Rhythm): number | null =>
  rhythm.kind === "DAYS" ? rhythm.every : null;

/** The dates of a rhythm between two days, both included, in order. */
export function datesBetween(rhythm: Rhythm, from: number, to: number): number[] {
  const calendar = calendarOf(rhythm.calendar);
  const dates =
    rhythm.kind === "DAYS"
      ? dayDates(rhythm, from, to, calendar)
      : monthDates(rhythm, from, to, calendar);
  // Two days of one month may meet on the business day after both.
  return [...new Set(dates)].filter((date) => date >= from && date <= to);
}

/** A roll moves a date by less than this. */
const LONGEST_ROLL = 7;

function dayDates(
  { every, anchor, roll }: DayRhythm,
  from: number,
  to: number,
  calendar: BusinessCalendar,
): number[] {
  const dates: number[] = [];
  const first = anchor + every * Math.floor((from - LONGEST_ROLL - anchor) / every);
  for (let date = first; date <= to + LONGEST_ROLL; date += every) {
    dates.push(rolled(date, roll, calendar));
  }
  return dates;
}

const MONTHS_OF_YEAR = 12;

function monthDates(
  rhythm: MonthRhythm | BusinessDayRhythm | WeekdayRhythm,
  from: number,
  to: number,
  calendar: BusinessCalendar,
): number[] {
  const { months, phase, exceptMonths = [] } = rhythm;
  const dates: number[] = [];
  const start = monthNumber(from - LONGEST_ROLL);
  const first = start + ((((phase - start) % months) + months) % months);
  const last = monthNumber(to + LONGEST_ROLL);
  for (let month = first; month <= last; month += months) {
    if (exceptMonths.includes(month % MONTHS_OF_YEAR)) continue;
    if (rhythm.kind === "BUSINESS_DAY") dates.push(nthBusinessDay(month, rhythm.nth, calendar));
    else if (rhythm.kind === "WEEKDAY")
      dates.push(rolled(nthWeekday(month, rhythm), rhythm.roll, calendar));
    else
      for (const day of rhythm.days)
        dates.push(rolled(dayInMonth(month, day), rhythm.roll, calendar));
  }
  return dates;
}

const dayInMonth = (month: number, day: number): number =>
  Math.min(firstDayOfMonth(month) + day, firstDayOfMonth(month + 1)) - 1;

function rolled(day: number, roll: Roll, calendar: BusinessCalendar): number {
  if (roll === "NONE") return day;
  return roll === "FOLLOWING" ? nextBusinessDay(day, calendar) : previousBusinessDay(day, calendar);
}

const DAYS_OF_WEEK = 7;

function nthWeekday(month: number, { nth, weekday }: WeekdayRhythm): number {
  // The first seven days of a month, and the last seven, have each weekday once.
  const start = firstDayOfMonth(nth > 0 ? month : month + 1) - (nth > 0 ? 0 : DAYS_OF_WEEK);
  const first = start + ((weekday - weekdayOf(start) + DAYS_OF_WEEK) % DAYS_OF_WEEK);
  return nth > 0 ? first + (nth - 1) * DAYS_OF_WEEK : first;
}

function nthBusinessDay(month: number, nth: number, calendar: BusinessCalendar): number {
  const fromStart = nth > 0;
  let day = fromStart
    ? nextBusinessDay(firstDayOfMonth(month), calendar)
    : previousBusinessDay(firstDayOfMonth(month + 1) - 1, calendar);
  for (let count = 1; count < Math.abs(nth); count += 1) {
    day = fromStart ? nextBusinessDay(day + 1, calendar) : previousBusinessDay(day - 1, calendar);
  }
  return day;
}

/** The parts of a rhythm that a phrase about it names; what its kind does not have is null. */
export interface RhythmParts {
  readonly kind: Rhythm["kind"];
  /** Every so many days or months. */
  readonly every: number;
  /** Of whole weeks, and of a weekday in the month; 0 is Sunday. */
  readonly weekday: number | null;
  readonly days: readonly number[] | null;
  readonly nth: number | null;
  readonly roll: Roll;
  /** Months of the year that are left out, 1 is January. */
  readonly exceptMonths: readonly number[];
}

export function rhythmParts(rhythm: Rhythm): RhythmParts {
  const { kind } = rhythm;
  const exceptMonths = kind === "DAYS" ? [] : (rhythm.exceptMonths ?? []).map((month) => month + 1);
  const none = { exceptMonths, weekday: null, days: null, nth: null, roll: "NONE" as const };
  switch (kind) {
    case "DAYS": {
      const { every, anchor, roll } = rhythm;
      return { ...none, kind, every, weekday: every % 7 === 0 ? weekdayOf(anchor) : null, roll };
    }
    case "MONTH_DAYS":
      return { ...none, kind, every: rhythm.months, days: rhythm.days, roll: rhythm.roll };
    case "BUSINESS_DAY":
      return { ...none, kind, every: rhythm.months, nth: rhythm.nth };
    case "WEEKDAY": {
      const { months, nth, weekday, roll } = rhythm;
      return { ...none, kind, every: months, nth, weekday, roll };
    }
  }
}

const EVERY: Readonly<Record<number, string>> = {
  1: "each month",
  2: "every second month",
  3: "every third month",
  6: "every sixth month",
  12: "every twelfth month",
};
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTH_NAMES = Array.from({ length: MONTHS_OF_YEAR }, (_, month) =>
  new Date(Date.UTC(2000, month)).toLocaleString("en-GB", { month: "long", timeZone: "UTC" }),
);
const NTH: Readonly<Record<number, string>> = {
  1: "first",
  2: "second",
  3: "third",
  4: "fourth",
  [-1]: "last",
};
const ROLLED: Readonly<Record<Roll, string>> = {
  NONE: "",
  FOLLOWING: ", or the business day after",
  PRECEDING: ", or the business day before",
};

const LIST = new Intl.ListFormat("en-GB", { type: "conjunction" });

/** A rhythm as a phrase: `on day 25 of each month, or the business day before`. */
export function describeRhythm(rhythm: Rhythm): string {
  if (rhythm.kind === "DAYS") {
    const weeks = rhythm.every / 7;
    if (!Number.isInteger(weeks)) return `every ${rhythm.every} days${ROLLED[rhythm.roll]}`;
    const weekday = WEEKDAYS[weekdayOf(rhythm.anchor)];
    return `every ${weeks === 1 ? "" : `${weeks} weeks on `}${weekday}${ROLLED[rhythm.roll]}`;
  }
  const { exceptMonths = [] } = rhythm;
  const except = exceptMonths.map((month) => MONTH_NAMES[month] as string);
  const but = except.length === 0 ? "" : ` but ${LIST.format(except)}`;
  const every = `${EVERY[rhythm.months] ?? "each month"}${but}`;
  if (rhythm.kind === "BUSINESS_DAY") {
    const [count, end] = [Math.abs(rhythm.nth), rhythm.nth < 0 ? " from the end" : ""];
    return `on business day ${count}${end} of ${every}`;
  }
  if (rhythm.kind === "WEEKDAY") {
    const weekday = WEEKDAYS[rhythm.weekday];
    return `on the ${NTH[rhythm.nth]} ${weekday} of ${every}${ROLLED[rhythm.roll]}`;
  }
  if (rhythm.days[0] === 31 && rhythm.roll === "PRECEDING") {
    return `on the last business day of ${every}`;
  }
  const days = rhythm.days.map((day) => (day === 31 ? "the last day" : `day ${day}`));
  return `on ${LIST.format(days)} of ${every}${ROLLED[rhythm.roll]}`;
}
