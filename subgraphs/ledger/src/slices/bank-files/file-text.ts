import type { LongFile, LongText } from "./long-file.ts";
import { invalidStatement } from "./statement.ts";

/** A file's text, and the encoding it was read in. */
export interface FileText {
  readonly text: string | LongText;
  /** A label of the WHATWG Encoding Standard, such as `utf-8` or `windows-1252`. */
  readonly encoding: string;
}

const BYTE_ORDER_MARKS: readonly (readonly [string, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** Of files that are not Unicode, the likeliest first: Western and Central European banks write these. */
const SINGLE_BYTE = ["windows-1252", "windows-1250", "iso-8859-2"] as const;

/**
 * Decodes a file of a bank: by its byte order mark, as UTF-16 when every other byte is zero, as UTF-8 when it is
 * valid, as Shift_JIS when it is Japanese, else in the single-byte encoding whose reading has the fewest signs within words.
 */
export function decodeFile(file: Uint8Array | LongFile): FileText {
  if (file instanceof Uint8Array) {
    const encoding = encodingOf([file]);
    return { text: new TextDecoder(encoding).decode(file), encoding };
  }
  if (file.isShort) return decodeFile(file.whole());
  const encoding = encodingOf({ [Symbol.iterator]: () => file.pieces() });
  const pieces = (): Generator<string> => decoded(file.pieces(), new TextDecoder(encoding));
  return { text: { head: pieces().next().value ?? "", pieces }, encoding };
}

function* decoded(pieces: Iterable<Uint8Array>, decoder: TextDecoder): Generator<string> {
  for (const piece of pieces) yield decoder.decode(piece, { stream: true });
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

/** Read from their beginning each time. */
type Pieces = Iterable<Uint8Array>;

function encodingOf(pieces: Pieces): string {
  const marked = BYTE_ORDER_MARKS.find(([, mark]) =>
    mark.every((byte, at) => firstOf(pieces)[at] === byte),
  );
  if (marked !== undefined) return marked[0];
  const wide = zeroSideOf(pieces);
  if (wide !== undefined) return wide;
  if (readsAs("utf-8", pieces)) return "utf-8";
  if (isJapanese(pieces)) return "shift_jis";
  const readings = SINGLE_BYTE.map((encoding) => ({ encoding, odd: oddSigns(pieces, encoding) }));
  return readings.reduce((best, each) => (each.odd < best.odd ? each : best)).encoding;
}

function firstOf(pieces: Pieces): Uint8Array {
  for (const piece of pieces) return piece;
  return new Uint8Array();
}

/** UTF-16 without a mark has its zero bytes on one side; a file with other zero bytes is no text. */
function zeroSideOf(pieces: Pieces): string | undefined {
  let [even, odd, length] = [0, 0, 0];
  for (const piece of pieces) {
    for (let at = piece.indexOf(0); at !== -1; at = piece.indexOf(0, at + 1)) {
      if ((length + at) % 2 === 0) even += 1;
      else odd += 1;
    }
    length += piece.length;
  }
  if (even === 0 && odd === 0) return undefined;
  const most = length / 4;
  if (even === 0 && odd > most) return "utf-16le";
  if (odd === 0 && even > most) return "utf-16be";
  throw invalidStatement("The file is not a text file.");
}

function readsAs(encoding: string, pieces: Pieces): boolean {
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    for (const piece of pieces) decoder.decode(piece, { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** Bytes are Shift_JIS when all of them are, and most of what is not ASCII stands in runs of Japanese signs. */
function isJapanese(pieces: Pieces): boolean {
  if (!readsAs("shift_jis", pieces)) return false;
  let [signs, inRuns] = [0, 0];
  for (const text of decoded(pieces, new TextDecoder("shift_jis"))) {
    signs += text.match(/[^\p{ASCII}]/gu)?.length ?? 0;
    const runs = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{2,}/gu);
    inRuns += runs?.reduce((sum, run) => sum + run.length, 0) ?? 0;
  }
  return inRuns * 5 > signs * 4;
}

/** Signs within words that no bank writes there, and control characters. */
const ODD =
  /[\u0080-\u009f]|(?<=\p{L})[^\p{L}\p{M}\p{Nd}\p{Zs}\p{Cc}\p{P}€§°©®]|[¹²³ªº¿±¶£¥¡](?=\p{L})/gu;

function oddSigns(pieces: Pieces, encoding: string): number {
  let count = 0;
  for (const text of decoded(pieces, new TextDecoder(encoding)))
    count += text.match(ODD)?.length ?? 0;
  return count;
}
