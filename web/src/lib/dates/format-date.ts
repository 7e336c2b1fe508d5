// Calendar dates carry no time zone; reading and writing them in UTC keeps the day they name.
const UTC = "UTC";

const DAY = { day: "numeric", month: "short", year: "numeric" } as const;
const MONTH = { month: "short", year: "numeric" } as const;
const MINUTE = {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
} as const;
const SECOND = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;

/** "2026-11-22" as "22 Nov 2026", as the locale writes it. */
export function formatDay(date: string, locale: string): string {
  return write(formatIn(locale, UTC, "day", DAY), date);
}

/** "2026-11-01" as "Nov 2026", as the locale writes it. */
export function formatMonth(date: string, locale: string): string {
  return write(formatIn(locale, UTC, "month", MONTH), date);
}

/** A UTC timestamp to the minute in a time zone, with the zone named. */
export function formatInstant(timestamp: string, timeZone: string, locale: string): string {
  return write(formatIn(locale, timeZone, "minute", MINUTE), timestamp);
}

/** The time of a UTC timestamp in a time zone, to the second. */
export function formatTime(timestamp: string, timeZone: string, locale: string): string {
  return write(formatIn(locale, timeZone, "second", SECOND), timestamp);
}

const formats = new Map<string, Intl.DateTimeFormat>();

// To make a format costs more than to use it a hundred times.
function formatIn(
  locale: string,
  timeZone: string,
  kind: string,
  parts: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${locale} ${kind} ${timeZone}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...parts, timeZone });
  formats.set(key, format);
  return format;
}

function write(format: Intl.DateTimeFormat, text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : format.format(time);
}
