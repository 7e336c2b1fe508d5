import { refuse } from "./fault.mjs";

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
// An ISO 4217 code, or an asset code with its decimals, such as BTC/8.
const CURRENCY = /^[A-Z]{3}$/;
const ASSET = /^[A-Z][A-Z0-9]{0,15}\/(0|[1-9]|1[0-8])$/;

export const isString = (value) => typeof value === "string";
export const isText = (value) => isString(value) && value.trim() !== "";
export const isId = (value) => isString(value) && ID.test(value);
export const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
export const isBoolean = (value) => typeof value === "boolean";
export const isDecimal = (value) => isString(value) && DECIMAL.test(value);
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isCurrency = (value) => isString(value) && (CURRENCY.test(value) || ASSET.test(value));
export const isHash = (value) => isString(value) && /^[0-9a-f]{64}$/.test(value);

const ISIN = /^[A-Z]{2}[A-Z0-9]{9}\d$/;

/** An ISIN whose last digit is right: Luhn over the digits that its capitals stand for. */
export function isIsin(value) {
  if (!isString(value) || !ISIN.test(value)) return false;
  const digits = value.replace(/[A-Z]/g, (sign) => String(sign.charCodeAt(0) - 55));
  let sum = 0;
  for (let at = digits.length - 1, double = false; at >= 0; at -= 1, double = !double) {
    const twice = Number(digits[at]) * (double ? 2 : 1);
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}

let lastDate;

/** An existing day of the calendar; events side by side in a book mostly have the same. */
export function isDate(value) {
  if (value === lastDate && value !== undefined) return true;
  if (!isString(value) || !DATE.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00.000Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value) return false;
  lastDate = value;
  return true;
}

let lastInstant;

/** A moment as the service spells it: UTC, to the millisecond. */
export function isInstant(value) {
  if (value === lastInstant && value !== undefined) return true;
  if (!isString(value) || !INSTANT.test(value)) return false;
  const time = Date.parse(value);
  if (Number.isNaN(time) || new Date(time).toISOString() !== value) return false;
  lastInstant = value;
  return true;
}

const DECIMALS_OF = new Map();
const list = (decimals, codes) => {
  for (const code of codes.split(" ")) DECIMALS_OF.set(code, decimals);
};
list(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XAG XAU XBA XBB XBC XBD XDR");
list(0, "XOF XPD XPF XPT XSU XTS XUA XXX");
list(2, "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP");
list(2, "BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR");
list(2, "FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW");
list(2, "KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN");
list(2, "NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD");
list(2, "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS");
list(2, "VED VES WST XCD YER ZAR ZMW ZWG");
list(3, "BHD IQD JOD KWD LYD OMR TND");
list(4, "CLF UYW");

/** The largest amount or balance the ledger holds. */
const MAX_MINOR = 2n ** 127n - 1n;

/** Reads amounts; a currency younger than the list above has the decimals its first amount spells. */
export class Amounts {
  #decimalsOf = new Map();

  decimals(currency, spelled = "") {
    const known = DECIMALS_OF.get(currency) ?? this.#decimalsOf.get(currency);
    if (known !== undefined) return known;
    const point = spelled.indexOf(".");
    const decimals = Number(
      ASSET.exec(currency)?.[1] ?? (point < 0 ? 0 : spelled.length - point - 1),
    );
    this.#decimalsOf.set(currency, decimals);
    return decimals;
  }

  /** Minor units of an amount, which is spelled as the ledger spells it and in no other way. */
  minor(text, currency, kind = "FORM") {
    const decimals = this.decimals(currency, text);
    const point = text.length - decimals - 1;
    const digits = decimals === 0 ? text : text.slice(0, point) + text.slice(point + 1);
    let minor;
    try {
      minor = BigInt(digits);
    } catch {
      minor = undefined;
    }
    if (minor === undefined || spell(minor, decimals) !== text) {
      refuse(kind, `"${text}" is no amount with the ${decimals} decimals of ${currency}`);
    }
    if (minor > MAX_MINOR || minor < -MAX_MINOR) refuse(kind, `${text} is beyond any ledger`);
    return minor;
  }

  /** Minor units of an amount as a client wrote it, with no more decimals than there are. */
  fromClient(text, currency) {
    if (!isDecimal(text)) refuse("FORM", `"${text}" is no decimal number`);
    const { unscaled, scale } = toScaled(text);
    const missing = this.decimals(currency) - scale;
    if (missing < 0) refuse("FORM", `${text} has more decimals than ${currency}`);
    return unscaled * 10n ** BigInt(missing);
  }

  /** As `minor`, for what may be null. */
  minorOrNull(text, currency) {
    return text === null ? null : this.minor(text, currency);
  }
}

function spell(minor, decimals) {
  const sign = minor < 0n ? "-" : "";
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, "0");
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** A decimal number as digits and how many of them stand behind the point. */
export function toScaled(text) {
  const point = text.indexOf(".");
  if (point === -1) return { unscaled: BigInt(text), scale: 0 };
  return {
    unscaled: BigInt(text.slice(0, point) + text.slice(point + 1)),
    scale: text.length - point - 1,
  };
}

/** Division of two that are not negative, halves to the even one. */
export function divideHalfEven(dividend, divisor) {
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  if (twice < divisor || (twice === divisor && quotient % 2n === 0n)) return quotient;
  return quotient + 1n;
}
