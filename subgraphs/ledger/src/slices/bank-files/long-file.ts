import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { AppError } from "@allfunds/contract/errors";
import { invalidStatement } from "./statement.ts";

/** So many bytes are compressed together, and are in memory as they are while they are read. */
const PIECE_BYTES = 2 ** 20;
/** Banks' files are repetitive: the fastest level halves them twice already. */
const LEVEL = { level: 1 };

interface Packed {
  readonly bytes: Uint8Array;
  /** Before it was compressed. */
  readonly length: number;
}

/** Address space of a block, which costs memory only as far as it is used. */
const BLOCK_BYTES = 2 ** 28;
const STEP_BYTES = 2 ** 20;

/**
 * Bytes that are kept together, in blocks that grow in place. As many small pieces of memory they would leave holes
 * between others when they are let go of; a block is given back to the system as a whole.
 */
class KeptBytes {
  #block: ArrayBuffer | undefined;
  #used = 0;

  keep(bytes: Uint8Array): Uint8Array {
    let block = this.#block;
    if (block === undefined || this.#used + bytes.length > block.maxByteLength) {
      const maxByteLength = Math.max(BLOCK_BYTES, bytes.length);
      block = this.#block = new ArrayBuffer(0, { maxByteLength });
      this.#used = 0;
    }
    const [from, end] = [this.#used, this.#used + bytes.length];
    if (end > block.byteLength)
      block.resize(Math.min(Math.ceil(end / STEP_BYTES) * STEP_BYTES, block.maxByteLength));
    const kept = new Uint8Array(block, from, bytes.length);
    kept.set(bytes);
    this.#used = end;
    return kept;
  }

  /** None of what it keeps is read any more. */
  release(): void {
    this.#block?.resize(0);
    this.#block = undefined;
  }
}

function packed(given: Uint8Array | string, into: KeptBytes): Packed {
  const plain = typeof given === "string" ? Buffer.from(given) : given;
  return { bytes: into.keep(deflateRawSync(plain, LEVEL)), length: plain.length };
}

/** In one chunk: chunks that are joined would be twice as much to clear. */
const unpacked = ({ bytes, length }: Packed): Buffer =>
  inflateRawSync(bytes, { chunkSize: length + SPARE_BYTES });

/** Gives the memory of what was unpacked back at once: until it is collected, megabytes of it come together. */
function freed({ buffer }: Uint8Array): void {
  // Small ones share theirs with others.
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}

/** Behind a chunk that is full comes another one. */
const SPARE_BYTES = 64;

/** A text that is read piece by piece, from its beginning each time; pieces are cut anywhere. */
export interface LongText {
  /** The first piece, which shows what kind of text it is. */
  readonly head: string;
  pieces(): Iterable<string>;
  /** Lets go of the file: it has been read. */
  release(): void;
}

export const piecesOf = (text: string | LongText): Iterable<string> =>
  typeof text === "string" ? [text] : text.pieces();

/** Of a long text nothing is kept beside what was read from it. */
export function released(text: string | LongText): void {
  if (typeof text !== "string") text.release();
}

export const headOf = (text: string | LongText): string =>
  typeof text === "string" ? text : text.head;

/** All of it; for formats that are read as a whole. */
export const wholeOf = (text: string | LongText): string =>
  typeof text === "string" ? text : [...text.pieces()].join("");

/** Longer lines are none of a bank. */
const MOST_LINE_CHARS = 10_000_000;

const LINE_END = /\r\n?|\n/;

/** The lines of a text, without their ends and without a byte order mark. */
export function* linesOf(text: string | LongText): Generator<string> {
  let rest = "";
  let isFirst = true;
  for (const piece of piecesOf(text)) {
    rest += isFirst ? piece.replace(/^\uFEFF/, "") : piece;
    isFirst = isFirst && rest === "";
    // A carriage return at the end of a piece may have its line feed in the next one.
    const end = Math.max(rest.lastIndexOf("\n"), rest.slice(0, -1).lastIndexOf("\r")) + 1;
    if (end > 0) yield* rest.slice(0, end).split(LINE_END).slice(0, -1);
    rest = rest.slice(end);
    if (rest.length > MOST_LINE_CHARS) throw tooLong();
  }
  yield* rest.split(LINE_END);
}

/** Pieces that begin with a sign, but for the first; the sign stands in no other place that matters. */
export function* cutBefore(sign: string, text: string | LongText): Generator<string> {
  let rest = "";
  for (const piece of piecesOf(text)) {
    rest += piece;
    const end = rest.lastIndexOf(sign);
    if (end > 0) yield rest.slice(0, end);
    if (end > 0) rest = rest.slice(end);
    if (rest.length > MOST_LINE_CHARS) throw tooLong();
  }
  yield rest;
}

const tooLong = (): AppError =>
  invalidStatement(`The file has a line or an element of more than ${MOST_LINE_CHARS} characters.`);

/** The bytes of a file that would not fit into memory beside the lines that it holds: they are kept compressed. */
export class LongFile {
  readonly #pieceBytes: number;
  readonly #kept = new KeptBytes();
  readonly #pieces: Packed[] = [];
  readonly #hash = createHash("sha256");
  #filling: Uint8Array[] = [];
  #size = 0;

