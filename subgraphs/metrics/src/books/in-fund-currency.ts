import { formatAmount } from "@allfunds/contract/money";
import type { Money } from "@allfunds/contract/money";
import type { FoundRate, NamedRate, Rates } from "./book-rates.ts";

/** Amounts of several currencies in one, the fund's or the reader's, and what it took. */
export interface InFundCurrency {
  /** Minor units of that currency, without what has no rate. */
  readonly minor: bigint;
  /** The latest rate that was used of each other currency; both of a cross. */
  readonly rates: readonly NamedRate[];
  /** What has no rate, by currency. */
  readonly missing: readonly Money[];
}

/** How amounts of other currencies are converted, as a sentence for a metric's method. */
export const RATE_RULE =
  "Other currencies are converted by the newest rate on or before the day: of one day an exchange rate that was recorded, also over a third currency, before that of a posting. Each amount is rounded half to even.";

interface DatedAmount extends Money {
  /** The day whose rate counts. */
  readonly day: string;
}

/** Adds amounts up in one currency, by the rates of the books or those of the reader. */
export function inFundCurrency(
  { currency, rates }: { readonly currency: string; readonly rates: Rates },
  amounts: Iterable<DatedAmount>,
): InFundCurrency {
  let total = 0n;
  const used = new Map<string, FoundRate>();
  const missing = new Map<string, bigint>();
  for (const { day, currency: of, minor } of amounts) {
    if (of === currency) total += minor;
    if (of === currency || minor === 0n) continue;
    const converted = rates.convert(day, minor, of, currency);
    if (converted === null) {
      missing.set(of, (missing.get(of) ?? 0n) + minor);
      continue;
    }
    total += converted.minor;
    const { found } = converted;
    const latest = used.get(of);
    if (latest === undefined || found.day >= latest.day) used.set(of, found);
  }
  return {
    minor: total,
    rates: [...used.values()].flatMap((found) => found.rates),
    missing: [...missing].map(([of, minor]) => ({ currency: of, minor })),
  };
}

/** The rates that were used, each with its date, for a metric's inputs. */
export const rateInputs = ({ rates }: Pick<InFundCurrency, "rates">): Record<string, string> =>
  Object.fromEntries(
    rates.flatMap(({ base, quote, rate, day, source }) => [
      [`rate ${base}/${quote}`, rate],
      [`date of rate ${base}/${quote}`, day],
      ...(source === undefined ? [] : [[`source of rate ${base}/${quote}`, source]]),
    ]),
  );

/** Amounts with their currencies, for texts. */
export const listOf = (amounts: readonly Money[]): string =>
  amounts.map(({ minor, currency }) => `${formatAmount(minor, currency)} ${currency}`).join(", ");
