/** A number of JSON as it was written, because a double cannot hold it. `JSON.stringify` writes it unchanged. */
export interface ExactNumber {
  readonly rawJSON: string;
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

// In Node since 22; TypeScript's library does not declare them yet.
const ExactJSON = JSON as typeof JSON & {
  readonly rawJSON: (text: string) => ExactNumber;
  readonly isRawJSON: (value: unknown) => value is ExactNumber;
  readonly parse: (text: string, reviver?: Reviver) => unknown;
};

export const isExactNumber = (value: unknown): value is ExactNumber => ExactJSON.isRawJSON(value);

/** Keeps a number that `JSON.parse` would round, for parsers that accept a reviver. */
export const keepExactNumber: Reviver = (_key, value, { source }) =>
  typeof value === "number" && source !== undefined && isRounded(source, value)
    ? ExactJSON.rawJSON(source)
    : value;

/** Parses JSON; numbers that a double would round become `ExactNumber`s. */
export function parseExactJson(text: string): unknown {
  return mayBeRounded(text) ? ExactJSON.parse(text, keepExactNumber) : JSON.parse(text);
}

/** Parses JSON; `refuse` throws for a number that a double would change. */
export function parseUnroundedJson(text: string, refuse: (number: string) => never): unknown {
  if (!mayBeRounded(text)) return JSON.parse(text);
  const unrounded: Reviver = (_key, value, { source }) => {
    if (typeof value !== "number" || source === undefined) return value;
    return isRounded(source, value) && !isPrinted(source, value) ? refuse(source) : value;
  };
  return ExactJSON.parse(text, unrounded);
}

/** As many digits tell every double from the others, so many programs print that many. */
const MOST_PRINTED = 17;

/** Whether a text is what a double is printed as, with more digits than it needs. */
function isPrinted(source: string, value: number): boolean {
  const [mantissa = ""] = source.split(/e/i);
  const digits = mantissa.replace(/\D/g, "").replace(/^0+/, "").length;
  if (!Number.isFinite(value) || digits < 1 || digits > MOST_PRINTED) return false;
  return normal(value.toPrecision(digits)) === normal(source);
}

/** Doubles hold every number of 15 digits; its point is the sixteenth character. */
const MIN_LENGTH = 16;

/**
 * Whether a text has a long number that a double rounds. A run of 16 digits covers an index of which 16 is a
 * divisor, so only each sixteenth character is read.
 */
function mayBeRounded(text: string): boolean {
  if (LARGE_EXPONENT.test(text)) return true;
  for (let index = MIN_LENGTH - 1; index < text.length; index += MIN_LENGTH) {
    if (!isDigitOrPoint(text.charCodeAt(index))) continue;
    let start = index;
    let end = index + 1;
    while (start > 0 && isDigitOrPoint(text.charCodeAt(start - 1))) start -= 1;
    while (end < text.length && isDigitOrPoint(text.charCodeAt(end))) end += 1;
    if (end - start < MIN_LENGTH || !BEFORE_NUMBER.has(text[start - 1] ?? "")) continue;
    const [number = ""] = NUMBER.exec(text.slice(start, end + MAX_EXPONENT)) ?? [];
    if (isRounded(number, Number(number))) return true;
  }
  return false;
}

const isDigitOrPoint = (unit: number): boolean => (unit >= 0x30 && unit <= 0x39) || unit === 0x2e;
const BEFORE_NUMBER = new Set([":", "[", ",", "-", " ", "\n", "\t", "\r"]);
const NUMBER = /^[\d.]+(?:[eE][+-]?\d+)?/;
const MAX_EXPONENT = 8;
/** Beyond it doubles are infinite or zero. */
const LARGE_EXPONENT = /\d[eE][+-]?\d{3}/;

/** Whether a double of a number's text is another number. */
function isRounded(source: string, value: number): boolean {
  if (source.length < MIN_LENGTH && Number.isFinite(value) && value !== 0) return false;
  return !Number.isFinite(value) || normal(source) !== normal(String(value));
}

/** A decimal number as its significant digits and exponent: equal for equal numbers. */
function normal(decimal: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(decimal) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign}${significant}e${power}`;
}
