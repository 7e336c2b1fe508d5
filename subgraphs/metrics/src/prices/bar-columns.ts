import { setImmediate as turn } from "node:timers/promises";

const BYTES = Float64Array.BYTES_PER_ELEMENT;
/** Columns that are moved without a turn of the event loop in between, in numbers. */
const MOVED_AT_ONCE = 1_000_000;
const GROWTH = 4;

/**
 * Collects rows of doubles, page by page, as columns. What is more than a page lies in shared memory, so that a
 * worker thread gets it without a copy.
 */
export class BarColumns {
  readonly #fields: number;
  readonly #wanted: readonly number[];
  readonly #most: number;
  #columns: Float64Array[];
  #length = 0;
  #capacity = 0;

  /**
   * @param fields doubles of a row
   * @param wanted the places of those that are kept
   * @param most rows that there can be
   */
  constructor(fields: number, wanted: readonly number[], most: number) {
    this.#fields = fields;
    this.#wanted = wanted;
    this.#most = most;
    this.#columns = wanted.map(() => new Float64Array(0));
  }

  /** Rows so far. */
  get length(): number {
    return this.#length;
  }

  /** The first field of the last row; not a number without one that is wanted. */
  get last(): number {
    return this.#columns[0]?.[this.#length - 1] ?? NaN;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Adds rows of doubles, most significant byte first. */
  async add(page: Buffer): Promise<void> {
    const values = new Float64Array(page.length / BYTES);
    page.copy(Buffer.from(values.buffer));
    Buffer.from(values.buffer).swap64();
    const rows = values.length / this.#fields;
    if (this.#length + rows > this.#capacity) await this.#grow(this.#length + rows);
    for (const [nth, field] of this.#wanted.entries()) {
      const column = this.#columns[nth]!;
      let at = this.#length;
      for (let place = field; place < values.length; place += this.#fields)
        column[at++] = values[place]!;
    }
    this.#length += rows;
  }

  async #grow(needed: number): Promise<void> {
    const isFirst = this.#capacity === 0;
    const most = Math.max(needed, this.#most);
    this.#capacity = isFirst ? needed : Math.min(most, GROWTH * needed);
    for (const [nth, column] of this.#columns.entries()) {
      const bytes = this.#capacity * BYTES;
      const larger = new Float64Array(
        isFirst ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes),
      );
      larger.set(column.subarray(0, this.#length));
      this.#columns[nth] = larger;
      if (this.#length > MOVED_AT_ONCE) await turn();
    }
  }

  /** The columns that are wanted, in their order. */
  take(): Float64Array[] {
    return this.#columns.map((column) => column.subarray(0, this.#length));
  }
}
