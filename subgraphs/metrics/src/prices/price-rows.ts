import { invalidInput } from "@allfunds/contract/errors";
import { CsvRecords } from "./csv-records.ts";
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

/** The limits of a stored number. */
export const MOST_DIGITS = 20;
export const MOST_DECIMALS = 12;
const ALLOWED = `with at most ${MOST_DIGITS} digits before and ${MOST_DECIMALS} after the separator`;

/** Where a line has what, as the first line and the mapping say. */
export interface RowLayout {
  readonly columns: number;
  /** The places of columns, from zero; `NO_COLUMN` for a part that the file has not. */
  readonly time: number;
  readonly parts: Readonly<Record<Part, number>>;
  readonly delimiter: string;
  readonly separator: string;
}

/** Reads the records of a file as prices. */
export class PriceRows {
  readonly granularity: Granularity;
  /** How the file writes times. */
  readonly time: TimeReader;
  readonly layout: RowLayout;
  readonly #mapping: PriceCsvMapping;

  /**
   * Throws INVALID_INPUT when the mapping does not fit the first line, which names the columns.
   */
  constructor(mapping: PriceCsvMapping, header: CsvRecord) {
    const { decimalSeparator, dateFormat, timeZone } = mapping;
    if (decimalSeparator !== "." && decimalSeparator !== ",") {
      throw invalidInput("csv.decimalSeparator", 'must be "." or ","');
    }
    this.#mapping = mapping;
    this.time = timeReader(dateFormat, timeZone ?? "UTC");
    this.granularity = this.time.granularity;
    const names = header.fields.map((name) => name.trim());
    const columnOfPart = (part: Part): number => {
      const name = mapping[part];
      return name === null || name === undefined ? NO_COLUMN : columnOf(names, name);
    };
    const parts = {
      open: columnOfPart("open"),
      high: columnOfPart("high"),
      low: columnOfPart("low"),
      close: columnOfPart("close"),
      volume: columnOfPart("volume"),
    };
    const time = columnOf(names, mapping.date);
    const { delimiter } = mapping;
    this.layout = { columns: names.length, time, parts, delimiter, separator: decimalSeparator };
  }

  /** The price of a record, or what is wrong with it; null for a time that the file gives no price of. */
  read({ fields }: CsvRecord, nowMs: number): StagedRow | string | null {
    const { columns: count, time: timeColumn, parts: columns } = this.layout;
    if (fields.length !== count) {
      return `has ${fields.length} columns, the first line has ${count}`;
    }
    const timeText = (fields[timeColumn] ?? "").trim();
    const time = this.time.read(timeText);
    if (time === null) return this.#notATime(timeText);
    if (time.ms > nowMs) return `${time.text} lies in the future`;
    const open = this.#part(fields, columns.open);
    const high = this.#part(fields, columns.high);
    const low = this.#part(fields, columns.low);
    const close = this.#part(fields, columns.close);
    const volume = this.#part(fields, columns.volume, WHOLE_GROUPS);
    if ([open, high, low, close].every((part) => part === null)) return null;
    if (close === null || !isPrice(close)) return refusal("close", close ?? "");
    if (open !== null && !isPrice(open)) return refusal("open", open);
    if (high !== null && !isPrice(high)) return refusal("high", high);
    if (low !== null && !isPrice(low)) return refusal("low", low);
    if (volume !== null && !isVolume(volume)) return refusal("volume", volume);
    const row = { time: time.text, ms: time.ms, open, high, low, close, volume };
    return hasOrder(row) ? row : "the high is below another price of the bar, or the low above one";
  }

  /** The text of a part with a point as its separator and without groups; null for a cell without a number. */
  #part(fields: readonly string[], column: number, groups = GROUPS): string | null {
    if (column === NO_COLUMN) return null;
    const text = (fields[column] ?? "").trim();
    if (hasNoNumber(text)) return null;
    const { separator } = this.layout;
    const ungrouped = withoutGroups(text, separator, groups);
    if (separator === ".") return ungrouped;
    // A point that is left in a number with decimal commas can be read in two ways.
    return ungrouped.includes(".") ? `${text} ` : ungrouped.replace(separator, ".");
  }

  #notATime(text: string): string {
    const what = this.granularity === "DAY" ? "a date" : "an instant to the millisecond";
    return `"${text.slice(0, 30)}" is not ${what} written ${this.#mapping.dateFormat}`;
  }
}

