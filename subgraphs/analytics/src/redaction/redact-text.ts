import { visibleText } from "../classification/visible-text.ts";
import type { Span } from "./account-numbers.ts";
import { DETECTORS } from "./detectors.ts";
import type { Names } from "./names.ts";
import { isKnownWord } from "./vocabulary.ts";

/** One word as it leaves, and the words of the text that it stands for. */
export interface SentWord {
  readonly sent: string;
  /** The same words of the tenant's own text. */
  readonly original: string;
}

/**
 * What may leave of a text, word by word. Words of purposes, known companies, dates and amounts stay; everything
 * else is replaced by what it was found to be, or by `[word]`: what is not known to be harmless does not leave.
 */
export function redactWords(text: string, names: Names): SentWord[] {
  const visible = visibleText(text);
  const words: SentWord[] = [];
  let at = 0;
  for (const span of [...spansOf(visible, names), END(visible)]) {
    words.push(...ofPlain(visible.slice(at, span.from)));
    if (span.to > span.from) {
      const original = visible.slice(span.from, span.to).trim();
      words.push({ sent: span.sent ?? original, original });
    }
    at = span.to;
  }
  return words;
}

/** The same as one text. */
export const redactText = (text: string, names: Names): string =>
  redactWords(text, names)
    .map(({ sent }) => sent)
    .join(" ");

const END = ({ length }: string): Span => ({ from: length, to: length, sent: undefined });

/** What was found, in the order of the text; where findings overlap, that of the earlier detector. */
function spansOf(text: string, names: Names): Span[] {
  const found: Span[] = [];
  for (const detect of [placeholdersIn, names.in, ...DETECTORS]) {
    for (const span of detect(text)) {
      if (!found.some(({ from, to }) => span.from < to && from < span.to)) found.push(span);
    }
  }
  return found.sort((one, other) => one.from - other.from);
}

const PLACEHOLDER = /\[(?:iban|email|url|birth date|date|address|card|phone|number|name|word)\]/g;

/** What was redacted before stays as it is. */
const placeholdersIn = (text: string): Span[] =>
  [...text.matchAll(PLACEHOLDER)].map(({ index, 0: { length } }) => ({
    from: index,
    to: index + length,
    sent: undefined,
  }));

/** Words, numbers and signs between what was found. */
const TOKEN = /[\p{L}\p{M}\p{N}]+(?:['’"״׳][\p{L}\p{M}]+)*|[^\p{L}\p{M}\p{N}\s]+/gu;

function ofPlain(text: string): SentWord[] {
  return [...text.matchAll(TOKEN)].map(([original]) => ({ sent: sentFor(original), original }));
}

const SIGNS = /^[&+,.:;/()%€$£*?!"'’=<>|#@_–—-]+$/u;
/** `Q2`, `H1`, `f3`, `FY26`: shorter than what identifies anything. */
const LABEL = /^\p{L}{1,2}\d{1,2}$/u;
const SMALL_NUMBER = /^\d{1,3}$/;
const YEAR = /^20\d\d$/;

function sentFor(token: string): string {
  if (!/[\p{L}\p{N}]/u.test(token)) return SIGNS.test(token) ? token : "[word]";
  if (/^\p{N}+$/u.test(token)) {
    return SMALL_NUMBER.test(token) || YEAR.test(token) ? token : "[number]";
  }
  if (/\p{N}/u.test(token)) return LABEL.test(token) ? token : "[number]";
  return isKnownWord(token) ? token : "[word]";
}
