import { visibleText } from "../categories/visible-text.ts";

const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
/** Two letters, two check digits, then groups: banks print IBANs with and without spaces. */
const IBAN = /\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b/gi;
const DIGIT_RUN = /(?<![\p{L}\p{N}])\+?\(?\d(?:[ \-./()]{0,2}\d){6,22}(?![\p{L}\p{N}])/gu;

/**
 * Removes what identifies a person or an account before a text leaves the house: e-mail addresses,
 * IBANs, card numbers, phone numbers and other long numbers. What is left still says what it was for.
 */
export function redact(text: string): string {
  return visibleText(text)
    .replace(EMAIL, "[email]")
    .replace(IBAN, redactIban)
    .replace(DIGIT_RUN, redactNumber);
}

/** The pattern may swallow words after the number, so the longest prefix that checks out is cut. */
function redactIban(candidate: string): string {
  for (let end = candidate.length; end >= 15; end -= 1) {
    const head = candidate.slice(0, end);
    if (/[A-Z0-9]$/i.test(head) && isIban(head)) return `[iban]${candidate.slice(end)}`;
  }
  // A mistyped account number still names somebody: its digits go, words stay.
  return candidate.replace(/\d/g, "0");
}

function redactNumber(candidate: string): string {
  const digits = candidate.replace(/\D/g, "");
  if (isCalendarDate(candidate)) return candidate;
  if (digits.length >= 12 && digits.length <= 19 && isLuhn(digits)) return "[card]";
  return /^\+|^\(?0/.test(candidate) && digits.length <= 16 ? "[phone]" : "[number]";
}

const isCalendarDate = (text: string): boolean =>
  /^(?:\d{4}[-./]\d{2}[-./]\d{2}|\d{2}[-./]\d{2}[-./]\d{4})$/.test(text);

/** ISO 13616: rearranged and read as a number, an IBAN leaves 1 when divided by 97. */
function isIban(text: string): boolean {
  const compact = text.replace(/[ -]/g, "").toUpperCase();
  if (compact.length < 15 || compact.length > 34) return false;
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** ISO/IEC 7812: the check that payment card numbers pass. */
function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 1; place <= digits.length; place += 1) {
    const value = Number(digits.at(-place)) * (place % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
