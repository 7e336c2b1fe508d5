import type { BusinessDay } from "./business-days.ts";
import type { Random } from "./random.ts";

/** One line of an account before the bank has numbered it. */
export interface Movement {
  /** Signed cents of a euro: positive came in, negative went out. */
  readonly cents: number;
  readonly counterparty: string;
  readonly text: string;
  /** ISO date on which the money counts for interest; the booking date when absent. */
  readonly valueDate?: string;
}

/** What the people who move the money know on a given day. */
export interface Situation {
  readonly day: BusinessDay;
  readonly random: Random;
  /** Cents on the account before today's line. */
  readonly balance: number;
  /** Cents of securities held, at cost. */
  readonly invested: number;
}

/** Bank wording of a month, "11/2024". */
export const slashMonth = (day: BusinessDay): string =>
  `${String(day.month).padStart(2, "0")}/${day.year}`;

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** Bank wording of an ISO date, "06NOV24". */
export const compactDate = (isoDate: string): string =>
  `${isoDate.slice(8)}${MONTHS[Number(isoDate.slice(5, 7)) - 1]}${isoDate.slice(2, 4)}`;

/** "2025-03-31" becomes "31.03.2025". */
export const germanDate = (isoDate: string): string => isoDate.split("-").toReversed().join(".");

/** The quarter that ended before this day, "Q4/2024". */
export function lastQuarter(day: BusinessDay): string {
  const quarter = Math.ceil(day.month / 3) - 1;
  return quarter === 0 ? `Q4/${day.year - 1}` : `Q${quarter}/${day.year}`;
}

/** 123456 cents become "1234.56"; the sign stays. */
export function decimalText(cents: number, separator = "."): string {
  const digits = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${digits.slice(0, -2)}${separator}${digits.slice(-2)}`;
}

/** A share of an amount in hundredths of a percent, to the nearest cent. */
export const basisPoints = (cents: number, points: number): number =>
  Math.round((cents * points) / 10_000);
