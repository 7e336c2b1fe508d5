import { decimalsOf } from "./currency.ts";

// Between digits that a person or a program grouped: spaces of any width and apostrophes.
const SPACES = /[\s\u00a0\u2007\u2009\u202f'\u2019]/g;
const CURRENCY = /^(?:[A-Z]{3}|[€$£¥₪₹])|(?:[A-Z]{3}|[€$£¥₪₹])$/;
const MINUS = /^[-\u2212\u2013]|[-\u2212]$/;
const DIGITS = /^\d+$/;
const LONGEST = 60;

/**
 * Reads an amount as people and programs write it (`1,234.56`, `1.234,56`, `1 234,56`, `12,50`, with a sign
 * or a currency) and returns it as a plain decimal string. What is no amount gives `undefined`.
 *
 * One sign before three digits can be either. It then groups digits where the currency has fewer than three
 * decimals; otherwise it means what it means in the figures that the reader sees, whose decimal sign is `point`.
 */
export function readAmount(
  text: string,
  currency: string | undefined,
  point: string,
): string | undefined {
  if (text.length > LONGEST) return undefined;
  const bare = text.trim().replace(CURRENCY, "").trim();
  const negative = MINUS.test(bare);
  const magnitude = bare.replace(negative ? MINUS : /^\+/, "").replace(CURRENCY, "");
  const compact = magnitude.trim().replaceAll(SPACES, "");
  const parts = split(compact, currency, point);
  if (parts === undefined || !isGrouped(parts.whole)) return undefined;
  const whole = parts.whole.replaceAll(/[.,]/g, "").replace(/^0+(?=\d)/, "");
  const plain = parts.fraction === undefined ? whole : `${whole}.${parts.fraction}`;
  return negative ? `-${plain}` : plain;
}

interface Parts {
  /** Digits with the signs that group them. */
  readonly whole: string;
  readonly fraction: string | undefined;
}

function split(text: string, currency: string | undefined, point: string): Parts | undefined {
  const at = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  if (at === -1) return { whole: text, fraction: undefined };
  const [whole, fraction, sign] = [text.slice(0, at), text.slice(at + 1), text[at]];
  if (!DIGITS.test(fraction)) return undefined;
  if (whole.includes(sign ?? "")) return { whole: text, fraction: undefined };
  if (/[.,]/.test(whole) || !couldGroup(whole, fraction)) return { whole, fraction };
  const decimals = currency === undefined ? undefined : decimalsOf(currency);
  const groups = decimals === undefined || decimals >= 3 ? sign !== point : true;
  return groups ? { whole: text, fraction: undefined } : { whole, fraction };
}

/** A group follows one to three digits that do not begin with a zero, and has three digits. */
const couldGroup = (whole: string, fraction: string): boolean =>
  fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole);

/** Whether all digits stand together, or in groups of three behind one and the same sign. */
const isGrouped = (whole: string): boolean =>
  DIGITS.test(whole) || /^\d{1,3}(?:,\d{3})+$/.test(whole) || /^\d{1,3}(?:\.\d{3})+$/.test(whole);
