/** A range of a text and what stands in its place; `undefined` keeps it. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly sent: string | undefined;
}

/** Characters of an IBAN by country (SWIFT's register of IBANs). */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 " +
    "EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 " +
    "JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 " +
    "NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 " +
    "TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Every place where an IBAN may begin, also inside a word. */
const IBAN_START = /(?=([A-Z]{2})\d{2})/gi;

/** IBANs, printed with or without separators, wherever they begin and whatever is glued to them. */
export function ibansIn(text: string): Span[] {
  return [...text.matchAll(IBAN_START)].flatMap(({ index, 1: country = "" }) => {
    const length = IBAN_LENGTHS[country.toUpperCase()];
    const to = length === undefined ? undefined : endOf(text, index, length);
    if (to === undefined || !leavesOne(compact(text.slice(index, to)))) return [];
    return [{ from: index, to, sent: "[iban]" }];
  });
}

const compact = (text: string): string => text.replace(/[^A-Z0-9]/gi, "");

/** Where so many characters of a number end; single separators may stand between them. */
function endOf(text: string, from: number, length: number): number | undefined {
  let count = 0;
  for (let at = from; at < text.length; at += 1) {
    if (/[A-Z0-9]/i.test(text.charAt(at))) count += 1;
    else if (!/[ \-.]/.test(text.charAt(at)) || !/[A-Z0-9]/i.test(text.charAt(at + 1))) break;
    if (count === length) return at + 1;
  }
  return undefined;
}

/** ISO 13616: rearranged and read as a number, an IBAN leaves 1 when divided by 97. */
function leavesOne(iban: string): boolean {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** ISO/IEC 7812: the check that payment card numbers pass. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 1; place <= digits.length; place += 1) {
    const value = Number(digits.at(-place)) * (place % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
