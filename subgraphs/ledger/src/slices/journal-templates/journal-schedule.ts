/** How often a journal is posted. */
export const JOURNAL_FREQUENCIES = {
  WEEKLY: "WEEKLY",
  MONTHLY: "MONTHLY",
  QUARTERLY: "QUARTERLY",
  YEARLY: "YEARLY",
} as const;
export type JournalFrequency = keyof typeof JOURNAL_FREQUENCIES;

/** The days on which a journal is posted. */
export interface JournalSchedule {
  readonly frequency: JournalFrequency;
  /** Day of the month, 1 to 31; a month without it has its last day. Null for WEEKLY: the weekday of the first date. */
  readonly dayOfMonth: number | null;
  /** No day before it. Its month is the first of the quarters or years. */
  readonly firstDate: string;
  /** No day after it; null without an end. */
  readonly lastDate: string | null;
}

const MONTHS: Readonly<Record<Exclude<JournalFrequency, "WEEKLY">, number>> = {
  MONTHLY: 1,
  QUARTERLY: 3,
  YEARLY: 12,
};
const DAY_MS = 86_400_000;
const DAYS_OF_WEEK = 7;

const isoOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** A date some days later; earlier for a negative number. */
export const addDays = (date: string, days: number): string =>
  isoOf(Date.parse(date) + days * DAY_MS);

/** The first day of the month after a date's. */
export const firstOfNextMonth = (date: string): string => {
  const [year = 0, month = 0] = date.split("-").map(Number);
  return isoOf(Date.UTC(year, month, 1));
};

const later = (one: string, other: string): string => (one > other ? one : other);

/** The first day of the schedule that is not before `from`; null when there is none any more. */
export function nextDay(schedule: JournalSchedule, from: string): string | null {
  const { frequency, firstDate, lastDate } = schedule;
  const earliest = later(from, firstDate);
  const day =
    frequency === "WEEKLY"
      ? nextOfWeek(firstDate, earliest)
      : nextOfMonth(schedule, MONTHS[frequency], earliest);
  // Behind the last year that a date can have nothing is posted.
  if (day.length !== 10) return null;
  return lastDate !== null && day > lastDate ? null : day;
}

function nextOfWeek(firstDate: string, earliest: string): string {
  const days = (Date.parse(earliest) - Date.parse(firstDate)) / DAY_MS;
  return addDays(firstDate, Math.ceil(days / DAYS_OF_WEEK) * DAYS_OF_WEEK);
}

const monthOf = (date: string): number =>
  Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;

function nextOfMonth(
  { dayOfMonth, firstDate }: JournalSchedule,
  step: number,
  earliest: string,
): string {
  const first = monthOf(firstDate);
  const steps = Math.ceil((monthOf(earliest) - first) / step);
  const day = dayIn(first + steps * step, dayOfMonth ?? 1);
  return day >= earliest ? day : dayIn(first + (steps + 1) * step, dayOfMonth ?? 1);
}

/** A day of a month, counted from the year 0; the last one where the month is shorter. */
function dayIn(month: number, dayOfMonth: number): string {
  const [year, ofYear] = [Math.floor(month / 12), month % 12];
  const days = new Date(Date.UTC(year, ofYear + 1, 0)).getUTCDate();
  return isoOf(Date.UTC(year, ofYear, Math.min(dayOfMonth, days)));
}
