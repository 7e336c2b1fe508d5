import { ibansIn, isLuhn, type Span } from "./account-numbers.ts";
import { isKnownWord } from "./vocabulary.ts";

type Detector = (text: string) => Span[];

const every =
  (pattern: RegExp, sent: string | ((found: string) => string | undefined) | undefined): Detector =>
  (text) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => ({
      from: index,
      to: index + found.length,
      sent: typeof sent === "function" ? sent(found) : sent,
    }));

const DOT = String.raw`\s*(?:\.|[([{]\s*(?:dot|punkt|point|punto)\s*[)\]}]|\s(?:dot|punkt|point|punto)\s)\s*`;
const AT = String.raw`(?:\s?@\s?|\s*[([{<]\s*(?:at|a|ät|arroba)\s*[)\]}>]\s*|\s(?:arobase|arroba)\s|\s+at\s+(?=[\p{L}\p{N}-]+\s*(?:\.\p{L}|[([{]dot|\sdot\s)))`;
const EMAIL = new RegExp(
  String.raw`[\p{L}\p{N}._%+'-]+${AT}[\p{L}\p{N}-]+(?:(?:${DOT}|,(?=(?:com|net|org|de|fr|es|uk|il|io)(?!\p{L})))[\p{L}\p{N}-]+)+`,
  "giu",
);
const URL = /(?:[a-z]+:\/\/|www\.)\S+|[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}[/?#]\S*/giu;

const BIRTH = String.raw`(?:born(?: on)?|birth ?(?:date|day)?|date of birth|d\.?o\.?b\.?|geb(?:\.|oren)?(?: am)?|geburts(?:tag|datum)|n[ée]e?(?: le)?|naissance|nacid[oa](?: el)?|nacimiento|נולדה?|ת\.?לידה|תאריך לידה)`;
const BIRTH_DATE = new RegExp(
  String.raw`(?<!\p{L})${BIRTH}\s*[:=]?\s*(?:(?<=[\s:=])\p{L}{3,9}\.?\s\p{N}{1,2}(?!\p{N})|(?:den |the |le |el )?\p{N}{1,2}\.?(?:st|nd|rd|th)?(?: of| de)?\s\p{L}+(?: de)?|\p{N}[\p{N}./-]*\.?)(?:,?\s\p{N}{2,4})?(?:[./\s-]\p{N}{1,4})*`,
  "giu",
);
/** Dates before this year are more likely of a birth than of a payment. */
const FIRST_YEAR = 2010;

const STREET = String.raw`(?:street|road|rd\.?|avenue|ave\.?|lane|drive|square|court|crescent|close|terrace|gardens|boulevard|blvd\.?|straat|laan|gade|vej)`;
const NUMBER_FIRST = new RegExp(
  String.raw`(?<![\p{L}\p{N}.,])\d{1,4}\s?[a-z]?,?\s(?:bis\s)?(?:[\p{L}'.-]+\s){1,3}${STREET}(?!\p{L})`,
  "giu",
);
const BUILDING = String.raw`\s\d{1,4}\s?(?:[a-z](?!\p{L}))?(?![\p{N}.,]\p{N})`;
const STREET_FIRST = new RegExp(String.raw`(?:[\p{L}.-]+\s){1,2}${STREET}${BUILDING}`, "giu");
/** German names of streets are one word, or two. */
const GERMAN_STREET = new RegExp(
  String.raw`(?:[\p{L}.-]+[\s-])?(?<street>\p{L}*(?:stra(?:ß|ss)e|str\.|weg|allee|gasse|platz|ufer|damm))${BUILDING}`,
  "giu",
);
const NAMED_STREET =
  /(?<!\p{L})(?:\d{1,4},?\s)?(?:rue|chemin|impasse|quai|calle|c\/|avenida|avda\.?|רחוב|רח'|שדרות)\s(?:(?:de|del|des|du|la|las|los|le|les|d'|di|von)\s?)*[\p{L}'.-]+(?:\s[\p{L}'.-]+)?(?:,?\s\d{1,4})?/giu;
