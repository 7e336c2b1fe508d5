import { parseDecimal, printDecimal } from "./decimal.ts";
import { ABOUT, type Language } from "../language/languages.ts";

const MINUS = "\u2212";
const UNREADABLE = "\u2014";

/** How a language writes amounts. */
interface Notation {
  readonly group: string;
  /** The decimal sign. */
  readonly point: string;
  /** What stands for a million, a billion (10⁹) and a trillion (10¹²). */
  readonly units: readonly [million: string, billion: string, trillion: string];
}

function notationOf(language: Language, units: Notation["units"]): Notation {
  const parts = new Intl.NumberFormat(ABOUT[language].locale).formatToParts(-12345.6);
  const sign = (type: string, usual: string) =>
    parts.find((part) => part.type === type)?.value ?? usual;
  return { group: sign("group", ","), point: sign("decimal", "."), units };
}

const NOTATIONS: Readonly<Record<Language, Notation>> = {
  en: notationOf("en", ["m", "bn", "tn"]),
  de: notationOf("de", ["\u00a0Mio.", "\u00a0Mrd.", "\u00a0Bio."]),
  he: notationOf("he", ["M", "B", "T"]),
};

/** The decimal sign of a language's figures. */
export const pointOf = (language: Language): string => NOTATIONS[language].point;

export interface AmountOptions {
  /** Writes a plus sign before amounts above zero. */
  signed?: boolean;
}

/**
 * Groups the digits of a decimal string and changes none of them: "-1234567.80" is "−1,234,567.80".
 * The number of decimals is the ledger's decision, so Intl lends its signs only.
 */
export function formatAmount(
  amount: string,
  language: Language,
  { signed = false }: AmountOptions = {},
): string {
  const decimal = parseDecimal(amount);
  if (!decimal) return UNREADABLE;
  const { units, scale } = decimal;
  const magnitude = printDecimal({ units: units < 0n ? -units : units, scale });
  const [whole = "0", fraction] = magnitude.split(".");
  const { group, point } = NOTATIONS[language];
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, group);
  const sign = units < 0n ? MINUS : signed && units > 0n ? "+" : "";
  return sign + grouped + (fraction === undefined ? "" : point + fraction);
}

/** Characters of an amount that a tile, a card or a cell of a table may have. */
export const WIDTHS = { tile: 14, cell: 18, line: 24 } as const;

const STEPS = [
  { zeros: 12, unit: 2 },
  { zeros: 9, unit: 1 },
  { zeros: 6, unit: 0 },
] as const;
const LONGEST_STEP = 15;
const SHOWN_DECIMALS = 2;
const RAISED = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];

/**
 * The amount in full where it fits into so many characters; otherwise in millions, billions or trillions, or
 * as a power of ten, cut after two decimals so that it never looks larger than it is: "1.25bn".
 */
export function fitAmount(
  amount: string,
  width: number,
  language: Language,
  options?: AmountOptions,
): string {
  const full = formatAmount(amount, language, options);
  return full.length <= width
    ? full
    : (compactAmount(amount, NOTATIONS[language], options) ?? full);
}

function compactAmount(
  amount: string,
  { point, units }: Notation,
  { signed = false }: AmountOptions = {},
): string | undefined {
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
      : step
        ? units[step.unit]
        : "";
  return `${sign}${whole}${point}${fraction}${unit}`;
}
