import { normalise, withoutCategoryCodes } from "./normalise.ts";
import { visibleText } from "./visible-text.ts";

/** A line break of MT940 within a word or between two: `Verwaltungs?21verguetung`. */
const FIELD_BREAK = /\?[0-9]{2}/g;

/** SEPA's labels of references, with the reference: they show which payment it is, not what for. */
const LABELLED_REFERENCE =
  /\b(?:EREF|KREF|MREF|CRED|DEBT|IBAN|BIC|TAN1?|COAM|OAMT|RREF|TRX|ABWE)\s?[+:]\s?\S*/gi;
const LABEL_OF_TEXT = /\b(?:SVWZ|ABWA|PURP|REMI|RMTINF|USTRD)\s?[+:]\s?/gi;
const NOT_PROVIDED = /\bNOT\s?PROVIDED\b|\bNONREF\b/gi;

/** Hebrew abbreviations carry a mark before their last character; without it they are one word. */
const HEBREW_MARK = /(?<=[\u05d0-\u05ea])["'״׳”“’](?=[\u05d0-\u05ea])/gu;
const HEBREW = /[\u05d0-\u05ea]/u;

/** Whether a text may have anything of the above: one look decides for most. */
const MAY_HAVE_LABELS = /[?+:]|PROVIDED|NONREF/i;

/** A remittance text without what banks put around it. */
function withoutBankLabels(text: string): string {
  const hebrew = HEBREW.test(text) ? text.replace(HEBREW_MARK, "") : text;
  if (!MAY_HAVE_LABELS.test(hebrew)) return hebrew;
  return hebrew
    .replace(FIELD_BREAK, "")
    .replace(LABELLED_REFERENCE, " ")
    .replace(LABEL_OF_TEXT, " ")
    .replace(NOT_PROVIDED, " ");
}

/** A remittance text as the model reads it. */
export interface Memo {
  /** Normalised words, in order. */
  readonly words: readonly string[];
  /** The same words as their writer spelled them. */
  readonly written: readonly string[];
}

const PIECE = /[\p{L}\p{M}\p{N}]+/gu;
const PLAIN = /^[ -~]*$/;
const PLAIN_PIECE = /[A-Za-z0-9]+/g;

/** Spellings of words met before: banks write the same ones again and again. */
const normalisedPieces = new Map<string, string>();
const MOST_PIECES = 50_000;

/** The words of a remittance text without bank labels, numbers and references. */
export function readMemo(text: string): Memo {
  const words: string[] = [];
  const written: string[] = [];
  const bare = withoutCategoryCodes(withoutBankLabels(text));
  const pieces = PLAIN.test(bare) ? bare.match(PLAIN_PIECE) : visibleText(bare).match(PIECE);
  for (const piece of pieces ?? []) {
    const normalised = normalisedPiece(piece);
    if (normalised === "") continue;
    for (const word of normalised.split(" ")) {
      words.push(word);
      written.push(piece);
    }
  }
  return { words, written };
}

function normalisedPiece(piece: string): string {
  const found = normalisedPieces.get(piece);
  if (found !== undefined) return found;
  const normalised = normalise(piece);
  if (normalisedPieces.size === MOST_PIECES) normalisedPieces.clear();
  normalisedPieces.set(piece, normalised);
  return normalised;
}
