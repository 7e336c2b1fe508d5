import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { Violation } from "@allfunds/contract/errors";
import { CsvRecords } from "./csv-records.ts";
import type { CsvRecord } from "./csv-records.ts";
import type { Granularity } from "./price-merge.ts";
import { PriceRows } from "./price-rows.ts";
import type { PriceCsvMapping, StagedRow } from "./price-rows.ts";

const MOST_ROWS = 100_000;
const MOST_VIOLATIONS = 20;

/** What a file holds: prices of days or of instants, each time once. */
export interface ParsedPrices {
  readonly granularity: Granularity;
  readonly rows: readonly StagedRow[];
  /** How many times the file gives no price of. */
  readonly withoutPrice: number;
}

/**
 * Reads prices from a CSV file of at most 100,000 rows. A file with any bad row is refused whole, with the
 * line numbers of the first twenty; a row repeated word for word counts once, one without any price is left out.
 * Prices after `now` are refused.
 */
export function parsePrices(content: string, mapping: PriceCsvMapping, now: Date): ParsedPrices {
  const records = readRecords(content, mapping);
  const [header, ...lines] = records;
  if (header === undefined || lines.length === 0) throw invalidInput("content", "holds no price");
  const reader = new PriceRows(mapping, header);
  const seen = new Map<string, { line: number; row: StagedRow }>();
  const faults = new RowFaults();
  let withoutPrice = 0;
  for (const record of lines) {
    const row = reader.read(record, now.getTime());
    if (row === null) {
      withoutPrice += 1;
      continue;
    }
    const before = typeof row === "string" ? undefined : seen.get(row.time);
    if (typeof row === "string") faults.add(record.line, row);
    else if (before === undefined) seen.set(row.time, { line: record.line, row });
    else if (!isSamePrice(before.row, row)) {
      faults.add(record.line, `another price of ${row.time} is on line ${before.line}`);
    }
  }
  faults.refuse(lines.length);
  if (seen.size === 0) throw invalidInput("content", "holds no price");
  const rows = [...seen.values()].map(({ row }) => row);
  return { granularity: reader.granularity, rows, withoutPrice };
}

function readRecords(content: string, { delimiter }: PriceCsvMapping): CsvRecord[] {
  const reader = new CsvRecords(delimiter);
  const complete = reader.push(content);
  const records = [...complete, ...reader.end()];
  if (records.length > MOST_ROWS + 1) {
    throw invalidInput(
      "content",
      `holds more than ${MOST_ROWS} rows; upload it with startPriceImport`,
    );
  }
  return records;
}

const isSamePrice = (a: StagedRow, b: StagedRow): boolean =>
  a.close === b.close &&
  a.open === b.open &&
  a.high === b.high &&
  a.low === b.low &&
  a.volume === b.volume;

/** The rows of a file that cannot be read: how many, and the first twenty with their lines. */
export class RowFaults {
  readonly #violations: Violation[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The first twenty. */
  get violations(): readonly Violation[] {
    return this.#violations;
  }

  add(line: number, message: string): void {
    this.#count += 1;
    if (this.#violations.length >= MOST_VIOLATIONS) return;
    this.#violations.push({ path: `content.line.${line}`, message });
  }

  /** Throws INVALID_INPUT when there is any. */
  refuse(rows: number): void {
    if (this.#count === 0) return;
    const message = `${this.#count} of ${rows} rows cannot be read; nothing was stored.`;
    throw new AppError("INVALID_INPUT", message, { violations: this.#violations });
  }
}
