import { hash as sha256 } from "node:crypto";

/** Rows of one kind in the state of a book, by key. */
export interface Rows<Row> {
  readonly name: string;
  /** Its place among all kinds of rows of this process. */
  readonly index: number;
  /** True for rows that later batches decide by; the others end with their batch, or are looked up again. */
  readonly keeps: (row: Row) => boolean;
}

let kinds = 0;

/** Declares a kind of rows. */
export const defineRows = <Row>(
  name: string,
  keeps: (row: Row) => boolean = () => true,
): Rows<Row> => ({ name, index: kinds++, keeps });

/** Rows that end with their batch: what was looked up for it, or follows from it. */
export const defineBatchRows = <Row>(name: string): Rows<Row> => defineRows<Row>(name, () => false);

/** Where a book ends: its last position, the hash of that event, and when it was recorded. */
export interface BookHead {
  readonly position: number;
  /** Hexadecimal. */
  readonly hash: string;
  readonly recordedAt: Date;
}

/** An event at the end of a draft. */
interface LastEvent extends BookHead {
  /** The payload as JSON text. */
  readonly payloadJson: string;
}

export const GENESIS: BookHead = {
  position: 0,
  hash: "0".repeat(64),
  recordedAt: new Date(0),
};

const WORDS = 8;

/**
 * What the head of a book commits to beside its log: every row that decisions read, in any order. Rows are
 * added and removed one by one, so a batch pays for the rows it changed and for no other. It shows whether rows
 * are as the last batch left them; that this is what the log leads to is proven by `replay`.
 */
export class StateDigest {
  readonly #words = new Uint32Array(WORDS);

  clone(): StateDigest {
    const copy = new StateDigest();
    copy.#words.set(this.#words);
    return copy;
  }

  add(text: string): void {
    const bytes = sha256("sha256", text, "buffer");
    for (let word = 0; word < WORDS; word += 1) {
      this.#words[word] = (this.#words[word] ?? 0) + bytes.readUInt32LE(word * 4);
    }
  }

  remove(text: string): void {
    const bytes = sha256("sha256", text, "buffer");
    for (let word = 0; word < WORDS; word += 1) {
      this.#words[word] = (this.#words[word] ?? 0) - bytes.readUInt32LE(word * 4);
    }
  }

  /** Adds numbers of 32 bits, mixed with the seeds of their row: for what changes with every posting. */
  addNumbers({ s0, s1, s2, s3 }: RowSeeds, a: number, b: number, c: number): void {
    const words = this.#words;
    words[0] = (words[0] ?? 0) + mix(s0, a, b, c);
    words[1] = (words[1] ?? 0) + mix(s1, a, b, c);
    words[2] = (words[2] ?? 0) + mix(s2, a, b, c);
    words[3] = (words[3] ?? 0) + mix(s3, a, b, c);
  }

  removeNumbers({ s0, s1, s2, s3 }: RowSeeds, a: number, b: number, c: number): void {
    const words = this.#words;
    words[0] = (words[0] ?? 0) - mix(s0, a, b, c);
    words[1] = (words[1] ?? 0) - mix(s1, a, b, c);
    words[2] = (words[2] ?? 0) - mix(s2, a, b, c);
    words[3] = (words[3] ?? 0) - mix(s3, a, b, c);
  }

  toBuffer(): Buffer {
    const bytes = Buffer.alloc(WORDS * 4);
    this.#words.forEach((value, word) => bytes.writeUInt32LE(value, word * 4));
    return bytes;
  }
}

/** Numbers of 32 bits that only one row has. Members, as an array of each row would be one more miss of the cache. */
export interface RowSeeds {
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
  readonly s3: number;
}

export function seedsOf(text: string): RowSeeds {
  const bytes = sha256("sha256", text, "buffer");
  const word = (index: number): number => bytes.readInt32LE(index * 4);
  return { s0: word(0), s1: word(1), s2: word(2), s3: word(3) };
}