const NUMBERED_STREET =
  /(?<!\p{L})(?:place|avenue|boulevard|bd|av\.|paseo|plaza|via|viale|corso|דרך)\s(?:(?:de|del|des|du|la|las|los|le|les|d'|di)\s?)*(?:[\p{L}'.-]+\s){1,2}(?:n[°ºo]\.?\s?)?\d{1,4}(?![\p{N}.,]\p{N})|(?<![\p{L}\p{N}.,])\d{1,4}(?:\s(?:bis|ter))?,?\s(?:place|avenue|boulevard|bd|cours|allée|square)\s(?:(?:de|des|du|la|le|les)\s)*(?:d'|l')?[\p{L}'.-]+/giu;

/** `Arbeitsplatz 12` and `Stellplatz 3` are no addresses. */
const germanStreetsIn: Detector = (text) =>
  [...text.matchAll(GERMAN_STREET)].flatMap(({ index, 0: found, groups }) =>
    isKnownWord(groups?.["street"] ?? "")
      ? []
      : [{ from: index, to: index + found.length, sent: "[address]" }],
  );
const BOX =
  /(?<!\p{L})(?:p\.?\s?o\.?\s?box|postfach|apartado|bo[iî]te postale|b\.?p\.?|ת\.?ד\.?)\s*:?\s*\d+/giu;

/** British, which has about fifteen addresses; its parts by themselves look like harmless codes. */
const POSTCODE = /(?<![\p{L}\p{N}])[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}(?![\p{L}\p{N}])/giu;

const MASKED = /(?:\d[\d -]{0,7})?(?:[*x•#.…]{2,}[ -]?){1,4}\d{2,6}(?![\p{L}\p{N}])/giu;
const LAST_DIGITS =
  /(?<!\p{L})(?:end(?:ing|ed|s|et|end)?|last (?:4|four)(?: digits)?|terminad[ao]|se terminant|finissant|xx+)\s*(?:in|with|auf|mit|en|par|:)?\s*\d{3,5}(?!\p{N})/giu;

const DATE =
  /(?<![\p{L}\p{N}.,/-])(?:(?<y1>\d{4})([-./])\d{1,2}\2\d{1,2}|\d{1,2}([./])\d{1,2}\3(?<y2>\d{4}|\d{2})|\d{2}-\d{2}-(?<y3>\d{4})|(?<y4>20\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0?[1-9]|1[0-2])[/.-](?<y5>\d{4})|(?<y6>\d{4})[/-](?:0[1-9]|1[0-2]))(?![\p{L}\p{N}]|[./,-]\d)/gu;
const CURRENCY = String.raw`(?:EUR|USD|GBP|CHF|JPY|ILS|SEK|NOK|DKK|PLN|CZK|HUF|CAD|AUD|[€$£¥₪])`;
const AMOUNT = new RegExp(
  String.raw`(?<![\p{L}\p{N}.,'/-])(?:${CURRENCY}\s?)?[+-]?(?:\d{1,3}(?:[.,'’ ]\d{3}){1,3}|\d{1,9})[.,]\d{2}(?:\s?(?:${CURRENCY}|%))?(?![\p{N}]|[.,'/-]\d|\p{L})`,
  "gu",
);
const WITH_CURRENCY = new RegExp(
  String.raw`(?<![\p{L}\p{N}.,'/-])(?:${CURRENCY}\s?[+-]?\d{1,3}(?:[.,'’]?\d{3}){0,3}|\d{1,3}(?:[.,'’]\d{3}){0,3}\s?${CURRENCY})(?![\p{L}\p{N}]|[.,'/-]\d)`,
  "gu",
);
const PERCENT = /(?<![\p{L}\p{N}.,])[+-]?\d{1,3}(?:[.,]\d{1,4})?\s?%/gu;

/** Groups of digits that belong together: seven digits and more, with separators of any kind. */
const DIGITS = /(?<!\p{N})\+?\(?\d(?:[ \-./()·–]{0,3}\d){6,30}/gu;
const SORT_CODE = /(?<!\p{N})\d{2}([- –])\d{2}\1\d{2}(?!\p{N})/gu;

/** What a person or an account is recognised by, and the dates and amounts that stay; the first finding counts. */
export const DETECTORS: readonly Detector[] = [
  every(EMAIL, "[email]"),
  every(URL, "[url]"),
  ibansIn,
  every(BIRTH_DATE, "[birth date]"),
  every(DATE, keepRecent),
  every(AMOUNT, undefined),
  every(WITH_CURRENCY, undefined),
  every(PERCENT, undefined),
  every(BOX, "[address]"),
  every(NUMBER_FIRST, "[address]"),
  every(STREET_FIRST, "[address]"),
  germanStreetsIn,
  every(NAMED_STREET, "[address]"),
  every(NUMBERED_STREET, "[address]"),
  every(POSTCODE, "[address]"),
  every(MASKED, "[card]"),
  every(LAST_DIGITS, "[card]"),
  every(DIGITS, nameOfDigits),
  every(SORT_CODE, "[number]"),
];

/** Three pairs of digits whose middle or first is no month are no date, but perhaps a sort code. */
const PAIRS = /^(\d{1,2})([./])(\d{1,2})\2\d{2}$/;

function keepRecent(date: string): string | undefined {
  const [, one, , other] = PAIRS.exec(date) ?? [];
  const [least, most] = [Number(one), Number(other)].sort((a, b) => a - b);
  if (least !== undefined && most !== undefined && (least > 12 || most > 31)) return "[number]";
  const year = Number(/(?<!\d)\d{4}(?!\d)/.exec(date)?.[0] ?? /^20\d\d/.exec(date)?.[0] ?? 9999);
  return year < FIRST_YEAR || (year > 2100 && year !== 9999) ? "[date]" : undefined;
}

function nameOfDigits(found: string): string {
  const digits = found.replace(/\D/g, "");
  if (digits.length >= 12 && digits.length <= 19 && isLuhn(digits)) return "[card]";
  return /^\+|^\(?0/.test(found) && digits.length <= 16 ? "[phone]" : "[number]";
}
