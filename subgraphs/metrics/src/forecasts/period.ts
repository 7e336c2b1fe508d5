import { addDays, addMonths, daysBetween, monthStart } from "../series/calendar.ts";

/** How often a series that is forecast has values. */
export const ForecastFrequency = {
  HOURLY: "HOURLY",
  DAILY: "DAILY",
  BUSINESS_DAILY: "BUSINESS_DAILY",
  WEEKLY: "WEEKLY",
  MONTHLY: "MONTHLY",
  QUARTERLY: "QUARTERLY",
  YEARLY: "YEARLY",
} as const;
export type ForecastFrequency = (typeof ForecastFrequency)[keyof typeof ForecastFrequency];

interface Rule {
  /** Periods in a season; 1 for none. */
  readonly seasonLength: number;
  readonly longestHorizon: number;
  /** Mean length in days. */
  readonly days: number;
}

/** What each frequency means; the horizons reach about as far as a season or two can be judged. */
export const PERIOD_RULES: Readonly<Record<ForecastFrequency, Rule>> = {
  HOURLY: { seasonLength: 24, longestHorizon: 168, days: 1 / 24 },
  DAILY: { seasonLength: 7, longestHorizon: 366, days: 1 },
  BUSINESS_DAILY: { seasonLength: 5, longestHorizon: 261, days: 1.4 },
  WEEKLY: { seasonLength: 52, longestHorizon: 104, days: 7 },
  MONTHLY: { seasonLength: 12, longestHorizon: 60, days: 30.44 },
  QUARTERLY: { seasonLength: 4, longestHorizon: 20, days: 91.31 },
  YEARLY: { seasonLength: 1, longestHorizon: 10, days: 365.24 },
};

/** 0 for Monday to 6 for Sunday. */
const weekday = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
const isWeekend = (day: string): boolean => weekday(day) >= 5;

/** Frequencies whose periods are made of whole days. */
export type DayFrequency = Exclude<ForecastFrequency, "HOURLY">;

const MONTHS = { MONTHLY: 1, QUARTERLY: 3, YEARLY: 12 } as const;

/** First day of the period that holds a day; a weekend belongs to the working day before it. */
export function periodStart(frequency: DayFrequency, day: string): string {
  switch (frequency) {
    case "DAILY":
      return day;
    case "BUSINESS_DAILY":
      return isWeekend(day) ? addDays(day, 4 - weekday(day)) : day;
    case "WEEKLY":
      return addDays(day, -weekday(day));
    case "MONTHLY":
    case "QUARTERLY":
    case "YEARLY": {
      const start = monthStart(day);
      const month = Number(start.slice(5, 7)) - 1;
      return addMonths(start, -(month % MONTHS[frequency]));
    }
  }
}

/** First day of the period after the one that starts on `start`. */
export function nextPeriod(frequency: DayFrequency, start: string): string {
  switch (frequency) {
    case "DAILY":
      return addDays(start, 1);
    case "BUSINESS_DAILY":
      return addDays(start, weekday(start) >= 4 ? 7 - weekday(start) : 1);
    case "WEEKLY":
      return addDays(start, 7);
    case "MONTHLY":
    case "QUARTERLY":
    case "YEARLY":
      return addMonths(start, MONTHS[frequency]);
  }
}

/** Last day of the period that starts on `start`; of a working day that day. */
export const periodEnd = (frequency: DayFrequency, start: string): string =>
  frequency === "BUSINESS_DAILY" ? start : addDays(nextPeriod(frequency, start), -1);

/** First days of all periods from one to another, both included. */
export function periodsBetween(frequency: DayFrequency, first: string, last: string): string[] {
  const periods: string[] = [];
  for (let start = first; start <= last; start = nextPeriod(frequency, start)) periods.push(start);
  return periods;
}

/** Share of a period that is over at the end of a day, 0 to 1. */
export function elapsedShare(frequency: DayFrequency, start: string, day: string): number {
  const length = daysBetween(start, periodEnd(frequency, start)) + 1;
  return Math.min(1, Math.max(0, (daysBetween(start, day) + 1) / length));
}

/** First day of the period `count` periods before the one that starts on `start`, or a little before it. */
export const periodsBefore = (frequency: DayFrequency, start: string, count: number): string =>
  periodStart(frequency, addDays(start, -Math.ceil(count * PERIOD_RULES[frequency].days)));

/** Last days of the periods that follow the one that starts on `start`, nearest first. */
export function endsAfter(frequency: DayFrequency, start: string, count: number): string[] {
  const ends: string[] = [];
  let next = start;
  while (ends.length < count) {
    next = nextPeriod(frequency, next);
    ends.push(periodEnd(frequency, next));
  }
  return ends;
}
