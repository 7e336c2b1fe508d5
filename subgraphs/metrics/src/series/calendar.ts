const MS_PER_DAY = 86_400_000;

const toText = (instant: Date): string => instant.toISOString().slice(0, 10);
const toInstant = (date: string): Date => new Date(`${date}T00:00:00Z`);

/** The calendar date of an instant in UTC. */
export const utcDate = (instant: Date): string => toText(instant);

/** The calendar date in UTC of epoch milliseconds. */
export const toDay = (time: number): string => toText(new Date(time));

/** The calendar date `days` after another; negative counts back. */
export const addDays = (date: string, days: number): string =>
  toText(new Date(toInstant(date).getTime() + days * MS_PER_DAY));

/** Days from one date to another, zero for the same day. */
export const daysBetween = (from: string, to: string): number =>
  (toInstant(to).getTime() - toInstant(from).getTime()) / MS_PER_DAY;

/** First day of the date's month. */
export const monthStart = (date: string): string => `${date.slice(0, 7)}-01`;

/** First day of the month `months` after the date's month. */
export function addMonths(date: string, months: number): string {
  const start = toInstant(monthStart(date));
  start.setUTCMonth(start.getUTCMonth() + months);
  return toText(start);
}

/** Last day of the date's month. */
export const monthEnd = (date: string): string => addDays(addMonths(date, 1), -1);

export const earlier = (a: string, b: string): string => (a < b ? a : b);
export const later = (a: string, b: string): string => (a > b ? a : b);
