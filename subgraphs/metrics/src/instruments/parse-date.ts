import { isCalendarDate } from "@allfunds/platform/dates";

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
 * A reader of dates written in a format of the tokens YYYY, MM, M, MMM (Jan), DD and D; it answers
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
