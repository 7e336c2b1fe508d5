import { AppError } from "@allfunds/contract/errors";
import {
  cross,
  inverse,
  PARITY,
  parseDecimal,
  quoted,
  type Quotation,
} from "@allfunds/contract/money";
import type { ExchangeRate } from "./exchange-rate.ts";

/** A rate with its place in the tenant's book. */
export interface KnownRate extends ExchangeRate {
  /** Position of its event in the tenant's own book. */
  readonly position: number;
  /** Its place in that event, from 0. */
  readonly line: number;
}

/** A rate between two currencies and the records it was made of: one, or two of a cross. */
export interface RateUsed {
  readonly currency: string;
  readonly base: string;
  readonly quotation: Quotation;
  /** The older day of its records. */
  readonly date: string;
  readonly records: readonly KnownRate[];
}

/** How a candidate was reached; of the same day the shorter way wins. */
const WAYS = ["QUOTED", "INVERSE", "CROSS", "TURNED_CROSS"] as const;

interface Candidate extends RateUsed {
  readonly way: (typeof WAYS)[number];
}

/**
 * Units of `currency` for one of `base`, from the newest rate of each pair: as quoted, else turned round, else
 * through a third currency. A newer day wins, then the shorter way.
 * RATE_MISSING when no way leads there.
 */
export function rateBetween(
  newest: readonly KnownRate[],
  currency: string,
  base: string,
): RateUsed {
  if (currency === base)
    return { currency, base, quotation: PARITY, date: "9999-12-31", records: [] };
  const candidates = [
    ...newest.flatMap((rate) => direct(rate, currency, base)),
    ...crosses(newest, currency, base),
  ].toSorted(byPreference);
  const [found] = candidates;
  if (found !== undefined) {
    const { way: _way, ...used } = found;
    return used;
  }
  throw new AppError("RATE_MISSING", `There is no exchange rate from ${currency} to ${base}.`, {
    violations: [{ path: "exchangeRates", message: `have none from ${currency} to ${base}` }],
  });
}

/** The same, or null where no way leads there. */
export function rateOrNull(
  newest: readonly KnownRate[],
  currency: string,
  base: string,
): RateUsed | null {
  try {
    return rateBetween(newest, currency, base);
  } catch (error) {
    if (error instanceof AppError && error.code === "RATE_MISSING") return null;
    throw error;
  }
}

const byPreference = (a: Candidate, b: Candidate): number =>
  compare(b.date, a.date) ||
  WAYS.indexOf(a.way) - WAYS.indexOf(b.way) ||
  compare(a.records[0]?.base ?? "", b.records[0]?.base ?? "");

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const quotationOf = ({ rate }: ExchangeRate): Quotation => quoted(parseDecimal(rate));

function direct(rate: KnownRate, currency: string, base: string): Candidate[] {
  const of = { currency, base, date: rate.date, records: [rate] };
  if (rate.base === base && rate.quote === currency) {
    return [{ ...of, way: "QUOTED", quotation: quotationOf(rate) }];
  }
  if (rate.base === currency && rate.quote === base) {
    return [{ ...of, way: "INVERSE", quotation: inverse(quotationOf(rate)) }];
  }
  return [];
}

/** Through a third currency: as the euro is quoted for both in the rates of the ECB, or turned round on either side. */
function crosses(newest: readonly KnownRate[], currency: string, base: string): Candidate[] {
  const thirds = new Set(newest.flatMap((rate) => [rate.base, rate.quote]));
  return [...thirds]
    .filter((third) => third !== currency && third !== base)
    .toSorted(compare)
    .flatMap((third) => {
      const against = newest.flatMap((rate) => direct(rate, base, third));
      return newest
        .flatMap((rate) => direct(rate, currency, third))
        .flatMap((one) => against.map((other) => crossed(one, other, base)));
    });
}

function crossed(one: Candidate, other: Candidate, base: string): Candidate {
  const isQuoted = one.way === "QUOTED" && other.way === "QUOTED";
  return {
    way: isQuoted ? "CROSS" : "TURNED_CROSS",
    currency: one.currency,
    base,
    date: one.date < other.date ? one.date : other.date,
    quotation: cross(one.quotation, other.quotation),
    records: [...one.records, ...other.records],
  };
}
