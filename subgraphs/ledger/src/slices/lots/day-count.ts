import type { DayCount } from "../securities/security.ts";

/** A part of a year as an exact fraction, so that interest is rounded once. `denominator` is positive. */
export interface YearFraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The coupon dates of a bond, as far as ACT/ACT ICMA reads them. */
export interface CouponSchedule {
  /** Coupons of a year. */
  readonly frequency: number;
  readonly accruesFrom: string;
  readonly firstCoupon: string | null;
  readonly maturity: string;
  /** Coupons fall on the last day of their month. */
  readonly isMonthEnd: boolean;
}

const DAY_MS = 86_400_000;

const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

/** Calendar days from the first date, which counts, to the last, which does not; negative when it lies before. */
export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from);

const ZERO: YearFraction = { numerator: 0n, denominator: 1n };

/**
 * The part of a year between two dates: the first counts, the last does not. ISDA 2006 definitions, section 4.16;
 * ACT/ACT ICMA by rule 251 over the quasi-coupon periods of the schedule, which it needs.
 */
export function yearFraction(
  dayCount: DayCount,
  from: string,
  to: string,
  schedule?: CouponSchedule,
): YearFraction {
  switch (dayCount) {
    case "ACT_360":
      return over(daysBetween(from, to), 360);
    case "ACT_365F":
      return over(daysBetween(from, to), 365);
    case "THIRTY_360":
      return over(days30(from, to, false), 360);
    case "THIRTY_E_360":
      return over(days30(from, to, true), 360);
    case "ACT_ACT_ISDA":
      return actualIsda(from, to);
    case "ACT_ACT_ICMA":
      if (schedule === undefined) throw new Error("ACT/ACT ICMA needs a coupon schedule");
      return actualIcma(from, to, schedule);
  }
}

const over = (days: number, basis: number): YearFraction => ({
  numerator: BigInt(days),
  denominator: BigInt(basis),
});

const partsOf = (date: string): [year: number, month: number, day: number] => {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  return [year, month, day];
};

/** Months of 30 days: day 31 begins as 30, and ends as 30 behind 30 or 31, or always in the European form. */
function days30(from: string, to: string, isEuropean: boolean): number {
  const [y1, m1, d1] = partsOf(from);
  const [y2, m2, d2] = partsOf(to);
  const first = Math.min(d1, 30);
  const last = d2 === 31 && (isEuropean || first === 30) ? 30 : d2;
  return (y2 - y1) * 360 + (m2 - m1) * 30 + (last - first);
}

const isLeap = (year: number): boolean => daysBetween(`${year}-01-01`, `${year + 1}-01-01`) === 366;

function actualIsda(from: string, to: string): YearFraction {
  let [inLeap, inOthers] = [0, 0];
  for (let at = from; at < to;) {
    const year = partsOf(at)[0];
    const next = `${year + 1}-01-01`;
    const end = next < to ? next : to;
    if (isLeap(year)) inLeap += daysBetween(at, end);
    else inOthers += daysBetween(at, end);
    at = end;
  }
  return sum(over(inLeap, 366), over(inOthers, 365));
}

const sum = (a: YearFraction, b: YearFraction): YearFraction => ({
  numerator: a.numerator * b.denominator + b.numerator * a.denominator,
  denominator: a.denominator * b.denominator,
});

/** The days that a period shares with each quasi-coupon period, by frequency times the days of that. */
function actualIcma(from: string, to: string, schedule: CouponSchedule): YearFraction {
  let fraction = ZERO;
  for (const [start, end] of quasiPeriods(schedule, from, to)) {
    const first = start > from ? start : from;
    const last = end < to ? end : to;
    if (first >= last) continue;
    const basis = schedule.frequency * daysBetween(start, end);
    fraction = sum(fraction, over(daysBetween(first, last), basis));
  }
  return fraction;
}

/** The regular periods of a schedule that touch the days between two dates, also before its first coupon. */
function* quasiPeriods(
  { frequency, maturity, isMonthEnd }: CouponSchedule,
  from: string,
  to: string,
): Iterable<[start: string, end: string]> {
  if (frequency === 0) throw new Error("ACT/ACT ICMA needs coupons");
  const months = 12 / frequency;
  const at = (index: number): string => monthsFrom(maturity, index * months, isMonthEnd);
  let index = Math.floor(monthsBetween(maturity, from) / months) - 1;
  while (at(index + 1) <= from) index += 1;
  for (; at(index) < to; index += 1) yield [at(index), at(index + 1)];
}

const monthsBetween = (from: string, to: string): number => {
  const [y1, m1] = partsOf(from);
  const [y2, m2] = partsOf(to);
  return (y2 - y1) * 12 + (m2 - m1);
};

const pad = (value: number, length: number): string => String(value).padStart(length, "0");

/** The same day of another month, or its last day where it has no such day or the schedule rolls on month ends. */
export function monthsFrom(date: string, months: number, isMonthEnd = false): string {
  const [year, month, day] = partsOf(date);
  const index = year * 12 + (month - 1) + months;
  const [inYear, inMonth] = [Math.floor(index / 12), (index % 12) + 1];
  const most = new Date(Date.UTC(inYear, inMonth, 0)).getUTCDate();
  const on = isMonthEnd ? most : Math.min(day, most);
  return `${pad(inYear, 4)}-${pad(inMonth, 2)}-${pad(on, 2)}`;
}

/** The coupon dates of a bond in order, the last of them its maturity. */
export function couponDates({ frequency, ...schedule }: CouponSchedule): string[] {
  const { accruesFrom, firstCoupon, maturity, isMonthEnd } = schedule;
  if (frequency === 0) return [maturity];
  const months = 12 / frequency;
  const dates: string[] = [];
  // Backwards from maturity, as prospectuses do; a first coupon that is given ends what lies before it.
  for (let index = 0; ; index += 1) {
    const date = index === 0 ? maturity : monthsFrom(maturity, -index * months, isMonthEnd);
    if (date <= (firstCoupon ?? accruesFrom)) break;
    dates.unshift(date);
  }
  return firstCoupon === null ? dates : [firstCoupon, ...dates];
}
