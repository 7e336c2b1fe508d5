import { parseDecimal } from "./decimal.ts";
import { cross, inverse, PARITY, quoted, type Quotation } from "./exchange.ts";

/** A rate as it was quoted for a day: one unit of `base` costs `rate` units of `quote`. */
export interface DatedRate {
  readonly date: string;
  readonly base: string;
  readonly quote: string;
  /** Decimal string above zero. */
  readonly rate: string;
}

/** A rate between two currencies and the records it was made of: one, or two of a cross. */
export interface RateUsed<Rate extends DatedRate = DatedRate> {
  readonly currency: string;
  readonly base: string;
  readonly quotation: Quotation;
  /** The older day of its records. */
  readonly date: string;
  readonly records: readonly Rate[];
}

/** How a candidate was reached; of the same day the shorter way wins. */
const WAYS = ["QUOTED", "INVERSE", "CROSS", "TURNED_CROSS"] as const;

interface Candidate<Rate extends DatedRate> extends RateUsed<Rate> {
  readonly way: (typeof WAYS)[number];
}

/**
 * Units of `currency` for one of `base`, from the newest rate of each pair: as quoted, else turned round, else
 * through a third currency. A newer day wins, then the shorter way. Null when no way leads there.
 *
 * @example rateBetween([{ date: "2026-06-30", base: "EUR", quote: "USD", rate: "1.10" }], "USD", "EUR")
 */
export function rateBetween<Rate extends DatedRate>(
  newest: readonly Rate[],
  currency: string,
  base: string,
): RateUsed<Rate> | null {
  if (currency === base)
    return { currency, base, quotation: PARITY, date: "9999-12-31", records: [] };
  const candidates = [
    ...newest.flatMap((rate) => direct(rate, currency, base)),
    ...crosses(newest, currency, base),
  ].toSorted(byPreference);
  const [found] = candidates;
  if (found === undefined) return null;
  const { way: _way, ...used } = found;
  return used;
}

const byPreference = (a: Candidate<DatedRate>, b: Candidate<DatedRate>): number =>
  compare(b.date, a.date) ||
  WAYS.indexOf(a.way) - WAYS.indexOf(b.way) ||
  compare(a.records[0]?.base ?? "", b.records[0]?.base ?? "");

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const quotationOf = ({ rate }: DatedRate): Quotation => quoted(parseDecimal(rate));

function direct<Rate extends DatedRate>(
  rate: Rate,
  currency: string,
  base: string,
): Candidate<Rate>[] {
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
function crosses<Rate extends DatedRate>(
  newest: readonly Rate[],
  currency: string,
  base: string,
): Candidate<Rate>[] {
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

function crossed<Rate extends DatedRate>(
  one: Candidate<Rate>,
  other: Candidate<Rate>,
  base: string,
): Candidate<Rate> {
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
