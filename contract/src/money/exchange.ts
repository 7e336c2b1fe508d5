import { currencyScale } from "./currency.ts";
import { divideRounded, type Decimal, type RoundingMode } from "./decimal.ts";

/**
 * How many units of a currency one unit of another costs, as the fraction `units / per`: a cross rate is the
 * quotient of two quoted rates and is never rounded itself.
 */
export interface Quotation {
  readonly units: Decimal;
  readonly per: Decimal;
}

const ONE: Decimal = { unscaled: 1n, scale: 0 };

/** A rate as it was quoted. */
export const quoted = (units: Decimal): Quotation => ({ units, per: ONE });

/** Of a currency against itself. */
export const PARITY: Quotation = { units: ONE, per: ONE };

/** The same rate seen from the other currency. */
export const inverse = ({ units, per }: Quotation): Quotation => ({ units: per, per: units });

/** Units of a currency for one of another, both quoted against a third: one division, left undone. */
export const cross = (of: Quotation, against: Quotation): Quotation => ({
  units: product(of.units, against.per),
  per: product(of.per, against.units),
});

const product = (a: Decimal, b: Decimal): Decimal => ({
  unscaled: a.unscaled * b.unscaled,
  scale: a.scale + b.scale,
});

/**
 * Minor units of `to` for minor units of `from`, at so many units of `from` for one of `to`: one division, one
 * rounding, HALF_UP unless another is named.
 *
 * @example translate(4_000n, "USD", "EUR", quoted(parseDecimal("1.0800"))) // 3_704n
 */
export function translate(
  minor: bigint,
  from: string,
  to: string,
  rate: Quotation,
  rounding: RoundingMode = "HALF_UP",
): bigint {
  const { units, per } = rate;
  const dividend = minor * per.unscaled * tenTo(units.scale + currencyScale(to));
  const divisor = units.unscaled * tenTo(per.scale + currencyScale(from));
  return divideRounded(dividend, divisor, rounding);
}

/** Minor units of a product of decimals: one rounding HALF_UP, of the exact product. */
export function productMinor(factors: readonly Decimal[], currency: string): bigint {
  const exact = factors.reduce(product, ONE);
  const scale = currencyScale(currency);
  return exact.scale <= scale
    ? exact.unscaled * tenTo(scale - exact.scale)
    : divideRounded(exact.unscaled, tenTo(exact.scale - scale), "HALF_UP");
}

/** Part of a whole by quantities, HALF_UP: what a part of a lot costs. `whole` is positive. */
export const share = (minor: bigint, part: bigint, whole: bigint): bigint =>
  divideRounded(minor * part, whole, "HALF_UP");

const tenTo = (exponent: number): bigint => 10n ** BigInt(exponent);