  constructor(pieceBytes = PIECE_BYTES) {
    this.#pieceBytes = pieceBytes;
  }

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#filling.push(bytes);
    this.#size += bytes.length;
    if (this.#size < this.#pieceBytes) return;
    this.#pieces.push(packed(Buffer.concat(this.#filling), this.#kept));
    this.#filling = [];
    this.#size = 0;
  }

  /** SHA-256 of what was added so far, hexadecimal. */
  get hash(): string {
    return this.#hash.copy().digest("hex");
  }

  /** True when it is one piece: it is read like any other file then. */
  get isShort(): boolean {
    return this.#pieces.length + (this.#size > 0 ? 1 : 0) < 2;
  }

  get head(): Uint8Array {
    for (const first of this.pieces()) return first;
    return new Uint8Array();
  }

  /** Its pieces, one after the other; none is read any more when the next one is taken. */
  *pieces(): Generator<Uint8Array> {
    for (const piece of this.#pieces) {
      const plain = unpacked(piece);
      yield plain;
      freed(plain);
    }
    if (this.#size > 0) yield Buffer.concat(this.#filling);
  }

  /** Lets go of the bytes; the hash stays. */
  release(): void {
    this.#pieces.length = 0;
    this.#kept.release();
    this.#filling = [];
    this.#size = 0;
  }

  whole(): Uint8Array {
    return Buffer.concat([...this.#pieces.map(unpacked), ...this.#filling]);
  }
}

/** Items of a page: one page is in memory as it is, the others are compressed. */
const PAGE_ITEMS = 512;

/** How a page of items is written as a text. */
export interface PageText<Item> {
  readonly write: (items: readonly Item[]) => string;
  readonly read: (text: string) => readonly Item[];
}

/** The many items of a long file, compressed; cheap to read in order, whatever the direction. As JSON, if nothing else is given. */
export class PackedItems<Item> {
  readonly #text: PageText<Item>;
  readonly #kept = new KeptBytes();
  readonly #pages: Packed[] = [];
  #filling: Item[] = [];
  #open: readonly Item[] = [];
  #openPage = -1;

  constructor(
    text: PageText<Item> = {
      write: (items) => JSON.stringify(items),
      read: (written) => JSON.parse(written) as Item[],
    },
  ) {
    this.#text = text;
  }

  /** The index by which it is read again. */
  add(item: Item): number {
    const index = this.#pages.length * PAGE_ITEMS + this.#filling.length;
    this.#filling.push(item);
    if (this.#filling.length === PAGE_ITEMS) {
      this.#pages.push(packed(this.#text.write(this.#filling), this.#kept));
      this.#filling = [];
    }
    return index;
  }

  at(index: number): Item {
    const page = Math.floor(index / PAGE_ITEMS);
    const kept = this.#pages[page];
    if (kept !== undefined && page !== this.#openPage) {
      const plain = unpacked(kept);
      this.#open = this.#text.read(plain.toString());
      this.#openPage = page;
      freed(plain);
    }
    const item = (kept === undefined ? this.#filling : this.#open)[index % PAGE_ITEMS];
    if (item === undefined) throw new RangeError(`there is no item ${index}`);
    return item;
  }
}

/** Items that are kept as they are: as many as one request takes. */
export const MOST_PLAIN = 25_000;

/** Items in their order, as many as a long file has: the first are kept as they are, the others in packed form. */
export class PackedList<Item> implements Iterable<Item> {
  readonly #plain: Item[] = [];
  readonly #packed = new PackedItems<Item>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(item: Item): void {
    if (this.#length < MOST_PLAIN) this.#plain.push(item);
    else this.#packed.add(item);
    this.#length += 1;
  }

  *[Symbol.iterator](): Generator<Item> {
    yield* this.#plain;
    for (let at = MOST_PLAIN; at < this.#length; at += 1) yield this.#packed.at(at - MOST_PLAIN);
  }
}
