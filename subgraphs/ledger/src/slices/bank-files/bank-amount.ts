import { AppError } from "@allfunds/contract/errors";
import { currencyScale } from "@allfunds/contract/money";

export type DecimalSeparator = "." | ",";
export const DECIMAL_SEPARATORS: readonly DecimalSeparator[] = [".", ","];

/** An amount as a bank writes it, apart from what its points and commas mean. */
export interface AmountText {
  /** Digits with the marks between them. */
  readonly digits: string;
  /** Written with a minus, in brackets, or as a debit. */
  readonly negative: boolean;
  /** Written with a plus, or as a credit. */
  readonly statesCredit: boolean;
  /** The currency's code or sign, when the cell has one. */
  readonly currency: string | undefined;
}

const SIGNS: Readonly<Record<string, readonly string[]>> = {
  "€": ["EUR"],
  "£": ["GBP"],
  $: ["USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP", "UYU", "DOP"],
  "¥": ["JPY", "CNY"],
  "₪": ["ILS"],
  zł: ["PLN"],
  Kč: ["CZK"],
  kr: ["SEK", "NOK", "DKK"],
  Fr: ["CHF"],
  Ft: ["HUF"],
  R$: ["BRL"],
  US$: ["USD"],
  C$: ["CAD"],
  CA$: ["CAD"],
  A$: ["AUD"],
  AU$: ["AUD"],
  NZ$: ["NZD"],
  HK$: ["HKD"],
  S$: ["SGD"],
  MX$: ["MXN"],
  "₹": ["INR"],
  Rs: ["INR", "PKR", "LKR"],
  R: ["ZAR"],
  "₽": ["RUB"],
  "₺": ["TRY"],
  TL: ["TRY"],
  "₴": ["UAH"],
  "₸": ["KZT"],
  "₩": ["KRW"],
  "฿": ["THB"],
  "₱": ["PHP"],
  "₫": ["VND"],
  'ש"ח': ["ILS"],
  "ש''ח": ["ILS"],
  "ש״ח": ["ILS"],
  "S/": ["PEN"],
  RM: ["MYR"],
  Rp: ["IDR"],
  NT$: ["TWD"],
  "₦": ["NGN"],
  KSh: ["KES"],
  "₡": ["CRC"],
  "₾": ["GEL"],
  "₼": ["AZN"],
  лв: ["BGN"],
  руб: ["RUB"],
  грн: ["UAH"],
  원: ["KRW"],
  円: ["JPY"],
  元: ["CNY"],
};
const CURRENCY = String.raw`[A-Za-z]{3}|€|£|(?:US|CA|AU|NZ|HK|MX|NT|[RCAS])?\$|S/\.?|RM|Rp\.?|₦|₡|₾|₼|лв\.?|руб\.?|грн\.?|원|¥|₪|₹|₽|₺|₴|₸|₩|฿|₱|₫|Rs\.?|R(?=\s?\d)|TL|zł|Kč|kr\.?|Fr\.?|Ft|ש(?:"|''|״)ח|円|元`;
const SIDE = String.raw`CR|DR|DB|OD|Cr|Dr|Db|cr|dr|db|C|D|H|S`;
const MINUS = String.raw`[\-\u2010\u2011\u2212\u2013\u2014\ufe63]`;
const SHAPE = new RegExp(
  String.raw`^(?:(?<first>CR|DR|Cr|Dr)\.?\s*(?=\d))?(?<outer>${CURRENCY})?\s*(?<open>\()?\s*(?<before>[+]|${MINUS})?\s*(?<lead>${CURRENCY})?\s*(?<inner>[+]|${MINUS})?` +
    String.raw`\s*(?<digits>\d[\d.,'’\s\u00a0\u202f\u066b]*|[.,]\d+)\s*(?<tail>${CURRENCY})??\s*` +
    String.raw`(?:(?<after>[+]|${MINUS})(?:\s*(?<last>${CURRENCY}))?)?\s*(?<side>${SIDE})?\.?\s*(?<close>\)\s*(?<behind>${CURRENCY})?)?$`,
  "u",
);
const IS_MINUS = new RegExp(MINUS, "u");
const DEBIT_SIDES: ReadonlySet<string> = new Set(["DR", "DB", "OD", "D", "S"]);

/** With the digits of Arabic and Persian texts as Western ones. */
export const withPlainDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/gu, (digit) => String(digit.charCodeAt(0) & 0xf));

/** Marks of direction count for nothing, and signs as wide as ideographs are what they are elsewhere. */
const narrow = (cell: string): string =>
  /^[\u0020-\u007e]*$/.test(cell)
    ? cell
    : withPlainDigits(cell)
        .replace(/[\u066c\u00b4\u02b9\u02bc\u2018]/gu, "'")
        .replace(/[\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]/gu, "")
        .replace(/[\uff01-\uff5e]/gu, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));

/** A dash in place of the decimals, as in `900.-`, and a minus in brackets of its own. */
const wholeUnits = (text: string): string =>
  text
    .replace(/(?<=\d)[.,][-\u2013\u2014]{1,2}$/u, "")
    .replace(/^\((?<sign>[-+\u2212])\)\s*(?=\d)/u, "$<sign>");

