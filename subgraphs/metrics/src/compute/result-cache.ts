interface Entry {
  readonly value: unknown;
  readonly bytes: number;
}

/** A value that takes more than this share of the cache would push out everything else. */
const LARGEST_SHARE = 1 / 4;
/** About what an entry takes beside its value and its key. */
const ENTRY_BYTES = 128;

/** Results by key, bounded by bytes: the one that was not used for longest makes place. */
export class ResultCache {
  /** Used last comes last. */
  readonly #entries = new Map<string, Entry>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Memory of all entries, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The entry, because a value may be undefined. */
  get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Keeps a value unless it is too large; `valueBytes` is the memory that it takes. */
  set(key: string, value: unknown, valueBytes: number): void {
    this.#remove(key);
    const bytes = valueBytes + 2 * key.length + ENTRY_BYTES;
    if (bytes > this.#maxBytes * LARGEST_SHARE) return;
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
