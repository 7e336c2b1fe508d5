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

/** Characters of an amount that a tile, a card or a cell of a table may have. */
export const WIDTHS = { tile: 14, cell: 18, line: 24 } as const;

const STEPS = [
  { zeros: 12, name: "tn" },
  { zeros: 9, name: "bn" },
  { zeros: 6, name: "m" },
] as const;
const LONGEST_STEP = 15;
const SHOWN_DECIMALS = 2;
const RAISED = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];

/**
 * The amount in full where it fits into so many characters; otherwise in millions, billions or trillions, or
 * as a power of ten, cut after two decimals so that it never looks larger than it is: "1.25bn".
 */
export function fitAmount(amount: string, width: number, options?: Options): string {
  const full = formatAmount(amount, options);
  return full.length <= width ? full : (compactAmount(amount, options) ?? full);
}

function compactAmount(amount: string, { signed = false }: Options = {}): string | undefined {
  const decimal = parseDecimal(amount);
  if (!decimal) return undefined;
  const digits = (decimal.units < 0n ? -decimal.units : decimal.units).toString();
  const wholeDigits = digits.length - decimal.scale;
  if (wholeDigits <= 6) return undefined;
  const sign = decimal.units < 0n ? MINUS : signed ? "+" : "";
  const step = STEPS.find(({ zeros }) => wholeDigits > zeros);
  const zeros = wholeDigits > LONGEST_STEP || !step ? wholeDigits - 1 : step.zeros;
  const whole = digits.slice(0, wholeDigits - zeros);
  const fraction = digits.slice(wholeDigits - zeros, wholeDigits - zeros + SHOWN_DECIMALS);
  const unit =
    wholeDigits > LONGEST_STEP
      ? `\u00d710${Array.from(String(zeros), (digit) => RAISED[Number(digit)]).join("")}`
      : (step?.name ?? "");
  return `${sign}${whole}${POINT}${fraction}${unit}`;
}
