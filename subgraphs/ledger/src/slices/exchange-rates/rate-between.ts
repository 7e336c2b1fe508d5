import { AppError } from "@allfunds/contract/errors";
import { rateBetween, type RateUsed as RateUsedOf } from "@allfunds/contract/money";
import type { ExchangeRate } from "./exchange-rate.ts";

/** A rate with its place in the tenant's book. */
export interface KnownRate extends ExchangeRate {
  /** Position of its event in the tenant's own book. */
  readonly position: number;
  /** Its place in that event, from 0. */
  readonly line: number;
}

/** A rate between two currencies and the records it was made of: one, or two of a cross. */
export type RateUsed = RateUsedOf<KnownRate>;

/** Units of `currency` for one of `base`, as `rateBetween` of the contract; RATE_MISSING when no way leads there. */
export function requireRateBetween(
  newest: readonly KnownRate[],
  currency: string,
  base: string,
): RateUsed {
  const found = rateBetween(newest, currency, base);
  if (found !== null) return found;
  throw new AppError("RATE_MISSING", `There is no exchange rate from ${currency} to ${base}.`, {
    violations: [{ path: "exchangeRates", message: `have none from ${currency} to ${base}` }],
  });
}
