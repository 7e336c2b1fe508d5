import type { Fee } from "@allfunds/contract/fund-administration";
import type { Decimal } from "@allfunds/contract/money";
import type { ValuationInputs } from "@allfunds/contract/valuation";
import { yearFraction, type YearFraction } from "../lots/day-count.ts";
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

/** A fee of the terms, as it holds from a date on; null for none. */
interface DatedFee {
  readonly effectiveFrom: string;
  readonly fee: Fee | null;
}

/** The periods of a fee from one NAV date to the next, the first day counted and the last not; `dated` is in order. */
export function feePeriods(
  dated: readonly DatedFee[],
  since: string,
  navDate: string,
): ValuationInputs["fees"][number]["periods"] {
  const changes = dated
    .map(({ effectiveFrom }) => effectiveFrom)
    .filter((date) => date > since && date < navDate);
  const starts = [since, ...changes];
  return starts.flatMap((start, index) => {
    const fee = (dated.findLast(({ effectiveFrom }) => effectiveFrom <= start) ?? dated[0])?.fee;
    if (fee === undefined || fee === null) return [];
    const { numerator, denominator } = yearFraction(
      fee.dayCount,
      start,
      starts[index + 1] ?? navDate,
    );
    if (numerator === 0n) return [];
    const tiers = fee.tiers.map(({ from, rate }) => ({ from, rate }));
    return [{ tiers, numerator: String(numerator), denominator: String(denominator) }];
  });
}