export const NO_COLUMN = -1;

/** What files write where they have no number. */
const NO_NUMBER = /^(?:|\.|-+|null|none|nan|n\/?a|#n\/a)$/i;
export const hasNoNumber = (cell: string): boolean => NO_NUMBER.test(cell);

type Groups = Readonly<Record<"." | ",", RegExp>>;

const SPACES = "['\u2019\u00A0\u202F\u2009 ]";
const groupsWith = (group: string, point: string, least: number): RegExp =>
  new RegExp(
    `^\\d{1,3}(?:(?:${group}\\d{3})+${point}\\d+|(?:${group}\\d{3}){${least},}|(?:${SPACES}\\d{3})+(?:${point}\\d+)?)$`,
  );
/** Thousands are read where they can be nothing else: 1,234 with a decimal point stays as it is, and is refused. */
const GROUPS: Groups = { ".": groupsWith(",", "[.]", 2), ",": groupsWith("[.]", ",", 2) };
/** Of volumes, which have no thousandths. */
const WHOLE_GROUPS: Groups = { ".": groupsWith(",", "[.]", 1), ",": groupsWith("[.]", ",", 1) };

function withoutGroups(text: string, separator: string, groups: Groups): string {
  if (!groups[separator === "," ? "," : "."].test(text)) return text;
  return separator === "," ? text.replace(/[^\d,]/g, "") : text.replace(/[^\d.]/g, "");
}

/** True for digits with at most one point, above zero, within the limits of a stored price. */
export const isPrice = (text: string): boolean => signOf(text) === "POSITIVE";

/** The same, zero included. */
export const isVolume = (text: string): boolean => signOf(text) !== "NONE";

type Sign = "NONE" | "ZERO" | "POSITIVE";

/** The sign of digits with at most one point; NONE for other text, and beyond the limits of a stored number. */
function signOf(text: string): Sign {
  let point = -1;
  let sign: Sign = "ZERO";
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT && point < 0 && at > 0) point = at;
    else if (code < ZERO || code > NINE) return "NONE";
    else if (code > ZERO) sign = "POSITIVE";
  }
  const digits = point < 0 ? text.length : point;
  const decimals = point < 0 ? 1 : text.length - point - 1;
  return digits <= MOST_DIGITS && decimals >= 1 && decimals <= MOST_DECIMALS ? sign : "NONE";
}

const [POINT, ZERO, NINE] = [46, 48, 57];

/** Throws INVALID_INPUT for a mapping that fits no file. */
export function requireMapping(mapping: PriceCsvMapping): void {
  const columns = [mapping.date, ...PARTS.map((part) => mapping[part])];
  const fields = columns.filter((column) => typeof column === "string");
  void new PriceRows(mapping, { fields, line: 1 });
  void new CsvRecords(mapping.delimiter);
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

/** Compares decimals exactly, as texts: doubles round, and large integers take ten times as long. */
function isLess(a: string, b: string): boolean {
  const [first, second] = [withoutZeros(a), withoutZeros(b)];
  const [wholeFirst, wholeSecond] = [wholeDigits(first), wholeDigits(second)];
  if (wholeFirst !== wholeSecond) return wholeFirst < wholeSecond;
  // What the longer one has more counts only when it is not zero: 1.5 is 1.50.
  if (second.startsWith(first)) return /[1-9]/.test(second.slice(first.length));
  return !first.startsWith(second) && first < second;
}

const withoutZeros = (text: string): string =>
  text.startsWith("0") ? text.replace(/^0+(?=\d)/, "") : text;

function wholeDigits(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? text.length : point;
}
