import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** So many bytes are compressed together, and are in memory as they are while they are read. */
const PIECE_BYTES = 2 ** 20;
/** Banks' files are repetitive: the fastest level halves them twice already. */
const LEVEL = { level: 1 };

/** What is kept: a copy, because the result of a compression holds on to its larger work space. */
const packed = (bytes: Uint8Array | string): Uint8Array =>
  new Uint8Array(deflateRawSync(bytes, LEVEL));

/** A text that is read piece by piece, from its beginning each time; pieces are cut anywhere. */
export interface LongText {
  /** The first piece, which shows what kind of text it is. */
  readonly head: string;
  pieces(): Iterable<string>;
}

export const piecesOf = (text: string | LongText): Iterable<string> =>
  typeof text === "string" ? [text] : text.pieces();

export const headOf = (text: string | LongText): string =>
  typeof text === "string" ? text : text.head;

/** All of it; for formats that are read as a whole. */
export const wholeOf = (text: string | LongText): string =>
  typeof text === "string" ? text : [...text.pieces()].join("");

/** The bytes of a file that would not fit into memory beside the lines that it holds: they are kept compressed. */
export class LongFile {
  readonly #pieceBytes: number;
  readonly #pieces: Uint8Array[] = [];
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
    this.#pieces.push(packed(Buffer.concat(this.#filling)));
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

  *pieces(): Generator<Uint8Array> {
    for (const piece of this.#pieces) yield inflateRawSync(piece);
    if (this.#size > 0) yield Buffer.concat(this.#filling);
  }

  whole(): Uint8Array {
    return Buffer.concat([...this.pieces()]);
  }
}

/** Items of a page: one page is in memory as it is, the others are compressed. */
const PAGE_ITEMS = 512;

/** What JSON can say of the many items of a long file, compressed; cheap to read in order, whatever the direction. */
export class PackedItems<Item> {
  readonly #pages: Uint8Array[] = [];
  #filling: Item[] = [];
  #open: readonly Item[] = [];
  #openPage = -1;

  /** The index by which it is read again. */
  add(item: Item): number {
    const index = this.#pages.length * PAGE_ITEMS + this.#filling.length;
    this.#filling.push(item);
    if (this.#filling.length === PAGE_ITEMS) {
      this.#pages.push(packed(JSON.stringify(this.#filling)));
      this.#filling = [];
    }
    return index;
  }

  at(index: number): Item {
    const page = Math.floor(index / PAGE_ITEMS);
    const kept = this.#pages[page];
    if (kept !== undefined && page !== this.#openPage) {
      this.#open = JSON.parse(inflateRawSync(kept).toString()) as Item[];
      this.#openPage = page;
    }
    const item = (kept === undefined ? this.#filling : this.#open)[index % PAGE_ITEMS];
    if (item === undefined) throw new RangeError(`there is no item ${index}`);
    return item;
  }
}

/** Items that are kept as they are: as many as one request takes. */
export const MOST_PLAIN = 25_000;
