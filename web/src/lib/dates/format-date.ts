const LOCALE = "en-GB";

// Calendar dates carry no time zone; reading and writing them in UTC keeps the day they name.
const day = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const month = new Intl.DateTimeFormat(LOCALE, { month: "short", year: "numeric", timeZone: "UTC" });

const MINUTE = {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
} as const;
const SECOND = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;

/** "2026-11-22" as "22 Nov 2026". */
export function formatDay(date: string): string {
  return write(day, date);
}

/** "2026-11-01" as "Nov 2026". */
export function formatMonth(date: string): string {
  return write(month, date);
}

/** A UTC timestamp to the minute in a time zone, with the zone named. */
export function formatInstant(timestamp: string, timeZone: string): string {
  return write(formatIn(timeZone, "minute", MINUTE), timestamp);
}

/** The time of a UTC timestamp in a time zone, to the second. */
export function formatTime(timestamp: string, timeZone: string): string {
  return write(formatIn(timeZone, "second", SECOND), timestamp);
}

const formats = new Map<string, Intl.DateTimeFormat>();

// To make a format costs more than to use it a hundred times.
function formatIn(timeZone: string, kind: string, parts: Intl.DateTimeFormatOptions) {
  const key = `${kind} ${timeZone}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(LOCALE, { ...parts, timeZone });
  formats.set(key, format);
  return format;
}

function write(format: Intl.DateTimeFormat, text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : format.format(time);
}
