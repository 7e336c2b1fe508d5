import { invalidInput } from "@allfunds/contract/errors";
import type { CsvRecord } from "./csv-records.ts";
import { timeReader } from "./price-time.ts";
import type { TimeReader } from "./price-time.ts";
import type { Granularity } from "./price-merge.ts";

/** Which columns of a CSV file hold what, and how they are written. */
export interface PriceCsvMapping {
  readonly date: string;
  readonly close: string;
  /** Columns that the file may have; null for a part that it has not. */
  readonly open?: string | null | undefined;
  readonly high?: string | null | undefined;
  readonly low?: string | null | undefined;
  readonly volume?: string | null | undefined;
  readonly dateFormat: string;
  /** IANA name of the zone of local times; UTC by default. */
  readonly timeZone?: string | null | undefined;
  readonly decimalSeparator: string;
  readonly delimiter: string;
}

/** A price as it is staged: decimal strings, null for a part that is not known. */
export interface StagedRow {
  /** An ISO date, or an ISO instant in UTC. */
  readonly time: string;
  readonly ms: number;
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly close: string;
  readonly volume: string | null;
}

const PARTS = ["open", "high", "low", "close", "volume"] as const;
type Part = (typeof PARTS)[number];

const DECIMAL = /^\d{1,20}(\.\d{1,12})?$/;
const ONLY_ZEROS = /^[0.]*$/;
const ALLOWED = "with at most 20 digits before and 12 after the separator";

/** Reads the records of a file as prices. */
export class PriceRows {
  readonly granularity: Granularity;
  readonly #time: TimeReader;
  readonly #mapping: PriceCsvMapping;
  readonly #columns: number;
  readonly #timeColumn: number;
  readonly #partColumns: readonly (readonly [Part, number])[];
  readonly #separator: string;

  /**
   * Throws INVALID_INPUT when the mapping does not fit the first line, which names the columns.
   */
  constructor(mapping: PriceCsvMapping, header: CsvRecord) {
    const { decimalSeparator, dateFormat, timeZone } = mapping;
    if (decimalSeparator !== "." && decimalSeparator !== ",") {
      throw invalidInput("csv.decimalSeparator", 'must be "." or ","');
    }
    this.#mapping = mapping;
    this.#separator = decimalSeparator;
    this.#time = timeReader(dateFormat, timeZone ?? "UTC");
    this.granularity = this.#time.granularity;
    const names = header.fields.map((name) => name.trim());
    this.#columns = names.length;
    this.#timeColumn = columnOf(names, mapping.date);
    this.#partColumns = PARTS.flatMap((part) => {
      const name = mapping[part];
      return name === null || name === undefined ? [] : [[part, columnOf(names, name)] as const];
    });
  }

  /** The price of a record, or what is wrong with it. */
  read({ fields }: CsvRecord, nowMs: number): StagedRow | string {
    if (fields.length !== this.#columns) {
      return `has ${fields.length} columns, the first line has ${this.#columns}`;
    }
    const timeText = (fields[this.#timeColumn] ?? "").trim();
    const time = this.#time.read(timeText);
    if (time === null) return this.#notATime(timeText);
    if (time.ms > nowMs) return `${time.text} lies in the future`;
    const row = {
      time: time.text,
      ms: time.ms,
      open: null,
      high: null,
      low: null,
      close: "",
      volume: null,
    };
    const parts: Record<Part, string | null> = row;
    for (const [part, column] of this.#partColumns) {
      const text = (fields[column] ?? "").trim();
      if (text === "" && part !== "close") continue;
      const value = this.#readDecimal(text, part === "volume");
      if (value === null) return refusal(part, text);
      parts[part] = value;
    }
    return hasOrder(row) ? row : "the high is below another price of the bar, or the low above one";
  }

  #notATime(text: string): string {
    const what = this.granularity === "DAY" ? "a date" : "an instant to the millisecond";
    return `"${text.slice(0, 30)}" is not ${what} written ${this.#mapping.dateFormat}`;
  }

  #readDecimal(text: string, mayBeZero: boolean): string | null {
    let plain = text;
    if (this.#separator !== ".") {
      if (text.includes(".")) return null;
      plain = text.replace(this.#separator, ".");
    }
    if (!DECIMAL.test(plain)) return null;
    return mayBeZero || !ONLY_ZEROS.test(plain) ? plain : null;
  }
}

const refusal = (part: Part, text: string): string =>
  part === "volume"
    ? `"${text.slice(0, 30)}" is not a volume ${ALLOWED}`
    : `"${text.slice(0, 30)}" is not a price above zero ${ALLOWED}`;

function columnOf(names: readonly string[], name: string): number {
  const column = names.indexOf(name);
  if (column >= 0) return column;
  throw invalidInput("csv", `there is no column "${name.slice(0, 40)}" in the first line`);
}

/** The high is the highest and the low the lowest of a bar's prices that are known. */
function hasOrder({ open, high, low, close }: StagedRow): boolean {
  if (high !== null && (isLess(high, close) || (open !== null && isLess(high, open)))) return false;
  return low === null || !(isLess(close, low) || (open !== null && isLess(open, low)));
}

/** Compares decimals exactly; doubles decide unless they are too close. */
function isLess(a: string, b: string): boolean {
  if (a === b) return false;
  const [first, second] = [Number(a), Number(b)];
  if (first !== second) return first < second;
  return toScaled(a) < toScaled(b);
}

const MOST_DECIMALS = 12;

function toScaled(text: string): bigint {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(MOST_DECIMALS, "0"));
}
