import { invalidInput } from "@allfunds/contract/errors";
import { isCalendarDate } from "@allfunds/platform/dates";
import { FixedLayout } from "./fixed-layout.ts";
import type { PriceTime } from "./fixed-layout.ts";
import { ZonedTime } from "./zoned-time.ts";

/** Reads the times of a file; null for text that is no such time. */
export interface TimeReader {
  readonly granularity: "DAY" | "INSTANT";
  readonly read: (text: string) => PriceTime | null;
  /**
   * The same of a part of a file's bytes, as epoch milliseconds and NaN; undefined for a format that only texts are
   * read of.
   */
  readonly readBytes?: (bytes: Uint8Array, start: number, end: number) => number;
}

const TOKENS: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  MMM: "(?<name>[A-Za-z]{3})",
  MM: "(?<month>\\d{2})",
  M: "(?<month>\\d{1,2})",
  DD: "(?<day>\\d{2})",
  D: "(?<day>\\d{1,2})",
  HH: "(?<hour>[01]\\d|2[0-3])",
  mm: "(?<minute>[0-5]\\d)",
  ss: "(?<second>[0-5]\\d)(?:\\.(?<fraction>\\d{1,9}))?",
  Z: "(?<offset>Z|[+-](?:[01]\\d|2[0-3]):?[0-5]\\d)",
};
const ANY_TOKEN = /YYYY|MMM|MM|M|DD|D|HH|mm|ss|Z/g;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const LONGEST_FORMAT = 40;
/** Which epoch the formats X and x count in. */
const EPOCH_UNITS: Readonly<Record<string, number>> = { X: 1_000, x: 1 };

/**
 * A reader of dates or instants written in a format of the tokens YYYY, MM, M, MMM (Jan), DD, D, HH, mm, ss
 * (with a fraction) and Z (Z or +01:00), or X (seconds since 1970) or x (milliseconds). A format with HH
 * is one of instants: without Z they are local times of `timeZone`.
 *
 * @example timeReader("D/M/YYYY", "UTC").read("3/1/2000")?.text // "2000-01-03"
 */
export function timeReader(format: string, timeZone: string): TimeReader {
  const unit = EPOCH_UNITS[format];
  if (unit !== undefined) return { granularity: "INSTANT", read: (text) => readEpoch(text, unit) };
  const pattern = toPattern(format);
  if (pattern === null) {
    throw invalidInput(
      "csv.dateFormat",
      "must name YYYY, M or MM or MMM, and D or DD once; with HH also mm; or be X or x",
    );
  }
  const granularity = format.includes("HH") ? "INSTANT" : "DAY";
  const zone = granularity === "DAY" || format.includes("Z") ? null : new ZonedTime(timeZone);
  const fixed = FixedLayout.of(format, zone);
  // A pattern takes six times as long as a fixed layout, which most large files have.
  if (fixed !== null) {
    return {
      granularity,
      read: (text) => fixed.read(text),
      readBytes: (bytes, start, end) => fixed.readBytes(bytes, start, end),
    };
  }
  if (granularity === "DAY") return { granularity, read: (text) => readDay(pattern, text) };
  return { granularity, read: (text) => readInstant(pattern, zone, text) };
}

function toPattern(format: string): RegExp | null {
  if (format.length > LONGEST_FORMAT) return null;
  const named = new Set(format.match(ANY_TOKEN));
  const hasDate = named.has("YYYY") && /M/.test(format) && /D/.test(format);
  const hasTime = named.has("HH") === named.has("mm") && (named.has("HH") || !named.has("ss"));
  if (!hasDate || !hasTime) return null;
  const escaped = format.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  try {
    return new RegExp(`^${escaped.replaceAll(ANY_TOKEN, (token) => TOKENS[token] ?? token)}$`);
  } catch {
    // A part that is named twice makes no pattern.
    return null;
  }
}

type Parts = Readonly<Record<string, string | undefined>>;

function dateOf(parts: Parts): string | null {
  const named = MONTHS.indexOf(parts["name"]?.toLowerCase() ?? "") + 1;
  const month = parts["month"] ?? String(named);
  const date = `${parts["year"]}-${month.padStart(2, "0")}-${parts["day"]?.padStart(2, "0")}`;
  return isCalendarDate(date) ? date : null;
}

function readDay(pattern: RegExp, text: string): PriceTime | null {
  const parts = pattern.exec(text)?.groups;
  const date = parts === undefined ? null : dateOf(parts);
  return date === null ? null : { text: date, ms: Date.parse(date) };
}

function readInstant(pattern: RegExp, zone: ZonedTime | null, text: string): PriceTime | null {
  const parts = pattern.exec(text)?.groups;
  const date = parts === undefined ? null : dateOf(parts);
  if (parts === undefined || date === null) return null;
  const fraction = parts["fraction"] ?? "";
  // Finer instants would fall on one another.
  if (/[1-9]/.test(fraction.slice(3))) return null;
  const time = `${parts["hour"]}:${parts["minute"]}:${parts["second"] ?? "00"}.${fraction.slice(0, 3).padEnd(3, "0")}`;
  const local = Date.parse(`${date}T${time}Z`);
  const ms = zone === null ? local - offsetMs(parts["offset"] ?? "Z") : zone.toInstant(local);
  return ms === null || Number.isNaN(ms) ? null : { text: new Date(ms).toISOString(), ms };
}

function offsetMs(text: string): number {
  if (text === "Z") return 0;
  const digits = text.replace(":", "");
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return minutes < 24 * 60 ? (digits.startsWith("-") ? -1 : 1) * minutes * 60_000 : NaN;
}

/** Up to the year 9999 in milliseconds. */
const EPOCH = /^-?\d{1,15}$/;

function readEpoch(text: string, unit: number): PriceTime | null {
  const instant = EPOCH.test(text) ? new Date(Number(text) * unit) : null;
  if (instant === null || Number.isNaN(instant.getTime())) return null;
  const iso = instant.toISOString();
  return iso.startsWith("+") || iso.startsWith("-") ? null : { text: iso, ms: instant.getTime() };
}