// The finishing rounds of MurmurHash3, whose every bit of input moves every bit of output.
function mix(seed: number, a: number, b: number, c: number): number {
  let hash = Math.imul(seed ^ a, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ b, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ c, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/**
 * What deciding on a book needs. The root holds every row that the book's head commits to; a fork is a
 * draft on top of its parent: dropping it undoes everything, merging it keeps everything.
 */
export class BookState {
  head: BookHead;
  digest: StateDigest;
  /** The tenant's own book, whose decisions hold for all its books; undefined in that book itself. */
  tenant: BookState | undefined;
  #parent: BookState | undefined;
  readonly #layers: (Map<string, unknown> | undefined)[] = [];
  /** What was recorded in this draft, and is not in the log yet. */
  readonly #recorded: LastEvent[] = [];

  constructor(head: BookHead, parent?: BookState) {
    this.head = head;
    this.#parent = parent;
    this.digest = parent?.digest ?? new StateDigest();
    this.tenant = parent?.tenant;
  }

  fork(): BookState {
    return new BookState(this.head, this);
  }

  /** A root with the same rows, to go on from without what stands on this one noticing. */
  copy(): BookState {
    if (this.#parent !== undefined) throw new Error("only a root can be copied");
    const copy = new BookState(this.head);
    copy.digest = this.digest.clone();
    copy.tenant = this.tenant;
    for (const [index, layer] of this.#layers.entries()) {
      if (layer !== undefined) copy.#layers[index] = new Map(layer);
    }
    return copy;
  }

  get<Row>({ index }: Rows<Row>, key: string): Row | undefined {
    const own = this.#layers[index]?.get(key);
    if (own !== undefined) return own as Row;
    for (let state = this.#parent; state !== undefined; state = state.#parent) {
      const row = state.#layers[index]?.get(key);
      if (row !== undefined) return row as Row;
    }
    return undefined;
  }

  put<Row>({ index }: Rows<Row>, key: string, row: Row): void {
    (this.#layers[index] ??= new Map()).set(key, row);
  }

  /** All rows of a kind, those of the parents included. */
  all<Row>(rows: Rows<Row>): Map<string, Row> {
    const found = this.#parent === undefined ? new Map<string, Row>() : this.#parent.all(rows);
    for (const [key, row] of this.own(rows)) found.set(key, row);
    return found;
  }

  /** True when there is no row of a kind, not even in the parents. */
  isEmpty(rows: Rows<never>): boolean {
    const isOwnEmpty = (this.#layers[rows.index]?.size ?? 0) === 0;
    return isOwnEmpty && (this.#parent?.isEmpty(rows) ?? true);
  }

  /** The rows put into this draft, not into those beneath it. */
  own<Row>({ index }: Rows<Row>): ReadonlyMap<string, Row> {
    return (this.#layers[index] as Map<string, Row> | undefined) ?? new Map();
  }

  /** Ends with this event from now on. */
  end(event: LastEvent): void {
    this.head = event;
    this.#recorded.push(event);
  }

  /** True when an event behind a position that is not in the log yet has this text in its payload. */
  hasRecorded(text: string, since: number): boolean {
    const own = this.#recorded.some(
      ({ position, payloadJson }) => position > since && payloadJson.includes(text),
    );
    return own || (this.#parent?.hasRecorded(text, since) ?? false);
  }

  /** Stands on another state from now on, one that has taken in everything of its parent. */
  rebase(parent: BookState): void {
    this.#parent = parent;
  }

  mergeIntoParent(): void {
    const parent = this.#parent;
    if (parent === undefined) throw new Error("only a fork can be merged");
    parent.head = this.head;
    for (const event of this.#recorded) parent.#recorded.push(event);
    for (const [index, layer] of this.#layers.entries()) {
      if (layer === undefined) continue;
      const rows = (parent.#layers[index] ??= new Map());
      for (const [key, row] of layer) rows.set(key, row);
    }
  }

  /** After its commit: gives the state it was decided on what later batches decide by. */
  settleInto(target: BookState, kinds: readonly Rows<unknown>[]): void {
    target.head = this.head;
    target.digest = this.digest;
    target.tenant = this.tenant;
    for (const rows of kinds) {
      const layer = this.#layers[rows.index];
      if (layer === undefined) continue;
      const kept = (target.#layers[rows.index] ??= new Map());
      for (const [key, row] of layer) {
        if (rows.keeps(row)) kept.set(key, row);
        else kept.delete(key);
      }
    }
  }

  /** How many rows it holds itself. */
  get size(): number {
    return this.#layers.reduce((sum, layer) => sum + (layer?.size ?? 0), 0);
  }
}
