import { parseDecimal, printDecimal } from "./decimal.ts";
import type { Money } from "./money.ts";

const LOCALE = "en-GB";
const MINUS = "\u2212";
const UNREADABLE = "\u2014";

const parts = new Intl.NumberFormat(LOCALE).formatToParts(-12345.6);
const GROUP = parts.find((part) => part.type === "group")?.value ?? ",";
const POINT = parts.find((part) => part.type === "decimal")?.value ?? ".";

interface Options {
  /** Writes a plus sign before amounts above zero. */
  signed?: boolean;
}

/**
 * Groups the digits of a decimal string and changes none of them: "-1234567.80" is "−1,234,567.80".
 * The number of decimals is the ledger's decision, so Intl lends its signs only.
 */
export function formatAmount(amount: string, { signed = false }: Options = {}): string {
  const decimal = parseDecimal(amount);
  if (!decimal) return UNREADABLE;
  const { units, scale } = decimal;
  const magnitude = printDecimal({ units: units < 0n ? -units : units, scale });
  const [whole = "0", fraction] = magnitude.split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, GROUP);
  const sign = units < 0n ? MINUS : signed && units > 0n ? "+" : "";
  return sign + grouped + (fraction === undefined ? "" : POINT + fraction);
}

/** The amount with its currency code: "1,234.56 EUR". */
export function formatMoney(money: Money, options?: Options): string {
  return `${formatAmount(money.amount, options)}\u00a0${money.currency}`;
}
