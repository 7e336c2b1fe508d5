import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { EntrySide } from "@allfunds/contract/events";
import { currencyScale, divideRounded, parseAmount, parseDecimal } from "@allfunds/contract/money";

/** What an exchange reads of an entry. */
interface ExchangedEntry {
  readonly side: EntrySide;
  readonly amountMinor: bigint;
  readonly currency: string;
}

const MAX_RATE_DECIMALS = 18;

/** The rate of an exchange as the client gives it: one unit of `base` costs `rate` units of `quote`. */
export interface RequestedFx {
  readonly base: string;
  readonly quote: string;
  /** Decimal string; its decimals are its declared scale. */
  readonly rate: string;
  /** What was exchanged; all debits in the currency when absent. */
  readonly baseAmount?: string | undefined;
  readonly quoteAmount?: string | undefined;
}

/** The rate of an exchange as it was recorded; the amounts agree with it within rounding. */
export interface RecordedFx {
  readonly base: string;
  readonly quote: string;
  readonly rate: string;
  /** Decimals of the rate. */
  readonly scale: number;
  /** Minor units. */
  readonly baseMinor: bigint;
  readonly quoteMinor: bigint;
}

/** Checks the stated rates against what the entries exchange. */
export const settleFx = (
  requested: readonly RequestedFx[],
  entries: readonly ExchangedEntry[],
): RecordedFx[] => requested.map((fx, index) => settleOne(fx, `fx.${index}`, entries));

function settleOne(fx: RequestedFx, path: string, entries: readonly ExchangedEntry[]): RecordedFx {
  const { base, quote, rate } = fx;
  if (base === quote) throw invalidInput(`${path}.quote`, "must be another currency than base");
  const { unscaled, scale } = parseDecimal(rate);
  if (unscaled <= 0n || scale > MAX_RATE_DECIMALS) {
    throw invalidInput(
      `${path}.rate`,
      `must be above zero, with at most ${MAX_RATE_DECIMALS} decimals`,
    );
  }
  const baseMinor = exchanged(base, fx.baseAmount, `${path}.baseAmount`, entries);
  const quoteMinor = exchanged(quote, fx.quoteAmount, `${path}.quoteAmount`, entries);
  // quote = base x rate, both sides brought to the same scale.
  const costsMinor = baseMinor * unscaled * 10n ** BigInt(currencyScale(quote));
  const perQuoteMinor = 10n ** BigInt(currencyScale(base) + scale);
  const buysMinor = quoteMinor * perQuoteMinor;
  const perBaseMinor = unscaled * 10n ** BigInt(currencyScale(quote));
  if (
    !isNear(divideRounded(costsMinor, perQuoteMinor, "HALF_EVEN"), quoteMinor) &&
    !isNear(divideRounded(buysMinor, perBaseMinor, "HALF_EVEN"), baseMinor)
  ) {
    throw new AppError(
      "FX_RATE_MISMATCH",
      `The amounts in ${base} and ${quote} do not agree with the rate ${rate}.`,
      { violations: [{ path: `${path}.rate`, message: "does not agree with the amounts" }] },
    );
  }
  return { base, quote, rate, scale, baseMinor, quoteMinor };
}

/** One minor unit of either currency is rounding; more is another rate. */
const isNear = (one: bigint, other: bigint): boolean => one - other <= 1n && other - one <= 1n;

function exchanged(
  currency: string,
  amount: string | undefined,
  path: string,
  entries: readonly ExchangedEntry[],
): bigint {
  const movedMinor = entries
    .filter((entry) => entry.currency === currency && entry.side === "DEBIT")
    .reduce((sum, entry) => sum + entry.amountMinor, 0n);
  if (movedMinor === 0n) throw invalidInput(path, `no entry is in ${currency}`);
  const minor = amount === undefined ? movedMinor : parseAmount(amount, currency);
  if (minor <= 0n || minor > movedMinor) {
    throw invalidInput(path, "must be above zero and at most what the entries move");
  }
  return minor;
}
