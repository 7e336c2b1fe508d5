/** A bounded map that evicts the least recently used entries. */
export class LruCache<Key, Value> {
  readonly #limit: number;
  readonly #sizeOf: (value: Value, key: Key) => number;
  // A Map keeps insertion order: re-inserting on use makes its first key the oldest.
  readonly #entries = new Map<Key, { readonly value: Value; readonly size: number }>();
  #newest: Key | undefined;
  #total = 0;

  /** The limit is in the unit of `sizeOf`, or in entries without it. An entry above the limit is not kept. */
  constructor(limit: number, sizeOf: (value: Value, key: Key) => number = () => 1) {
    this.#limit = limit;
    this.#sizeOf = sizeOf;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || key === this.#newest) return entry?.value;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#newest = key;
    return entry.value;
  }

  set(key: Key, value: Value): void {
    const size = this.#sizeOf(value, key);
    this.delete(key);
    if (size > this.#limit) return;
    this.#entries.set(key, { value, size });
    this.#newest = key;
    this.#total += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#total <= this.#limit) break;
      this.delete(oldest);
    }
  }

  delete(key: Key): boolean {
    this.#total -= this.#entries.get(key)?.size ?? 0;
    return this.#entries.delete(key);
  }

  /** The values, the least recently used first. */
  *values(): Generator<Value> {
    for (const { value } of this.#entries.values()) yield value;
  }

  get size(): number {
    return this.#total;
  }
}
