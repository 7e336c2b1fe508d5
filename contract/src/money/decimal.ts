import { AppError } from "../errors.ts";

/** A decimal number held exactly: `unscaled` x 10^-`scale`. */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

// Digits with at most one point; no exponent, plus sign, space or bare point.
const DECIMAL = /^-?\d{1,60}(?:\.\d{1,40})?$/;

/** Reads `-1234.56`; refuses exponents, a plus sign, and other notations of floats. */
export function parseDecimal(text: string): Decimal {
  if (!DECIMAL.test(text)) {
    throw new AppError(
      "INVALID_AMOUNT",
      `"${shorten(text)}" is not a decimal number such as "1234.56"`,
    );
  }
  const point = text.indexOf(".");
  if (point === -1) return { unscaled: BigInt(text), scale: 0 };
  const digits = text.slice(0, point) + text.slice(point + 1);
  return { unscaled: BigInt(digits), scale: text.length - point - 1 };
}

/** Writes a scaled integer as a decimal string with exactly `scale` decimals. */
export function formatScaled(unscaled: bigint, scale: number): string {
  const negative = unscaled < 0n;
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? "" : `.${digits.slice(digits.length - scale)}`;
  return `${negative ? "-" : ""}${whole}${fraction}`;
}

export type RoundingMode = "HALF_EVEN" | "HALF_UP" | "DOWN";

/** Converts a decimal to another scale; the caller names the rounding mode, because it decides cents. */
export function rescale(value: Decimal, scale: number, mode: RoundingMode): bigint {
  if (scale >= value.scale) return value.unscaled * 10n ** BigInt(scale - value.scale);
  return divideRounded(value.unscaled, 10n ** BigInt(value.scale - scale), mode);
}

/** Divides integers and rounds by the named mode; `divisor` is positive. */
export function divideRounded(dividend: bigint, divisor: bigint, mode: RoundingMode): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  if (remainder === 0n || mode === "DOWN") return quotient;
  const step = dividend < 0n ? -1n : 1n;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  if (twice > divisor) return quotient + step;
  if (twice < divisor) return quotient;
  return mode === "HALF_UP" || quotient % 2n !== 0n ? quotient + step : quotient;
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
