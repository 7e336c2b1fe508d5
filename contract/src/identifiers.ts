/** A capital counts as two digits, A as 10 to Z as 35; a digit as itself. */
const digitsOf = (text: string): string =>
  text.replace(/[A-Z]/g, (capital) => String(capital.charCodeAt(0) - 55));

/** ISO 7064, modulo 97-10: the check of LEI and, once turned, of IBAN. */
const hasRemainderOne = (text: string): boolean => BigInt(digitsOf(text)) % 97n === 1n;

const ISIN = /^[A-Z]{2}[A-Z0-9]{9}\d$/;

/** True for an ISIN (ISO 6166) in capitals whose last digit is right: Luhn over the digits its capitals stand for. */
export function isIsin(text: string): boolean {
  if (!ISIN.test(text)) return false;
  let sum = 0;
  for (const [index, digit] of digitsOf(text).split("").toReversed().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

const LEI = /^[A-Z0-9]{18}\d{2}$/;

/** True for a legal entity identifier (ISO 17442) in capitals with right check digits. */
export const isLei = (text: string): boolean => LEI.test(text) && hasRemainderOne(text);

const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;

/** True for an IBAN (ISO 13616) without spaces and in capitals with right check digits, of any country's length. */
export const isIban = (text: string): boolean =>
  IBAN.test(text) && hasRemainderOne(`${text.slice(4)}${text.slice(0, 4)}`);
