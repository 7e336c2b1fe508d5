/*
 * A page has terms in the order of their bytes. Each is written as what it shares with the one before it, what it
 * has beside that, and its places within the run: the gaps between them, or a bit for each place of the run where
 * that is shorter. A term that stands once takes about a dozen bytes.
 */

/** A page holds about so many bytes; what is larger than 2,000 the database would store elsewhere. */
const PAGE_BYTES = 1_400;

interface TermPage {
  /** Every term of the run that is before it stands on an earlier page; empty on the first. */
  readonly first: string;
  readonly terms: Buffer;
}

const BITS = 7;
const LOW_BITS = 0x7f;
const GOES_ON = 0x80;

function putNumber(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  for (; rest > LOW_BITS; rest >>>= BITS) bytes[end++] = (rest & LOW_BITS) | GOES_ON;
  bytes[end++] = rest;
  return end;
}

const sizeOfNumber = (value: number): number => (value > 0x3fff ? 3 : value > LOW_BITS ? 2 : 1);

function sizeOfGaps(places: readonly number[]): number {
  let size = 0;
  let last = 0;
  for (const place of places) {
    size += sizeOfNumber(place - last);
    last = place;
  }
  return size;
}

const bitmapBytes = (runSize: number): number => Math.ceil(runSize / 8);

/** Numbers before a key: what it shares, what it has beside that, how many places it has. */
const MOST_NUMBERS = 9;

/** Writes the terms of a run, which come in the order of their bytes, onto pages. */
export class PageWriter {
  readonly pages: TermPage[] = [];
  readonly #runSize: number;
  #bytes = Buffer.allocUnsafe(PAGE_BYTES * 4);
  #end = 0;
  #first = "";
  #last: Uint8Array = new Uint8Array();

  constructor(runSize: number) {
    this.#runSize = runSize;
  }

