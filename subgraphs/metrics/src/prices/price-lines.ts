import { CopyRows } from "./copy-rows.ts";
import { CsvRecords, requireLine } from "./csv-records.ts";
import type { CsvRecord } from "./csv-records.ts";
import { RowFaults } from "./parse-prices.ts";
import { PlainRows } from "./plain-rows.ts";
import { PriceRows } from "./price-rows.ts";
import type { PriceCsvMapping } from "./price-rows.ts";
import { StagedTimes } from "./staged-times.ts";

const [LINE_FEED, CARRIAGE_RETURN, QUOTE] = [10, 13, 34];
const NOTHING = Buffer.alloc(0);

/**
 * Turns a CSV file, piece by piece, into rows of the staging table in the binary format of COPY. Up to the
 * first quote it is read line by line from its bytes.
 */
export class PriceLines {
  readonly faults = new RowFaults();
  readonly times = new StagedTimes();
  readonly #mapping: PriceCsvMapping;
  readonly #nowMs: number;
  readonly #rows = new CopyRows();
  readonly #decoder = new TextDecoder();
  #reader: PriceRows | undefined;
  #plain: PlainRows | undefined;
  /** Reads all that follows the first quote. */
  #quoted: CsvRecords | undefined;
  #rest: Buffer = NOTHING;
  #lines = 0;
  #count = 0;
  #withoutPrice = 0;

  /** @param nowMs the present, after which prices are faults */
  constructor(mapping: PriceCsvMapping, nowMs: number) {
    this.#mapping = mapping;
    this.#nowMs = nowMs;
  }

  /** Lines with a price or a fault. */
  get count(): number {
    return this.#count;
  }

  /** Lines of times that the file gives no price of. */
  get withoutPrice(): number {
    return this.#withoutPrice;
  }

  /** What the file holds; undefined until its first line was read. */
  get granularity(): PriceRows["granularity"] | undefined {
    return this.#reader?.granularity;
  }

  /** The rows that are complete after the next piece of the file; after the first fault there are none. */
  push(piece: Buffer): Buffer[] {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    if (this.#quoted === undefined && piece.includes(QUOTE)) {
      this.#quoted = new CsvRecords(this.#mapping.delimiter, this.#lines);
    }
    if (this.#quoted === undefined) {
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      this.#rest = bytes.subarray(end);
      this.#readLines(bytes, end);
      requireLine(this.#rest.length, this.#lines + 1);
    } else {
      this.#rest = NOTHING;
      for (const record of this.#quoted.push(this.#decoder.decode(bytes, { stream: true })))
        this.#readRecord(record);
    }
    return this.#rows.take();
  }

  /** The last row, when the file does not end with a line feed, and the end of the data. */
  end(): Buffer[] {
    const rest = this.#rest;
    this.#rest = NOTHING;
    if (rest.length > 0) this.#readLine(rest, 0, rest.length);
    for (const record of this.#quoted?.end() ?? []) this.#readRecord(record);
    return this.#rows.finish();
  }

  #readLines(bytes: Buffer, end: number): void {
    for (let start = 0; start < end;) {
      const lineEnd = bytes.indexOf(LINE_FEED, start);
      this.#readLine(bytes, start, lineEnd);
      start = lineEnd + 1;
    }
  }

  #readLine(bytes: Buffer, start: number, lineEnd: number): void {
    this.#lines += 1;
    const end = lineEnd > start && bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
    // After the first fault nothing is stored, so the rest is only counted and checked.
    if (this.#plain !== undefined && this.faults.count === 0) {
      const ms = this.#plain.append(bytes, start, end, this.#lines, this.#nowMs);
      if (!Number.isNaN(ms)) {
        this.#count += 1;
        this.times.add(ms);
        return;
      }
    }
    const text = this.#decoder.decode(bytes.subarray(start, end));
    if (text.trim() === "") return;
    this.#readRecord({ fields: text.split(this.#mapping.delimiter), line: this.#lines });
  }

  #readRecord(record: CsvRecord): void {
    if (this.#reader === undefined) {
      this.#reader = new PriceRows(this.#mapping, record);
      this.#plain = new PlainRows(this.#reader, this.#rows);
      return;
    }
    const row = this.#reader.read(record, this.#nowMs);
    if (row === null) {
      this.#withoutPrice += 1;
      return;
    }
    this.#count += 1;
    if (typeof row === "string") this.faults.add(record.line, row);
    else if (this.faults.count === 0) {
      this.times.add(row.ms);
      this.#plain?.appendText(row, record.line);
    }
  }
}
