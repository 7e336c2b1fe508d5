import { visibleText } from "../categories/visible-text.ts";
import { cutIbans } from "./cut-ibans.ts";

const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const DIGIT_RUN = /(?<![\p{L}\p{N}])\+?\(?\d(?:[ \-./()]{0,2}\d){6,22}(?![\p{L}\p{N}])/gu;

/**
 * Removes what identifies a person or an account before a text leaves the house: e-mail addresses,
 * IBANs, card numbers, phone numbers and other long numbers. What is left still says what it was for.
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
