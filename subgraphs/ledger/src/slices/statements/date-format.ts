import { invalidInput } from "@allfunds/contract/errors";
import { isCalendarDate } from "@allfunds/platform/dates";

const TOKEN = /YYYY|YY|MM|M|DD|D/g;
const PATTERNS: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  YY: "(?<year>\\d{2})",
  MM: "(?<month>\\d{2})",
  M: "(?<month>\\d{1,2})",
  DD: "(?<day>\\d{2})",
  D: "(?<day>\\d{1,2})",
};

/** Reads a text as a calendar date `YYYY-MM-DD`, undefined when it is none. */
export type DateReader = (text: string) => string | undefined;

/** A reader of dates written like `DD.MM.YYYY`; two-digit years are of this century. */
export function dateReader(format: string): DateReader {
  const tokens = format.match(TOKEN) ?? [];
  const kinds = tokens.map((token) => token.charAt(0)).sort();
  if (kinds.join("") !== "DMY" || format.length > 20) {
    throw invalidInput(
      "csv.dateFormat",
      "must have one year (YYYY, YY), one month (MM, M) and one day (DD, D)",
    );
  }
  const literals = format.split(TOKEN).map((literal) => literal.replace(/[^A-Za-z0-9]/g, "\\$&"));
  const pattern = literals.map((literal, index) => literal + (PATTERNS[tokens[index] ?? ""] ?? ""));
  const expression = new RegExp(`^${pattern.join("")}$`);
  return (text) => {
    const { year = "", month = "", day = "" } = expression.exec(text)?.groups ?? {};
    const date = [year.padStart(4, "20"), month.padStart(2, "0"), day.padStart(2, "0")].join("-");
    return isCalendarDate(date) ? date : undefined;
  };
}
