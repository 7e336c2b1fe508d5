/** Items in their order: an array, or what a long file is kept as. */
export interface Sequence<Item> extends Iterable<Item> {
  readonly length: number;
  at(index: number): Item | undefined;
  slice(from?: number, to?: number): Sequence<Item>;
  filter(isKept: (item: Item, index: number) => boolean): Sequence<Item>;
  find(is: (item: Item, index: number) => boolean): Item | undefined;
  findIndex(is: (item: Item, index: number) => boolean): number;
  findLastIndex(is: (item: Item, index: number) => boolean): number;
  some(is: (item: Item, index: number) => boolean): boolean;
  every(is: (item: Item, index: number) => boolean): boolean;
  entries(): Iterable<[number, Item]>;
  toReversed(): Sequence<Item>;
}

/**
 * Items that are made when they are read. An object for each of a million rows would fill the memory, whatever it
 * holds; here those that are left of a filter are numbers of four bytes.
 */
export class MadeSequence<Item> implements Sequence<Item> {
  readonly length: number;
  readonly #make: (number: number) => Item;
  /** Which items, by their numbers; all of them when absent. */
  readonly #picked: Int32Array | undefined;

  constructor(length: number, make: (number: number) => Item, picked?: Int32Array) {
    this.length = picked?.length ?? length;
    this.#make = make;
    this.#picked = picked;
  }

  at(index: number): Item | undefined {
    const place = index < 0 ? this.length + index : index;
    return place >= 0 && place < this.length ? this.#make(this.#numberAt(place)) : undefined;
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let at = 0; at < this.length; at += 1) yield this.#make(this.#numberAt(at));
  }

  *entries(): Generator<[number, Item]> {
    for (let at = 0; at < this.length; at += 1) yield [at, this.#make(this.#numberAt(at))];
  }

  slice(from = 0, to = this.length): Sequence<Item> {
    const [first, end] = [from, to].map((place) => (place < 0 ? this.length + place : place));
    const length = Math.max(0, Math.min(end ?? 0, this.length) - (first ?? 0));
    return this.#pick(Int32Array.from({ length }, (_, at) => this.#numberAt((first ?? 0) + at)));
  }

  filter(isKept: (item: Item, index: number) => boolean): Sequence<Item> {
    const picked = new Int32Array(this.length);
    let kept = 0;
    for (const [at, item] of this.entries())
      if (isKept(item, at)) picked[kept++] = this.#numberAt(at);
    return kept === this.length ? this : this.#pick(picked.slice(0, kept));
  }

  find(is: (item: Item, index: number) => boolean): Item | undefined {
    return this.at(this.#first(is) ?? this.length);
  }

  findIndex(is: (item: Item, index: number) => boolean): number {
    return this.#first(is) ?? -1;
  }

  findLastIndex(is: (item: Item, index: number) => boolean): number {
    for (let at = this.length - 1; at >= 0; at -= 1)
      if (is(this.#make(this.#numberAt(at)), at)) return at;
    return -1;
  }

  some(is: (item: Item, index: number) => boolean): boolean {
    return this.#first(is) !== undefined;
  }

  every(is: (item: Item, index: number) => boolean): boolean {
    return this.#first((item, at) => !is(item, at)) === undefined;
  }

  toReversed(): Sequence<Item> {
    const { length } = this;
    return this.#pick(Int32Array.from({ length }, (_, at) => this.#numberAt(length - 1 - at)));
  }

  #first(is: (item: Item, index: number) => boolean): number | undefined {
    for (const [at, item] of this.entries()) if (is(item, at)) return at;
    return undefined;
  }

  #numberAt(place: number): number {
    return this.#picked === undefined ? place : (this.#picked[place] ?? 0);
  }

  #pick(picked: Int32Array): MadeSequence<Item> {
    return new MadeSequence(picked.length, this.#make, picked);
  }
}

/** Several sequences, one behind the other. */
export function joined<Item>(parts: readonly Sequence<Item>[]): Sequence<Item> {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  if (parts.every((part) => Array.isArray(part))) return parts.flatMap((part) => [...part]);
  const ends: number[] = [];
  for (const { length } of parts) ends.push((ends.at(-1) ?? 0) + length);
  const make = (number: number): Item => {
    const part = ends.findIndex((end) => number < end);
    const item = parts[part]?.at(number - (ends[part - 1] ?? 0));
    if (item === undefined) throw new RangeError(`there is no item ${number}`);
    return item;
  };
  return new MadeSequence(ends.at(-1) ?? 0, make);
}