/** Reads signs, brackets, sides and currencies off a cell; undefined when it holds no amount. */
export function readAmountText(cell: string): AmountText | undefined {
  const found = SHAPE.exec(wholeUnits(narrow(cell).trim()))?.groups;
  if (found === undefined) return undefined;
  const { outer, open, before, inner, digits = "", after, side, first, close, behind } = found;
  const tail = found["tail"] ?? found["last"] ?? behind;
  const lead = outer ?? found["lead"];
  const marks = [before, inner, after, open, side, first].filter((mark) => mark !== undefined);
  if ((open === undefined) !== (close === undefined) || marks.length > 1) return undefined;
  if (outer !== undefined && found["lead"] !== undefined) return undefined;
  if ([behind, found["tail"], found["last"]].filter((each) => each !== undefined).length > 1)
    return undefined;
  // A sign in front and the code behind are of one currency.
  if (lead !== undefined && tail !== undefined && !meansCurrency(lead, tail.toUpperCase()))
    return undefined;
  const isMinus = [before, inner, after].some((mark) => mark !== undefined && IS_MINUS.test(mark));
  const isDebit = DEBIT_SIDES.has((side ?? first)?.toUpperCase() ?? "");
  return {
    digits: digits.trim(),
    negative: isMinus || open !== undefined || isDebit,
    statesCredit: !isMinus && !isDebit && open === undefined && marks.length > 0,
    currency: tail ?? lead,
  };
}

/** Whether a code or sign of a cell can mean the account's currency. */
export function meansCurrency(written: string, currency: string): boolean {
  const meant = SIGNS[written.replace(/\.$/, "")];
  if (written.toUpperCase() === FORMER_ROUBLE) return currency === "RUB";
  return meant === undefined ? written.toUpperCase() === currency : meant.includes(currency);
}

/** What banks go on to write for the rouble. */
const FORMER_ROUBLE = "RUR";

/** Codes of ISO 4217. */
export const CURRENCY_CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

const GROUPED: Readonly<Record<DecimalSeparator, RegExp>> = {
  ".": /^\d{1,3}(?:([,'’ \u00a0\u2009\u202f])\d{3})(?:\1\d{3})*(?:\.\d+)?$/u,
  ",": /^\d{1,3}(?:([.'’ \u00a0\u2009\u202f])\d{3})(?:\1\d{3})*(?:,\d+)?$/u,
};
/** Lakhs and crores: two digits between marks, three before the decimals. */
const INDIAN = /^\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$/;
const GROUP_MARKS: Readonly<Record<DecimalSeparator, RegExp>> = {
  ".": /[,'’ \u00a0\u2009\u202f]/gu,
  ",": /[.'’ \u00a0\u2009\u202f]/gu,
};

/** Between whole and fraction of a number that a workbook keeps as one: it is the decimal mark whatever texts use. */
export const OWN_MARK = "\u066b";

/** Minor units of digits, when the separator is the decimal one; undefined when they cannot be read so. */
export function minorOf(
  digits: string,
  currency: string,
  separator: DecimalSeparator,
): bigint | undefined {
  const written = digits.replace(OWN_MARK, separator);
  const isGrouped = GROUPED[separator].test(written) || (separator === "." && INDIAN.test(written));
  const plain = isGrouped ? written.replace(GROUP_MARKS[separator], "") : written;
  const found = /^(\d*)(?:([.,])(\d+))?$/.exec(plain);
  if (found === null || plain === "" || plain.length > 40) return undefined;
  const [, whole = "", mark = separator, fraction = ""] = found;
  const scale = currencyScale(currency);
  // Formats of payments allow more decimals than a currency has; all of them are zero then.
  if (mark !== separator || !/^0*$/.test(fraction.slice(scale))) return undefined;
  return BigInt(`${whole}${fraction.slice(0, scale).padEnd(scale, "0")}` || "0");
}

/** Minor units of an amount of XML, which has a point and no other mark: `1,100` could be a tenth more than one. */
export const xmlMinorOf = (amount: string, currency: string): bigint | undefined =>
  /^[\d.]+$/.test(amount) ? minorOf(amount, currency, ".") : undefined;

/**
 * Minor units of an amount of SWIFT, which has a comma and no other mark. Banks that write a point instead are
 * understood where two digits behind it cannot be thousands.
 */
export function swiftMinorOf(amount: string, currency: string): bigint | undefined {
  const isWithPoint = /^\d+\.\d{2}$/.test(amount) && currencyScale(currency) === 2;
  return minorOf(amount.replace(/,$/, ""), currency, isWithPoint ? "." : ",");
}

/**
 * Signed minor units of an amount as banks write it: `1.234,56`, `-99,00`, `+5`, `12,00-`, `(7.00)`, `5.00 DR`,
 * `€ 12.50`. Thousands may be grouped, but only in threes, so that `1,234` is never taken for `1.234`.
 */
export function parseBankAmount(
  text: string,
  currency: string,
  separator: DecimalSeparator,
): bigint {
  const read = readAmountText(text);
  const minor = read && minorOf(read.digits, currency, separator);
  if (read === undefined || minor === undefined) {
    throw new AppError(
      "INVALID_AMOUNT",
      `"${text.slice(0, 40)}" is not an amount in the stated format`,
    );
  }
  if (read.currency !== undefined && !meansCurrency(read.currency, currency)) {
    throw new AppError("CURRENCY_MISMATCH", `"${text.slice(0, 40)}" is not in ${currency}`);
  }
  return read.negative ? -minor : minor;
}
