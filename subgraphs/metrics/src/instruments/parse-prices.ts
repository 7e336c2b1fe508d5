import { AppError, invalidInput } from "@allfunds/contract/errors";
import { parseDecimal } from "@allfunds/contract/money";
import { isCalendarDate } from "@allfunds/platform/dates";
import type { Violation } from "@allfunds/contract/errors";
import { CsvError, parse } from "csv-parse/sync";

/** Which columns of a CSV file hold what, and how they are written. */
export interface PriceCsvMapping {
  date: string;
  close: string;
  dateFormat: string;
  decimalSeparator: string;
  delimiter: string;
}

export interface PriceRow {
  day: string;
  /** Decimal string, greater than zero. */
  close: string;
}

const MOST_ROWS = 100_000;
const MOST_VIOLATIONS = 20;
const MOST_DECIMALS = 12;

interface Line {
  record: Record<string, string>;
  number: number;
}

/**
 * Reads prices from CSV. A file with any bad row is refused whole, with the line numbers of the
 * first twenty; a row repeated word for word counts once.
 *
 * @param today prices after this day are refused
 */
export function parsePrices(content: string, mapping: PriceCsvMapping, today: string): PriceRow[] {
  const lines = readLines(content, mapping);
  const readDay = dateReader(mapping.dateFormat);
  if (readDay === null)
    throw invalidInput("csv.dateFormat", "must name YYYY, M or MM or MMM, and D or DD once");
  const seen = new Map<string, { line: number; close: string }>();
  const violations: Violation[] = [];
  for (const { record, number } of lines) {
    const row = readRow(record, mapping, readDay, today);
    const before = typeof row === "string" ? undefined : seen.get(row.day);
    if (typeof row === "string") violations.push(atLine(number, row));
    else if (before === undefined) seen.set(row.day, { line: number, close: row.close });
    else if (before.close !== row.close) {
      violations.push(atLine(number, `another price of ${row.day} is on line ${before.line}`));
    }
  }
  refuse(violations, lines.length);
  return [...seen].map(([day, { close }]) => ({ day, close }));
}

function readLines(content: string, { date, close, delimiter }: PriceCsvMapping): Line[] {
  if (delimiter.length !== 1) throw invalidInput("csv.delimiter", "must be one character");
  const options = {
    columns: true,
    bom: true,
    trim: true,
    skip_empty_lines: true,
    info: true,
  } as const;
  try {
    // With `info` each record comes with the line it ends on, which the typings leave out.
    const parsed: unknown = parse(content, { ...options, delimiter, to: MOST_ROWS + 1 });
    const rows = parsed as { record: Record<string, string>; info: { lines: number } }[];
    if (rows.length === 0) throw invalidInput("content", "holds no price");
    if (rows.length > MOST_ROWS) throw invalidInput("content", `holds more than ${MOST_ROWS} rows`);
    for (const column of [date, close]) {
      if (Object.hasOwn(rows[0]!.record, column)) continue;
      throw invalidInput("csv", `there is no column "${column.slice(0, 40)}" in the first line`);
    }
    return rows.map(({ record, info }) => ({ record, number: info.lines }));
  } catch (error) {
    if (error instanceof CsvError) throw invalidInput("content", error.message);
    throw error;
  }
}

/** The price of a line, or what is wrong with it. */
function readRow(
  record: Record<string, string>,
  mapping: PriceCsvMapping,
  readDay: (text: string) => string | null,
  today: string,
): PriceRow | string {
  const dayText = record[mapping.date] ?? "";
  const day = readDay(dayText);
  if (day === null) return `"${dayText.slice(0, 30)}" is not a date written ${mapping.dateFormat}`;
  if (day > today) return `${day} lies in the future`;
  const close = readClose(record[mapping.close] ?? "", mapping.decimalSeparator);
  return close === null
    ? `"${(record[mapping.close] ?? "").slice(0, 30)}" is not a price above zero with at most ${MOST_DECIMALS} decimals`
    : { day, close };
}

function readClose(text: string, decimalSeparator: string): string | null {
  if (decimalSeparator !== "." && text.includes(".")) return null;
  const plain = text.replace(decimalSeparator, ".");
  try {
    const { unscaled, scale } = parseDecimal(plain);
    return unscaled > 0n && scale <= MOST_DECIMALS ? plain : null;
  } catch {
    return null;
  }
}

const atLine = (line: number, message: string): Violation => ({
  path: `content.line.${line}`,
  message,
});

function refuse(violations: readonly Violation[], rows: number): void {
  if (violations.length === 0) return;
  throw new AppError(
    "INVALID_INPUT",
    `${violations.length} of ${rows} rows cannot be read; nothing was stored.`,
    { violations: violations.slice(0, MOST_VIOLATIONS) },
  );
}

const TOKENS: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  MMM: "(?<name>[A-Za-z]{3})",
  MM: "(?<month>\\d{2})",
  M: "(?<month>\\d{1,2})",
  DD: "(?<day>\\d{2})",
  D: "(?<day>\\d{1,2})",
};
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * A reader of dates written in a format of the tokens YYYY, MM, M, MMM (Jan), DD and D; it returns
 * an ISO date, or null for text that is no such date. Null for a format that lacks a part.
 *
 * @example dateReader("D/M/YYYY")?.("3/1/2000") // "2000-01-03"
 */
export function dateReader(format: string): ((text: string) => string | null) | null {
  const hasEveryPart = /YYYY/.test(format) && /M/.test(format) && /D/.test(format);
  if (!hasEveryPart || format.length > 40) return null;
  const pattern = toPattern(format);
  return pattern && ((text) => readDate(pattern, text));
}

function toPattern(format: string): RegExp | null {
  const escaped = format.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  try {
    return new RegExp(`^${escaped.replaceAll(/YYYY|MMM|MM|M|DD|D/g, (token) => TOKENS[token]!)}$`);
  } catch {
    // A part that is named twice makes no pattern.
    return null;
  }
}

function readDate(pattern: RegExp, text: string): string | null {
  const parts = pattern.exec(text.trim())?.groups;
  if (parts === undefined) return null;
  const named = MONTHS.indexOf(parts["name"]?.toLowerCase() ?? "") + 1;
  const month = parts["month"] ?? String(named);
  const date = `${parts["year"]}-${month.padStart(2, "0")}-${parts["day"]?.padStart(2, "0")}`;
  return isCalendarDate(date) ? date : null;
}
