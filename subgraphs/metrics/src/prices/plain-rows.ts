import type { CopyRows } from "./copy-rows.ts";
import type { Granularity } from "./price-merge.ts";
import { MOST_DECIMALS, MOST_DIGITS, NO_COLUMN } from "./price-rows.ts";
import type { PriceRows, RowLayout, StagedRow } from "./price-rows.ts";
import type { TimeReader } from "./price-time.ts";

/** Parts of a row: not known, and not written as a number usually is. */
const [UNKNOWN, OTHER] = [-1, -2];
const LAST_ASCII = 127;
const LONGEST_NUMBER = 64;
const FIELDS = 7;

/**
 * Writes prices as rows of the staging table. A line of a usual form is read from its bytes, which takes a
 * fifth of the time that its texts take; of any other line only its text shows whether it is a price.
 */
export class PlainRows {
  readonly #rows: CopyRows;
  readonly #layout: RowLayout;
  readonly #readTime: TimeReader["readBytes"];
  readonly #granularity: Granularity;
  readonly #delimiter: number;
  readonly #limits: { separator: number; mostDigits: number; mostDecimals: number };
  /** Where the columns of a line end; the first one begins after the first of them. */
  readonly #ends: Int32Array;
  readonly #number = Buffer.alloc(LONGEST_NUMBER);

  constructor({ layout, time, granularity }: PriceRows, rows: CopyRows) {
    const { columns, delimiter, separator } = layout;
    this.#rows = rows;
    this.#layout = layout;
    this.#granularity = granularity;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#readTime = this.#delimiter <= LAST_ASCII ? time.readBytes : undefined;
    const mostDecimals = MOST_DECIMALS;
    this.#limits = { separator: separator.charCodeAt(0), mostDigits: MOST_DIGITS, mostDecimals };
    this.#ends = new Int32Array(columns + 1);
  }

  /**
   * Appends the row of a line without quotes, and returns its time in epoch milliseconds. NaN, and nothing is
   * appended, when the line has to be read as text.
   */
  append(bytes: Uint8Array, start: number, end: number, line: number, nowMs: number): number {
    if (this.#readTime === undefined || !this.#cut(bytes, start, end)) return NaN;
    const { time, parts } = this.#layout;
    const ms = this.#readTime(bytes, this.#startOf(time), this.#endOf(time));
    if (!(ms <= nowMs)) return NaN;
    const rows = this.#rows;
    this.#begin(ms);
    const open = this.#part(bytes, parts.open);
    const high = this.#part(bytes, parts.high);
    const low = this.#part(bytes, parts.low);
    const close = this.#part(bytes, parts.close);
    const volume = this.#part(bytes, parts.volume);
    if (!this.#isBar(open, high, low, close) || volume === OTHER) return NaN;
    rows.int64(line);
    rows.end();
    return ms;
  }

  /** Appends a row that was read as text. */
  appendText(row: StagedRow, line: number): void {
    this.#begin(row.ms);
    for (const text of [row.open, row.high, row.low, row.close, row.volume]) {
      if (text === null) this.#rows.null();
      else {
        const length = this.#number.write(text, "latin1");
        this.#rows.decimal(this.#number, 0, length, { ...this.#limits, separator: POINT });
      }
    }
    this.#rows.int64(line);
    this.#rows.end();
  }

  #begin(ms: number): void {
    this.#rows.begin(FIELDS);
    if (this.#granularity === "DAY") this.#rows.day(ms);
    else this.#rows.instant(ms);
  }

  /** Notes where the columns end; false when they are not as many as in the first line. */
  #cut(bytes: Uint8Array, start: number, end: number): boolean {
    const ends = this.#ends;
    const delimiter = this.#delimiter;
    const last = ends.length - 1;
    let count = 0;
    ends[0] = start - 1;
    for (let at = start; at < end; at += 1) {
      if (bytes[at] !== delimiter) continue;
      count += 1;
      if (count === last) return false;
      ends[count] = at;
    }
    ends[last] = end;
    return count + 1 === last;
  }

  #startOf(column: number): number {
    return this.#ends[column]! + 1;
  }

  #endOf(column: number): number {
    return this.#ends[column + 1]!;
  }

  #part(bytes: Uint8Array, column: number): number {
    const start = column === NO_COLUMN ? 0 : this.#startOf(column);
    const end = column === NO_COLUMN ? 0 : this.#endOf(column);
    if (start === end) {
      this.#rows.null();
      return UNKNOWN;
    }
    const decimal = this.#rows.decimal(bytes, start, end, this.#limits);
    return decimal < 0 ? OTHER : decimal;
  }

  /** Prices above zero, of which the high is the highest and the low the lowest; a close there must be. */
  #isBar(open: number, high: number, low: number, close: number): boolean {
    if (close < 0 || open === OTHER || high === OTHER || low === OTHER) return false;
    const rows = this.#rows;
    if (rows.isZero(close) || (open >= 0 && rows.isZero(open))) return false;
    if (high >= 0 && (rows.compare(high, close) < 0 || (open >= 0 && rows.compare(high, open) < 0)))
      return false;
    if (low < 0) return true;
    if (rows.isZero(low) || rows.compare(close, low) < 0) return false;
    return open < 0 || rows.compare(open, low) >= 0;
  }
}

const POINT = 46;
