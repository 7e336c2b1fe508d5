import { visibleText } from "../classification/visible-text.ts";

const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const DIGIT_RUN = /(?<![\p{L}\p{N}])\+?\(?\d(?:[ \-./()]{0,2}\d){6,22}(?![\p{L}\p{N}])/gu;

/**
 * Removes what identifies a person or an account before a text leaves the system: e-mail addresses,
 * IBANs, card numbers, phone numbers and other long numbers. What is left still shows what it was for.
 */
export function redact(text: string): string {
  return cutIbans(visibleText(text).replace(EMAIL, "[email]")).replace(DIGIT_RUN, redactNumber);
}

function redactNumber(candidate: string): string {
  const digits = candidate.replace(/\D/g, "");
  if (isCalendarDate(candidate)) return candidate;
  if (digits.length >= 12 && digits.length <= 19 && isLuhn(digits)) return "[card]";
  return /^\+|^\(?0/.test(candidate) && digits.length <= 16 ? "[phone]" : "[number]";
}

const isCalendarDate = (text: string): boolean =>
  /^(?:\d{4}[-./]\d{2}[-./]\d{2}|\d{2}[-./]\d{2}[-./]\d{4})$/.test(text);

/** ISO/IEC 7812: the check that payment card numbers pass. */
function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 1; place <= digits.length; place += 1) {
    const value = Number(digits.at(-place)) * (place % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** A country code and two check digits, where an IBAN may begin. */
const START = /(?<![A-Z0-9])[A-Z]{2}\d{2}(?=[ -]?[A-Z0-9])/i;
const SHORTEST = 15;
const LONGEST = 34;

/** Account numbers with a typing error: one long word, or groups of four that all hold digits. */
const ALMOST =
  /(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?:[ -](?=[A-Z]{0,3}\d)[A-Z0-9]{4}){3,7}(?:[ -][A-Z0-9]{1,3})?)(?![A-Z0-9])/gi;

/** Replaces every IBAN, printed with or without spaces, and what was surely meant to be one. */
function cutIbans(text: string): string {
  let done = "";
  let rest = text;
  for (let start = START.exec(rest); start !== null; start = START.exec(rest)) {
    const from = rest.slice(start.index);
    const length = ibanLength(from);
    done += rest.slice(0, start.index) + (length === undefined ? from.slice(0, 4) : "[iban]");
    rest = from.slice(length ?? 4);
  }
  return (done + rest).replace(ALMOST, "[account]");
}

/** Characters of the longest IBAN this text begins with, spaces included; it ends where a word ends. */
function ibanLength(text: string): number | undefined {
  let compact = "";
  let found: number | undefined;
  for (let end = 0; end < text.length && compact.length < LONGEST; end += 1) {
    const character = text.charAt(end);
    if (/[A-Z0-9]/i.test(character)) compact += character;
    else if (!/[ -]/.test(character)) break;
    else continue;
    const ends = !/[A-Z0-9]/i.test(text.charAt(end + 1));
    if (ends && compact.length >= SHORTEST && leavesOne(compact)) found = end + 1;
  }
  return found;
}

/** ISO 13616: rearranged and read as a number, an IBAN leaves 1 when divided by 97. */
function leavesOne(compact: string): boolean {
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
