import { currencyScale } from "@allfunds/contract/money";
import { isCalendarDate } from "@allfunds/platform/dates";
import { fullYear } from "./bank-date.ts";
import { linesOf, type LongText } from "./long-file.ts";

/** A record whose fields stand at fixed places, and its line in the file. */
export interface FixedRecord {
  readonly text: string;
  readonly line: number;
}

/** The records of a file, one on a line. */
export function* fixedRecordsOf(content: string | LongText): Generator<FixedRecord> {
  let line = 0;
  for (const row of linesOf(content)) {
    line += 1;
    const text = row.replaceAll("\u001a", "").trimEnd();
    if (text !== "") yield { text, line };
  }
}

/** The field from one place to another, counted from 1 as the standards do, without the spaces around it. */
export const fieldAt = ({ text }: FixedRecord, from: number, to: number): string =>
  text.slice(from - 1, to).trim();

/** A day written as DDMMYY. */
export function shortDay(text: string): string | undefined {
  const date = `${fullYear(text.slice(4, 6))}-${text.slice(2, 4)}-${text.slice(0, 2)}`;
  return /^\d{6}$/.test(text) && isCalendarDate(date) ? date : undefined;
}

/** Minor units of digits that have so many decimals; undefined where the currency has fewer than are filled. */
export function minorOfDigits(
  digits: string,
  decimals: number,
  currency: string,
): bigint | undefined {
  if (!/^\d{1,18}$/.test(digits)) return undefined;
  const more = currencyScale(currency) - decimals;
  const value = BigInt(digits);
  if (more >= 0) return value * 10n ** BigInt(more);
  const unit = 10n ** BigInt(-more);
  return value % unit === 0n ? value / unit : undefined;
}
