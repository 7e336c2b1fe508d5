import { invalidInput } from "@allfunds/contract/errors";
import {
  addBusinessDays,
  addDays,
  dealingDayAfter,
  type Calendar,
  type Frequency,
} from "./business-days.ts";

/** What of a fund's terms decides when an order is dealt. */
export interface DealingTerms extends Calendar {
  readonly valuationFrequency: Frequency;
  /** `HH:MM` or `HH:MM:SS` in the zone. */
  readonly cutOffTime: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly noticeDays: number;
  readonly settlementDays: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const two = "2-digit";
    format = new Intl.DateTimeFormat("en-CA-u-hc-h23", {
      timeZone,
      year: "numeric",
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** Clock of a zone at an instant, as milliseconds of a UTC clock that shows the same. */
function clockOf(instantMs: number, timeZone: string): number {
  const parts = new Map<string, number>();
  for (const { type, value } of formatOf(timeZone).formatToParts(instantMs)) {
    parts.set(type, Number(value));
  }
  const at = (type: string): number => parts.get(type) ?? 0;
  const whole = Date.UTC(
    at("year"),
    at("month") - 1,
    at("day"),
    at("hour"),
    at("minute"),
    at("second"),
  );
  return whole + (((instantMs % 1_000) + 1_000) % 1_000);
}

/** The calendar date in a zone at an instant. */
export function dateIn(instant: Date, timeZone: string): string {
  const instantMs = instant.getTime();
  const last = lastDates.get(timeZone);
  if (last?.instantMs === instantMs) return last.date;
  const date = new Date(clockOf(instantMs, timeZone)).toISOString().slice(0, 10);
  lastDates.set(timeZone, { instantMs, date });
  return date;
}

/** By zone: orders of a bulk are received at one instant. */
const lastDates = new Map<string, { readonly instantMs: number; readonly date: string }>();

/**
 * The instant at which clocks of a zone show a time. Of a time that comes twice when clocks go back it is the
 * first; a time that clocks leave out when they go forward is as long after midnight as it would have been.
 */
export function instantOf(date: string, time: string, timeZone: string): Date {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  const wanted = Date.parse(`${date}T00:00:00Z`) + ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  // Offsets on both sides of whatever change of clocks is near.
  const offsets = [-86_400_000, 86_400_000].map(
    (shift) => clockOf(wanted + shift, timeZone) - (wanted + shift),
  );
  const candidates = offsets.map((offset) => wanted - offset).toSorted((a, b) => a - b);
  const shown = candidates.find((instant) => clockOf(instant, timeZone) === wanted);
  return new Date(shown ?? wanted - (offsets[0] ?? 0));
}

/** When and how an order is dealt that was received at an instant. */
export interface Dealing {
  /** Trade date of the order: the day whose NAV it gets. */
  readonly dealingDate: string;
  /** Until then it could have been received for this date; an order received at this instant is too late. */
  readonly cutOffAt: Date;
  readonly settlementDate: string;
}

/**
 * The first dealing day, after `after` when given, whose cut-off is later than the receipt and that leaves the
 * notice period. The cut-off of a dealing day is on the business day that lies the notice period before it.
 */
export function dealingOf(terms: DealingTerms, receivedAt: Date, after?: string): Dealing {
  const last = lastOf.get(terms);
  // Until its cut-off, whatever is received behind an order is dealt with it.
  const isSame =
    last !== undefined &&
    last.after === after &&
    last.receivedAt <= receivedAt &&
    receivedAt < last.dealing.cutOffAt;
  if (isSame) return last.dealing;
  const dealing = findDealing(terms, receivedAt, after);
  lastOf.set(terms, { receivedAt, after, dealing });
  return dealing;
}

interface LastDealing {
  readonly receivedAt: Date;
  readonly after: string | undefined;
  readonly dealing: Dealing;
}

/** By terms: orders of a fund arrive in bulk, and reading clocks of a zone takes longer than all else. */
const lastOf = new WeakMap<DealingTerms, LastDealing>();

function findDealing(terms: DealingTerms, receivedAt: Date, after?: string): Dealing {
  // In a zone ahead of UTC the day may have begun already, and notice looks further on.
  let day: string | undefined = addDays(dateIn(receivedAt, terms.timeZone), -1);
  if (after !== undefined && after > day) day = after;
  while ((day = dealingDayAfter(terms, terms.valuationFrequency, day)) !== undefined) {
    const cutOffAt = cutOffOf(terms, day);
    if (cutOffAt.getTime() <= receivedAt.getTime()) continue;
    return {
      dealingDate: day,
      cutOffAt,
      settlementDate: addBusinessDays(terms, day, terms.settlementDays),
    };
  }
  throw invalidInput("receivedAt", "has no dealing day behind it in the calendar of the fund");
}

/** The instant from which on an order is too late for a dealing date. */
const cutOffOf = (terms: DealingTerms, dealingDate: string): Date =>
  instantOf(
    addBusinessDays(terms, dealingDate, -terms.noticeDays),
    terms.cutOffTime,
    terms.timeZone,
  );
