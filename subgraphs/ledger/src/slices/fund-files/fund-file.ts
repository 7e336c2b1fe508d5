import { AppError } from "@allfunds/contract/errors";
import { formatScaled } from "@allfunds/contract/money";
import { textOfCell } from "@allfunds/platform/sheets/csv";
import { minorOf, readAmountText, type DecimalSeparator } from "../bank-files/bank-amount.ts";
import { dateReader, type DateReader } from "../bank-files/bank-date.ts";
import { chooseDateFormat, chooseSeparator } from "../bank-files/csv-votes.ts";
import { tableOf, type TableRow } from "../bank-files/file-table.ts";
import { StatementFaults } from "../bank-files/statement.ts";
import { isRatesDocument, readRatesDocument, readRatesTable } from "./ecb-rates.ts";
import {
  asRecorded,
  FIELDS,
  isWithoutEffect,
  mostRowsOf,
  type FileField,
  type FileLine,
  type FundFileKind,
} from "./file-fields.ts";

/** A file that was read whole. */
export interface FundFile {
  readonly lines: readonly FileLine[];
  /** Lines of what was cancelled or rejected where the file comes from, which are passed over. */
  readonly passedOver: readonly number[];
  /** Which column each field was read from; none of an XML document. */
  readonly columns: ReadonlyMap<string, string>;
}

/** How a file is to be read; what is absent is found in it. */
export interface FileReading {
  /** Column of a field, where it has another name than the field's own. */
  readonly columns?: ReadonlyMap<string, string>;
  readonly dateFormat?: string | undefined;
  readonly decimalSeparator?: DecimalSeparator | undefined;
  readonly delimiter?: string | undefined;
  /** Values for fields that no column has: the source of prices. */
  readonly defaults?: ReadonlyMap<string, string>;
}

/** Fifteen decimals more than a currency has: quantities and rates are read to 18. */
const ANY_DECIMAL = "N/18";
const MOST_DECIMALS = 18;
const INSTANT_FORM = "an instant such as 2026-09-30T08:00:00Z";
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text));
/** A header stands among the first lines. */
const HEADER_WITHIN = 20;

/** Reads a file of fund administration, or refuses all of it with FILE_INVALID and the lines that are wrong. */
export function readFundFile(kind: FundFileKind, content: string, reading: FileReading): FundFile {
  try {
    const file = readWhole(kind, content, reading);
    refuseSize(kind, file.lines.length);
    return file;
  } catch (error) {
    throw asFileFault(error);
  }
}

/** What the reader of bank files refuses, as a refusal of this file. */
function asFileFault(error: unknown): unknown {
  if (!(error instanceof AppError) || !error.code.startsWith("STATEMENT_")) return error;
  const { message, violations } = error;
  return new AppError("FILE_INVALID", message.replaceAll("csv.", ""), {
    cause: error,
    ...(violations === undefined
      ? {}
      : {
          violations: violations.map((one) => ({ ...one, path: one.path.replace(/^csv\./, "") })),
        }),
  });
}

export const invalidFile = (message: string): AppError =>
  new AppError("FILE_INVALID", message, { violations: [{ path: "content", message }] });

function refuseSize(kind: FundFileKind, count: number): void {
  if (count === 0) throw invalidFile("The file has no lines.");
  const most = mostRowsOf(kind);
  if (count > most) throw invalidFile(`The file has ${count} lines; ${most} are taken at once.`);
}

function readWhole(kind: FundFileKind, content: string, reading: FileReading): FundFile {
  if (content.trim() === "") throw invalidFile("The file is empty.");
  if (kind === "EXCHANGE_RATES" && isRatesDocument(content)) {
    return { lines: readRatesDocument(content), passedOver: [], columns: new Map() };
  }
  const rows = [...tableOf(content, reading.delimiter).rows];
  if (kind === "EXCHANGE_RATES") {
    const lines = readRatesTable(rows, reading.dateFormat);
    if (lines !== undefined) return { lines, passedOver: [], columns: new Map() };
  }
  return readTable(kind, rows, reading);
}

function readTable(kind: FundFileKind, rows: readonly TableRow[], reading: FileReading): FundFile {
  const fields = FIELDS[kind];
  const { header, places } = findHeader(fields, rows, reading);
  const body = rows.slice(rows.indexOf(header) + 1);
  // Nothing of a file that is too long is looked at any closer.
  refuseSize(kind, body.length);
  const faults = new StatementFaults();
  const width = header.cells.length;
  for (const { line, cells } of body) {
    if (cells.length !== width) {
      faults.add(line, `has ${cells.length} cells where the header has ${width}`);
    }
  }
  faults.refuseIfAny();
  const reader = new CellReader(body, places, reading, faults);
  // A switch is listed as two legs, and the one that goes out has all that was ordered.
  const erased = body.filter((row) => isOfErased(row, places));
  const all = body
    .filter((row) => !erased.includes(row))
    .map((row) => reader.lineOf(row))
    .filter((line) => line.values.get("leg") !== "IN");
  const lines = asRecorded(
    kind,
    all.filter((line) => !isWithoutEffect(line)),
  ).map(withoutRecord);
  const passedOver = [...erased, ...all.filter(isWithoutEffect)].map(({ line }) => line);
  refuseRepeats(lines, faults);
  faults.refuseIfAny();
  const columns = new Map(
    [...places].map(([{ name }, at]): [string, string] => [name, header.cells[at] ?? ""]),
  );
  if (lines.length === 0) throw invalidFile("Every line is of something cancelled or rejected.");
  return { lines, passedOver, columns };
}

