import { AppError } from "../errors.ts";
import { currencyScale } from "./currency.ts";
import { formatScaled, parseDecimal } from "./decimal.ts";

/** An amount of money inside the services: integer minor units (cents) and an ISO 4217 currency. */
export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

/** Money as clients receive it: a decimal string with the currency's number of decimals. */
export interface MoneyJson {
  readonly amount: string;
  readonly currency: string;
}

/** The largest magnitude an amount may have, in minor units. */
export const MAX_MINOR = 2n ** 127n - 1n;
const MIN_MINOR = -MAX_MINOR;

/** True for minor units that the ledger can hold, as an amount or as a balance. */
export const isHoldable = (minor: bigint): boolean => minor <= MAX_MINOR && minor >= MIN_MINOR;

/** Minor units of a decimal string; surplus decimals are refused, never rounded. */
export function parseAmount(text: string, currency: string): bigint {
  const { unscaled, scale } = parseDecimal(text);
  const currencyDecimals = currencyScale(currency);
  if (scale > currencyDecimals) {
    throw new AppError(
      "INVALID_AMOUNT",
      `"${text.slice(0, 60)}" has more decimals than ${currency} has (${currencyDecimals})`,
    );
  }
  const missing = currencyDecimals - scale;
  const minor = missing === 0 ? unscaled : unscaled * 10n ** BigInt(missing);
  if (!isHoldable(minor)) {
    throw new AppError("INVALID_AMOUNT", "The amount is larger than the ledger can hold");
  }
  return minor;
}

export const formatAmount = (minor: bigint, currency: string): string =>
  formatScaled(minor, currencyScale(currency));

export const moneyToJson = ({ minor, currency }: Money): MoneyJson => ({
  amount: formatAmount(minor, currency),
  currency,
});

export const moneyFromJson = ({ amount, currency }: MoneyJson): Money => ({
  minor: parseAmount(amount, currency),
  currency,
});

/**
 * Splits an amount by weights with the largest remainder method, so that the parts add up to it.
 * Ties go to the earlier part. Weights are non-negative and not all zero.
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError("weights must be non-negative and not all zero");
  }
  const negative = total < 0n;
  const magnitude = negative ? -total : total;
  const parts = weights.map((weight) => (magnitude * weight) / sum);
  const left = Number(magnitude - parts.reduce((a, b) => a + b, 0n));
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (magnitude * weight) % sum }))
    .toSorted(
      (a, b) =>
        Number(b.remainder > a.remainder) - Number(b.remainder < a.remainder) || a.index - b.index,
    );
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0n) + 1n;
  return negative ? parts.map((part) => -part) : parts;
}
