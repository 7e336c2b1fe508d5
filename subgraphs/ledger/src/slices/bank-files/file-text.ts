import { invalidStatement } from "./statement.ts";

/** A file's text, and the encoding it was read in. */
export interface FileText {
  readonly text: string;
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
export function decodeFile(bytes: Uint8Array): FileText {
  const encoding = encodingOf(bytes);
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}

function encodingOf(bytes: Uint8Array): string {
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte));
  if (marked !== undefined) return marked[0];
  const wide = zeroSideOf(bytes);
  if (wide !== undefined) return wide;
  if (isUtf8(bytes)) return "utf-8";
  if (isJapanese(bytes)) return "shift_jis";
  const readings = SINGLE_BYTE.map((encoding) => ({ encoding, odd: oddSigns(bytes, encoding) }));
  return readings.reduce((best, each) => (each.odd < best.odd ? each : best)).encoding;
}

/** UTF-16 without a mark has its zero bytes on one side; a file with other zero bytes is no text. */
function zeroSideOf(bytes: Uint8Array): string | undefined {
  const zeros = [0, 0];
  for (const [at, byte] of bytes.entries())
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even === 0 && odd === 0) return undefined;
  const most = bytes.length / 4;
  if (even === 0 && odd > most) return "utf-16le";
  if (odd === 0 && even > most) return "utf-16be";
  throw invalidStatement("The file is not a text file.");
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes are Shift_JIS when all of them are, and most of what is not ASCII stands in runs of Japanese signs. */
function isJapanese(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder("shift_jis", { fatal: true }).decode(bytes);
    const signs = text.match(/[^\p{ASCII}]/gu)?.length ?? 0;
    const inRuns = text
      .match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{2,}/gu)
      ?.reduce((sum, run) => sum + run.length, 0);
    return (inRuns ?? 0) * 5 > signs * 4;
  } catch {
    return false;
  }
}

/** Signs within words that no bank writes there, and control characters. */
const ODD =
  /[\u0080-\u009f]|(?<=\p{L})[^\p{L}\p{M}\p{Nd}\p{Zs}\p{Cc}\p{P}€§°©®]|[¹²³ªº¿±¶£¥¡](?=\p{L})/gu;

const oddSigns = (bytes: Uint8Array, encoding: string): number =>
  new TextDecoder(encoding).decode(bytes).match(ODD)?.length ?? 0;
