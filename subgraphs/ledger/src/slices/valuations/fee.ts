import type { Fee } from "@allfunds/contract/fund-administration";
import type { Decimal } from "@allfunds/contract/money";
import type { ValuationInputs } from "@allfunds/contract/valuation";
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

const DAY_MS = 86_400_000;

const daysBetween = (from: string, to: string): number =>
  (Date.parse(to) - Date.parse(from)) / DAY_MS;

/** The part of a year between two dates. */
function yearFraction(dayCount: Fee["dayCount"], from: string, to: string): YearFraction {
  switch (dayCount) {
    case "ACT_360":
      return { numerator: BigInt(daysBetween(from, to)), denominator: 360n };
    case "ACT_365F":
      return { numerator: BigInt(daysBetween(from, to)), denominator: 365n };
    case "ACT_ACT_ISDA":
      return actualActual(from, to);
    case "THIRTY_360":
      return { numerator: BigInt(thirtyDays(from, to, false)), denominator: 360n };
    case "THIRTY_E_360":
      return { numerator: BigInt(thirtyDays(from, to, true)), denominator: 360n };
  }
}

/** Days in leap years count a 366th of a year, others a 365th. */
function actualActual(from: string, to: string): YearFraction {
  let numerator = 0n;
  for (let start = from; start < to;) {
    const year = Number(start.slice(0, 4));
    const next = `${String(year + 1).padStart(4, "0")}-01-01`;
    const end = next < to ? next : to;
    const isLeap = daysBetween(`${start.slice(0, 4)}-01-01`, next) === 366;
    numerator += BigInt(daysBetween(start, end)) * (isLeap ? 365n : 366n);
    start = end;
  }
  return { numerator, denominator: 365n * 366n };
}

/** Days between two dates of months of 30; a European end on the 31st is always the 30th. */
function thirtyDays(from: string, to: string, isEuropean: boolean): number {
  const [startYear = 0, startMonth = 0, startDay = 0] = from.split("-").map(Number);
  const [endYear = 0, endMonth = 0, endDay = 0] = to.split("-").map(Number);
  const start = Math.min(startDay, 30);
  const end = isEuropean || start === 30 ? Math.min(endDay, 30) : endDay;
  return (endYear - startYear) * 360 + (endMonth - startMonth) * 30 + end - start;
}
