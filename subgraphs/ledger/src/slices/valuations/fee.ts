import type { Decimal } from "@allfunds/contract/money";
import { divideRounded } from "@allfunds/contract/money";

/** What a fund owes its service providers by the day, and on which it is accrued at each strike. */
export type FeeKind = "MANAGEMENT" | "ADMINISTRATION" | "CUSTODY";

/** A yearly rate that holds for the part of the base from `fromMinor` up to the next tier. */
interface FeeTier {
  /** Minor units of the fund's base currency. */
  readonly fromMinor: bigint;
  /** A fraction of one: `0.0150` is 1.5 %. */
  readonly rate: Decimal;
}

/** A part of a year, as a day count counts it. */
interface YearFraction {
  readonly numerator: bigint;
  /** Positive. */
  readonly denominator: bigint;
}

/** Days for which the same tiers held. */
export interface FeePeriod {
  /** By rising `fromMinor`. */
  readonly tiers: readonly FeeTier[];
  readonly years: YearFraction;
}

/**
 * The fee on a base over consecutive periods, in minor units: the sum of slice x rate x years, rounded HALF_UP
 * once. A base of nothing or less owes no fee.
 */
export function accruedFee(baseMinor: bigint, periods: readonly FeePeriod[]): bigint {
  let dividend = 0n;
  let divisor = 1n;
  for (const { tiers, years } of periods) {
    for (const [index, { fromMinor, rate }] of tiers.entries()) {
      const slice = sliceOf(baseMinor, fromMinor, tiers[index + 1]?.fromMinor);
      const part = slice * rate.unscaled * years.numerator;
      const parts = 10n ** BigInt(rate.scale) * years.denominator;
      dividend = dividend * parts + part * divisor;
      divisor *= parts;
    }
  }
  return divideRounded(dividend, divisor, "HALF_UP");
}

function sliceOf(baseMinor: bigint, fromMinor: bigint, toMinor: bigint | undefined): bigint {
  const end = toMinor === undefined || baseMinor < toMinor ? baseMinor : toMinor;
  return end > fromMinor ? end - fromMinor : 0n;
}