  add(term: string, places: readonly number[]): void {
    const key = Buffer.from(term);
    const gaps = sizeOfGaps(places);
    const bitmap = bitmapBytes(this.#runSize);
    const size = MOST_NUMBERS + key.length + Math.min(gaps, bitmap);
    if (this.#end > 0 && this.#end + size > PAGE_BYTES) this.#turn(term);
    this.#reserve(size);
    this.#putKey(key);
    this.#end = putNumber(this.#bytes, this.#end, places.length * 2 + (gaps > bitmap ? 1 : 0));
    if (gaps > bitmap) this.#putBitmap(places, bitmap);
    else this.#putGaps(places);
  }

  /** Ends the last page. */
  end(): readonly TermPage[] {
    this.#turn("");
    return this.pages;
  }

  #turn(next: string): void {
    this.pages.push({ first: this.#first, terms: Buffer.from(this.#bytes.subarray(0, this.#end)) });
    this.#first = next;
    this.#end = 0;
    this.#last = new Uint8Array();
  }

  #reserve(size: number): void {
    if (this.#end + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe((this.#end + size) * 2);
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }

  #putKey(key: Buffer): void {
    const most = Math.min(key.length, this.#last.length);
    let shared = 0;
    while (shared < most && key[shared] === this.#last[shared]) shared += 1;
    const bytes = this.#bytes;
    let end = putNumber(bytes, this.#end, shared);
    end = putNumber(bytes, end, key.length - shared);
    for (let at = shared; at < key.length; at += 1) bytes[end++] = key[at] ?? 0;
    this.#end = end;
    this.#last = key;
  }

  #putGaps(places: readonly number[]): void {
    let last = 0;
    for (const place of places) {
      this.#end = putNumber(this.#bytes, this.#end, place - last);
      last = place;
    }
  }

  #putBitmap(places: readonly number[], size: number): void {
    const bitmap = this.#bytes.subarray(this.#end, this.#end + size).fill(0);
    for (const place of places) bitmap[place >> 3] = (bitmap[place >> 3] ?? 0) | (1 << (place & 7));
    this.#end += size;
  }
}

/** Places of a run, a bit each. */
export type PlaceSet = Uint8Array;

export const emptySet = (runSize: number): PlaceSet => new Uint8Array(bitmapBytes(runSize));

/** Keeps what another set has, too; false when nothing is left. */
export function keepCommon(set: PlaceSet, other: PlaceSet): boolean {
  let left = 0;
  for (let at = 0; at < set.length; at += 1) left |= set[at] = (set[at] ?? 0) & (other[at] ?? 0);
  return left !== 0;
}

/** The places in a set, in their order. */
export function placesIn(set: PlaceSet): number[] {
  const places: number[] = [];
  for (let at = 0; at < set.length; at += 1) {
    for (let left = set[at] ?? 0; left !== 0; left &= left - 1)
      places.push(at * 8 + 31 - Math.clz32(left & -left));
  }
  return places;
}

/** The places of a term, as they are written on its page. */
class WrittenPlaces {
  readonly #page: Buffer;
  readonly #at: number;
  readonly #header: number;

  constructor(page: Buffer, at: number, header: number) {
    this.#page = page;
    this.#at = at;
    this.#header = header;
  }

  addTo(set: PlaceSet): void {
    if ((this.#header & 1) === 0) {
      for (const place of this.#listed())
        set[place >> 3] = (set[place >> 3] ?? 0) | (1 << (place & 7));
      return;
    }
    for (let at = 0; at < set.length; at += 1)
      set[at] = (set[at] ?? 0) | (this.#page[this.#at + at] ?? 0);
  }

  list(runSize: number): number[] {
    if ((this.#header & 1) === 0) return this.#listed();
    return placesIn(this.#page.subarray(this.#at, this.#at + bitmapBytes(runSize)));
  }

  #listed(): number[] {
    const cursor = { at: this.#at };
    let place = 0;
    return Array.from(
      { length: this.#header >> 1 },
      () => (place += takeNumber(this.#page, cursor)),
    );
  }
}

function takeNumber(page: Buffer, cursor: { at: number }): number {
  let value = 0;
  for (let shift = 0; ; shift += BITS) {
    const byte = page[cursor.at++] ?? 0;
    value |= (byte & LOW_BITS) << shift;
    if (byte < GOES_ON) return value;
  }
}

/** Compares terms, one after the other, with a bound; of each only what it does not share with the one before. */
class Comparison {
  readonly #bound: Uint8Array;
  #common = 0;
  #sign = -1;

  constructor(bound: Uint8Array) {
    this.#bound = bound;
  }

  /** Below zero for a term before the bound, zero for the bound itself. */
  of(term: Uint8Array, length: number, shared: number): number {
    // Where it differs from the bound the one before differed, too.
    if (shared > this.#common) return this.#sign;
    const most = Math.min(length, this.#bound.length);
    let at = shared;
    while (at < most && term[at] === this.#bound[at]) at += 1;
    this.#common = at;
    this.#sign = at < most ? (term[at] ?? 0) - (this.#bound[at] ?? 0) : length - this.#bound.length;
    return this.#sign;
  }
}

/** Terms between two, both included, as bytes. */
export interface ByteRange {
  readonly from: Buffer;
  readonly to: Buffer;
}

export const EVERY_TERM: ByteRange = { from: Buffer.alloc(0), to: Buffer.from([0xff]) };

let key = Buffer.allocUnsafe(4_096);

/** Visits the terms of a page that lie within a range. */
export function readTerms(
  page: Buffer,
  runSize: number,
  { from, to }: ByteRange,
  visit: (term: () => string, places: WrittenPlaces) => void,
): void {
  const cursor = { at: 0 };
  const [low, high] = [new Comparison(from), new Comparison(to)];
  while (cursor.at < page.length) {
    const shared = takeNumber(page, cursor);
    const length = shared + takeNumber(page, cursor);
    if (length > key.length) key = Buffer.concat([key, Buffer.allocUnsafe(length)]);
    for (let at = shared; at < length; at += 1) key[at] = page[cursor.at++] ?? 0;
    const header = takeNumber(page, cursor);
    if (high.of(key, length, shared) > 0) return;
    if (low.of(key, length, shared) >= 0)
      visit(() => key.toString("utf8", 0, length), new WrittenPlaces(page, cursor.at, header));
    skipPlaces(page, cursor, header, runSize);
  }
}

function skipPlaces(page: Buffer, cursor: { at: number }, header: number, runSize: number): void {
  if ((header & 1) === 1) cursor.at += bitmapBytes(runSize);
  else for (let left = header >> 1; left > 0; left -= 1) takeNumber(page, cursor);
}