/** An investor whose personal data were erased where the file comes from: nothing can be registered. */
const isOfErased = ({ cells }: TableRow, places: Places): boolean =>
  [...places].some(([{ name }, at]) => name === "isErased" && cells[at]?.trim() === "true");

/** Of where the file comes from, and nothing of the record. */
const OF_SOURCE = new Set(["status", "position", "line", "isErased"]);

const withoutRecord = ({ line, values }: FileLine): FileLine => ({
  line,
  values: new Map([...values].filter(([name]) => !OF_SOURCE.has(name))),
});

type Places = ReadonlyMap<FileField, number>;

/** The header, and the column of each field. */
function findHeader(
  fields: readonly FileField[],
  rows: readonly TableRow[],
  { columns = new Map(), defaults = new Map() }: FileReading,
): { readonly header: TableRow; readonly places: Places } {
  const known = new Set(fields.map(({ name }) => name));
  const unknown = [...columns.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw invalidFile(`A file of this kind has no field ${unknown}.`);
  const needed = fields.filter(({ name, isNeeded }) => isNeeded && !defaults.has(name));
  let best: readonly string[] = needed.map(({ name }) => name);
  for (const header of rows.slice(0, HEADER_WITHIN)) {
    const places = placesIn(header, fields, columns);
    const missing = needed.filter((field) => !places.has(field)).map(({ name }) => name);
    if (missing.length === 0) return { header, places };
    if (missing.length < best.length) best = missing;
  }
  throw invalidFile(`No line names columns for ${best.join(", ")}: name them in columns.`);
}

function placesIn(
  { cells }: TableRow,
  fields: readonly FileField[],
  named: ReadonlyMap<string, string>,
): Places {
  const titles = cells.map(plain);
  const places = new Map<FileField, number>();
  for (const field of fields) {
    const own = named.get(field.name);
    const titlesOf = own === undefined ? [field.name, ...field.aliases] : [own];
    const at = titles.findIndex((title) => titlesOf.some((each) => plain(each) === title));
    if (at !== -1) places.set(field, at);
  }
  return places;
}

/** Titles are compared without case and signs: `Trade date` is `tradeDate`. */
const plain = (title: string): string =>
  textOfCell(title)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");

/** Two lines with one reference are one thing twice. */
function refuseRepeats(lines: readonly FileLine[], faults: StatementFaults): void {
  const first = new Map<string, number>();
  for (const { line, values } of lines) {
    const reference = values.get("reference");
    if (reference === undefined) continue;
    const before = first.get(reference);
    if (before === undefined) first.set(reference, line);
    else faults.add(line, `repeats the reference of line ${before}`);
  }
}

/** Reads cells in the dialect that all rows together have. */
class CellReader {
  readonly #places: Places;
  readonly #faults: StatementFaults;
  readonly #defaults: ReadonlyMap<string, string>;
  readonly #readDate: DateReader;
  readonly #dateFormat: string;
  readonly #separator: DecimalSeparator;

  constructor(
    rows: readonly TableRow[],
    places: Places,
    { dateFormat, decimalSeparator, defaults = new Map() }: FileReading,
    faults: StatementFaults,
  ) {
    this.#places = places;
    this.#faults = faults;
    this.#defaults = defaults;
    this.#dateFormat = dateFormat ?? chooseDateFormat([...writtenOf(rows, places, "date")]);
    this.#readDate = dateReader(this.#dateFormat);
    this.#separator =
      decimalSeparator ?? chooseSeparator(writtenOf(rows, places, "decimal"), ANY_DECIMAL);
  }

  lineOf(row: TableRow): FileLine {
    const values = new Map(this.#defaults);
    for (const [field, at] of this.#places) {
      const cell = (row.cells[at] ?? "").trim();
      if (cell === "") {
        if (field.isNeeded) this.#fault(row, at, `${field.name} is missing`);
        continue;
      }
      const value = this.#valueOf(field, cell);
      if (value === undefined) this.#fault(row, at, this.#refusal(field, cell));
      else values.set(field.name, value);
    }
    return { line: row.line, values };
  }

  #fault({ line }: TableRow, at: number, message: string): void {
    this.#faults.add({ line, column: at + 1 }, message);
  }

  #refusal({ name, type, words = [] }: FileField, cell: string): string {
    const expected = {
      date: this.#dateFormat,
      decimal: "a decimal",
      instant: INSTANT_FORM,
      text: words.join(", "),
    };
    return `"${cell.slice(0, 40)}" is no ${name}: ${expected[type]}`;
  }

  #valueOf({ type, words }: FileField, cell: string): string | undefined {
    if (type === "date") return this.#readDate(cell);
    if (type === "decimal") return decimalOf(cell, this.#separator);
    if (type === "instant") return INSTANT.test(cell) && isTime(cell) ? cell : undefined;
    const text = textOfCell(cell);
    if (words === undefined) return text;
    const word = text.toUpperCase().replaceAll(/[\s-]+/g, "_");
    return words.includes(word) ? word : undefined;
  }
}

function* writtenOf(rows: readonly TableRow[], places: Places, type: FileField["type"]) {
  for (const [field, at] of places) {
    if (field.type !== type) continue;
    for (const row of rows) {
      const text = (row.cells[at] ?? "").trim();
      if (text !== "") yield { row, text };
    }
  }
}

/** A decimal without grouping and without zeros at its end. */
function decimalOf(cell: string, separator: DecimalSeparator): string | undefined {
  const read = readAmountText(cell);
  if (read === undefined || read.currency !== undefined) return undefined;
  const unscaled = minorOf(read.digits, ANY_DECIMAL, separator);
  if (unscaled === undefined) return undefined;
  const text = formatScaled(read.negative ? -unscaled : unscaled, MOST_DECIMALS);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
