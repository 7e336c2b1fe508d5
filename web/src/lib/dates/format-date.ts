const LOCALE = "en-GB";

// Calendar dates carry no time zone; reading and writing them in UTC keeps the day they name.
const day = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const month = new Intl.DateTimeFormat(LOCALE, { month: "short", year: "numeric", timeZone: "UTC" });
const instant = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

/** "2026-11-22" as "22 Nov 2026". */
export function formatDay(date: string): string {
  return write(day, date);
}

/** "2026-11-01" as "Nov 2026". */
export function formatMonth(date: string): string {
  return write(month, date);
}

/** A UTC timestamp to the minute, with its time zone named. */
export function formatInstant(timestamp: string): string {
  return `${write(instant, timestamp)} UTC`;
}

function write(format: Intl.DateTimeFormat, text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : format.format(time);
}
