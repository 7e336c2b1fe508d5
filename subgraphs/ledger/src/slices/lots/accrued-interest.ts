import { currencyScale, divideRounded, parseDecimal } from "@allfunds/contract/money";
import type { BondTerms } from "../securities/security.ts";
import { couponDates, daysBetween, yearFraction, type YearFraction } from "./day-count.ts";

/** A nominal: `unscaled` x 10^-`scale` units of the bond's currency. */
interface Nominal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/**
 * Interest that a bond has accrued on a day, in minor units: nominal x coupon rate x the part of a year since the
 * last coupon. Within the days before a coupon that are ex it is negative: what the seller keeps of it.
 */
export function accruedInterest(
  bond: BondTerms,
  nominal: Nominal,
  currency: string,
  on: string,
): bigint {
  const period = couponPeriod(bond, on);
  if (period === undefined) return 0n;
  const [start, end] = period;
  const isEx = bond.exCouponDays > 0 && daysBetween(on, end) <= bond.exCouponDays;
  if (!isEx) return interestOf(bond, nominal, currency, start, on);
  return -interestOf(bond, nominal, currency, on, end);
}

/** The coupon of the period that ends on a coupon date, in minor units; a regular one is rate / frequency. */
export function couponOf(
  bond: BondTerms,
  nominal: Nominal,
  currency: string,
  couponDate: string,
): bigint {
  const dates = couponDates(bond);
  const at = dates.indexOf(couponDate);
  if (at === -1) return 0n;
  const start = dates[at - 1] ?? bond.accruesFrom;
  return interestOf(bond, nominal, currency, start, couponDate);
}

/** The coupon period that a day is in: its start counts, its end does not; undefined outside the bond's life. */
function couponPeriod(bond: BondTerms, on: string): [start: string, end: string] | undefined {
  if (on < bond.accruesFrom || on >= bond.maturity) return undefined;
  let start = bond.accruesFrom;
  for (const date of couponDates(bond)) {
    if (on < date) return [start, date];
    start = date;
  }
  return undefined;
}

function interestOf(
  bond: BondTerms,
  nominal: Nominal,
  currency: string,
  from: string,
  to: string,
): bigint {
  const fraction = yearFraction(bond.dayCount, from, to, bond);
  return roundedInterest(bond, nominal, currency, fraction);
}

/** One rounding HALF_UP of the exact product. */
function roundedInterest(
  { couponRate }: BondTerms,
  nominal: Nominal,
  currency: string,
  { numerator, denominator }: YearFraction,
): bigint {
  const rate = parseDecimal(couponRate);
  const dividend =
    nominal.unscaled * rate.unscaled * numerator * 10n ** BigInt(currencyScale(currency));
  const divisor = 10n ** BigInt(nominal.scale + rate.scale) * denominator;
  return divideRounded(dividend, divisor, "HALF_UP");
}
