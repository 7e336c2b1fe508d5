import { normalise } from "../classification/normalise.ts";
import { visibleText } from "../classification/visible-text.ts";

/** A word, figure or bracket of a sentence. */
export interface Lexeme {
  /** As it is written, with its unit. */
  readonly shown: string;
  /** Normalised; empty for figures and brackets. */
  readonly word: string;
  readonly currency: boolean;
  /** The figure, when it is one that may be compared: no year, date or number of a quarter. */
  readonly value: number | undefined;
  /** 1, or what a word such as `million` multiplies by. */
  readonly unit: number;
  readonly percent: boolean;
}

/** A hyphen after a digit is no sign: "5-6 %" is a range, and "2026-05-12" a date. */
const PIECE =
  /(?:(?<!\d\s?)[-−+])?\d+(?:[.,'’\u00a0\u202f]\d+)*|(?<=\d\s?)[-−–](?=\s?\d)|[\p{L}][\p{L}\p{M}"״-]*|%|[()€$£₪]/gu;
const FIGURE = /^[-−+]?\d/;
const CURRENCY =
  /^(?:eur|euro|euros|usd|dollar|dollars|gbp|chf|sek|nok|dkk|ils|jpy|pence|cents?|franken|francs?|dolares|שקל|שקלים|דולר|יורו|€|\$|£|₪)$/;
const UNITS: Readonly<Record<string, number>> = {
  thousand: 1e3,
  k: 1e3,
  tsd: 1e3,
  tausend: 1e3,
  mille: 1e3,
  mil: 1e3,
  אלף: 1e3,
  mn: 1e6,
  m: 1e6,
  mln: 1e6,
  mio: 1e6,
  million: 1e6,
  millions: 1e6,
  millionen: 1e6,
  millones: 1e6,
  מיליון: 1e6,
  bn: 1e9,
  b: 1e9,
  billion: 1e9,
  billions: 1e9,
  mrd: 1e9,
  milliarden: 1e9,
  milliarde: 1e9,
  milliards: 1e9,
  milliard: 1e9,
  md: 1e9,
  mds: 1e9,
  מיליארד: 1e9,
};
const MONTH =
  /^(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|janv|fevr|avr|juin|juil|aout|ene|abr|ago|dic)/;
const PERIOD =
  /^(?:q|h|quarter|quartal|trimestre|semestre|halbjahr|year|jahr|annee|exercice|ejercicio|fy|רבעון|שנת)$/;

/** The pieces of a sentence in order. */
export function lexemesOf(text: string): Lexeme[] {
  const pieces = visibleText(text).match(PIECE) ?? [];
  const lexemes: Lexeme[] = [];
  for (let at = 0; at < pieces.length; at += 1) {
    const piece = pieces[at] as string;
    if (!FIGURE.test(piece)) {
      lexemes.push(wordOf(piece));
      continue;
    }
    const { unit, taken, percent } = unitAfter(pieces, at + 1);
    const shown = pieces
      .slice(at, at + 1 + taken)
      .join(" ")
      .replace(" %", "%");
    const value = isAmount(pieces, at, taken) ? figureOf(piece) : undefined;
    lexemes.push({ shown, word: "", currency: false, value, unit, percent });
    at += taken;
  }
  return withRanges(lexemes);
}

/** Between the ends of a range, and before it where that is needed. */
const RANGE_MARK = /^[-−–]$/;
const UNTIL = new Set(["bis"]);
const BETWEEN = new Set(["between", "zwischen", "entre", "בין"]);
const AND = new Set(["and", "und", "et", "y", "ל"]);

/** A range of figures counts as one figure: its middle. */
function withRanges(lexemes: readonly Lexeme[]): Lexeme[] {
  const merged: Lexeme[] = [];
  for (let at = 0; at < lexemes.length; at += 1) {
    const [from, mark, to] = [lexemes[at] as Lexeme, lexemes[at + 1], lexemes[at + 2]];
    const range = mark && to && isRange(merged.at(-1), mark) ? rangeOf(from, mark, to) : undefined;
    if (!RANGE_MARK.test(from.shown)) merged.push(range ?? from);
    if (range !== undefined) at += 2;
  }
  return merged;
}

const isRange = (before: Lexeme | undefined, { shown, word }: Lexeme): boolean =>
  RANGE_MARK.test(shown) || UNTIL.has(word) || (AND.has(word) && BETWEEN.has(before?.word ?? ""));

function rangeOf(from: Lexeme, mark: Lexeme, to: Lexeme): Lexeme | undefined {
  if (from.value === undefined || to.value === undefined || from.value >= to.value) {
    return undefined;
  }
  const between = RANGE_MARK.test(mark.shown) ? mark.shown : ` ${mark.shown} `;
  const shown = `${from.shown}${between}${to.shown}`;
  return { ...to, shown, value: (from.value + to.value) / 2 };
}

function wordOf(shown: string): Lexeme {
  const lower = shown.toLowerCase();
  const word = /^(?:[%()]|[-−–])$/.test(shown) ? "" : normalise(shown.replace(/["״]/g, ""));
  return { shown, word, currency: CURRENCY.test(lower), value: undefined, unit: 1, percent: false };
}

/** `5.2 mn`, `1,3 mil millones`, `4 %`. */
function unitAfter(
  pieces: readonly string[],
  at: number,
): { readonly unit: number; readonly taken: number; readonly percent: boolean } {
  const next = (pieces[at] ?? "").toLowerCase().replace(/\.$/, "");
  if (/^(%|percent|pct|prozent|אחוז|אחוזים)$/.test(next))
    return { unit: 1, taken: 1, percent: true };
  const unit = Object.hasOwn(UNITS, next) ? UNITS[next] : undefined;
  if (unit === undefined) return { unit: 1, taken: 0, percent: false };
  const after = (pieces[at + 1] ?? "").toLowerCase();
  return next === "mil" && after === "millones"
    ? { unit: 1e9, taken: 2, percent: false }
    : { unit, taken: 1, percent: false };
}

/** A year, the day of a date or the number of a period is no figure of a measure. */
function isAmount(pieces: readonly string[], at: number, taken: number): boolean {
  const piece = pieces[at] as string;
  const before = (pieces[at - 1] ?? "").toLowerCase();
  const after = normalise(pieces[at + 1] ?? "");
  if (taken > 0 || CURRENCY.test(before) || CURRENCY.test((pieces[at + 1] ?? "").toLowerCase()))
    return true;
  if (/^(?:19|20)\d\d$/.test(piece)) return false;
  return !(MONTH.test(after) || PERIOD.test(before) || MONTH.test(before));
}

/** Reads both styles: `1,234.5` and `1.234,5`; one separator before three digits groups thousands. */
function figureOf(piece: string): number {
  const sign = /^[-−]/.test(piece) ? -1 : 1;
  const plain = piece.replace(/^[-−+]/, "").replace(/['’\u00a0\u202f]/g, "");
  const last = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","));
  if (last < 0) return sign * Number(plain);
  const whole = plain.slice(0, last).replace(/[.,]/g, "");
  const rest = plain.slice(last + 1);
  const separators = plain.match(/[.,]/g) ?? [];
  const mixed = new Set(separators).size > 1;
  const grouped = rest.length === 3 && !mixed && whole !== "0";
  return sign * Number(grouped ? `${whole}${rest}` : `${whole}.${rest}`);
}
