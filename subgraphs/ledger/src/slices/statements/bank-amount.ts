import { AppError } from "@allfunds/contract/errors";
import { parseAmount } from "@allfunds/contract/money";

export type DecimalSeparator = "." | ",";

const SIGNED = /^([+\-\u2212]?)(.*?)([-\u2212]?)$/u;
const GROUPED: Readonly<Record<DecimalSeparator, RegExp>> = {
  ".": /^\d{1,3}(?:([,'’ \u00a0\u202f])\d{3})(?:\1\d{3})*(?:\.\d+)?$/u,
  ",": /^\d{1,3}(?:([.'’ \u00a0\u202f])\d{3})(?:\1\d{3})*(?:,\d+)?$/u,
};
const GROUP_MARKS: Readonly<Record<DecimalSeparator, RegExp>> = {
  ".": /[,'’ \u00a0\u202f]/gu,
  ",": /[.'’ \u00a0\u202f]/gu,
};

/**
 * Signed minor units of an amount as banks write it: `1.234,56`, `-99,00`, `+5`, `12,00-`.
 * Thousands may be grouped, but only in threes, so that `1,234` is never taken for `1.234`.
 */
export function parseBankAmount(
  text: string,
  currency: string,
  separator: DecimalSeparator,
): bigint {
  const [, lead = "", digits = "", trail = ""] = SIGNED.exec(text.trim()) ?? [];
  const plain = GROUPED[separator].test(digits)
    ? digits.replace(GROUP_MARKS[separator], "")
    : digits;
  const other = separator === "," ? "." : ",";
  if (plain.includes(other) || plain.includes("-") || (lead !== "" && trail !== ""))
    throw notAnAmount(text);
  const minor = parseAmount(plain.replace(separator, "."), currency);
  return /[-\u2212]/u.test(lead + trail) ? -minor : minor;
}

const notAnAmount = (text: string): AppError =>
  new AppError("INVALID_AMOUNT", `"${text.slice(0, 40)}" is not an amount in the stated format`);
