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
 * valid, by the words of its header where they are known, as Shift_JIS or GB 18030 when it is Japanese or Chinese, as Hebrew or Cyrillic when its words are of nothing else, else in the single-byte encoding whose reading has the fewest signs within words.
 */
export function decodeFile(file: Uint8Array | LongFile): FileText {
  if (file instanceof Uint8Array) {
    const encoding = encodingOf([file]);
    return { text: new TextDecoder(encoding).decode(file), encoding };
  }
  if (file.isShort) return decodeFile(file.whole());
  const encoding = encodingOf({ [Symbol.iterator]: () => file.pieces() });
  const pieces = (): Generator<string> => decoded(file.pieces(), new TextDecoder(encoding));
  const release = (): void => file.release();
  return { text: { head: pieces().next().value ?? "", pieces, release }, encoding };
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
  const worded = encodingOfWords(firstOf(pieces));
  if (worded !== undefined) return worded;
  if (isJapanese(pieces)) return "shift_jis";
  if (isChinese(pieces)) return "gb18030";
  const foreign = foreignScript(pieces);
  if (foreign !== undefined) return foreign;
  const readings = SINGLE_BYTE.map((encoding) => ({ encoding, odd: oddSigns(pieces, encoding) }));
  const best = readings.reduce((one, each) => (each.odd < one.odd ? each : one));
  const central = readings.find(({ encoding }) => encoding === "windows-1250");
  return central?.odd === best.odd && hasCentralWords(pieces) ? central.encoding : best.encoding;
}

/** Words in the headers of banks whose bytes are signs of other scripts, too: Korean ones are Chinese and Japanese. */
const WORDS: readonly (readonly [encoding: string, words: RegExp])[] = [
  ["euc-kr", /거래|잔액|입금|출금|적요/u],
  ["big5", /交易日|餘額|摘要|帳號|存入|支出/u],
  ["windows-1253", /ημερομηνία|υπόλοιπο|ποσό|χρέωση|πίστωση|περιγραφή|αιτιολογία/iu],
  ["windows-1254", /işlem|açıklama/iu],
  ["windows-1256", /التاريخ|الرصيد|مدين|دائن|المبلغ/u],
  ["windows-1257", /mokėtoj|gavėj|maksātāj|saņēmēj|pasirašym/iu],
  ["windows-874", /วันที่|ยอดคงเหลือ|รายการ/u],
];

function encodingOfWords(head: Uint8Array): string | undefined {
  return WORDS.find(([encoding, words]) => words.test(new TextDecoder(encoding).decode(head)))?.[0];
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

const JAPANESE_RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{2,}/gu;
/** Katakana of one byte each, which are accented capitals of Western languages: two of them stand in `AÇÃO`. */
const HALF_WIDTH = /^[\uff61-\uff9f]+$/;

/** Bytes are Shift_JIS when all of them are, and most of what is not ASCII stands in runs of Japanese signs. */
function isJapanese(pieces: Pieces): boolean {
  if (!readsAs("shift_jis", pieces)) return false;
  let [signs, inRuns] = [0, 0];
  for (const text of decoded(pieces, new TextDecoder("shift_jis"))) {
    signs += text.match(/[^\p{ASCII}]/gu)?.length ?? 0;
    for (const run of text.match(JAPANESE_RUN) ?? [])
      if (run.length > 2 || !HALF_WIDTH.test(run)) inRuns += run.length;
  }
  return inRuns * 5 > signs * 4;
}

const isAsciiWord = (byte = 0): boolean =>
  /[a-z]/i.test(String.fromCharCode(byte & 0x7f)) && byte < 0x80;

/**
 * Pairs of bytes of the common characters of GB 2312, which no words of another script are full of. One within a word of
 * ASCII is two accented capitals of a Western language, as in `AÇÃO`.
 */
function isChinese(pieces: Pieces): boolean {
  if (!readsAs("gb18030", pieces)) return false;
  let [pairs, common, within] = [0, 0, 0];
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += 1) {
      const lead = piece[at] ?? 0;
      if (lead < 0x80) continue;
      pairs += 1;
      at += 1;
      if (lead >= 0xb0 && lead <= 0xd7 && (piece[at] ?? 0) >= 0xa1) common += 1;
      if (isAsciiWord(piece[at - 2]) && isAsciiWord(piece[at + 1])) within += 1;
    }
  }
  return common * 5 > pairs * 4 && within * 2 < pairs;
}

/** Hebrew has the last bytes but five; Cyrillic has those as well. */
const HEBREW = /^[\u00e0-\u00fa]+$/;
/** Signs whose bytes are those of Hebrew or Cyrillic, in a row: `größe` has two, no Western word has three. */
const ACCENTED_RUN = /[\u00c0-\u00ff]{3,}/g;

/** The encoding of a file whose words are of another script, as its bytes read in `windows-1252` show. */
function foreignScript(pieces: Pieces): string | undefined {
  let [signs, inRuns, isHebrew] = [0, 0, true];
  for (const text of decoded(pieces, new TextDecoder("windows-1252"))) {
    signs += text.match(/[\u00c0-\u00ff]/g)?.length ?? 0;
    for (const run of text.match(ACCENTED_RUN) ?? []) {
      inRuns += run.length;
      isHebrew &&= HEBREW.test(run);
    }
  }
  if (inRuns * 2 <= signs) return undefined;
  return isHebrew ? "windows-1255" : "windows-1251";
}

/** Words of Central European banks whose bytes are accented signs of Western languages, too: `účtu` is `úètu`. */
const CENTRAL =
  /částk|účt|účet|měn[auy]|zpráv|příj|příchoz|převod|zůstat|időp|előz|jelölt|szerző|fizető|kedvező/iu;

function hasCentralWords(pieces: Pieces): boolean {
  for (const text of decoded(pieces, new TextDecoder("windows-1250")))
    if (CENTRAL.test(text)) return true;
  return false;
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
