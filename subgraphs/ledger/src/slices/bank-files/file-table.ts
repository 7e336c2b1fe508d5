import { CsvError, parse } from "csv-parse/sync";
import { headOf, MOST_PLAIN, PackedItems, piecesOf, type LongText } from "./long-file.ts";
import { invalidStatement } from "./statement.ts";

export interface TableRow {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A table as it stands in a file, with the lines before and after it. */
export interface FileTable {
  /** Between columns; empty in a workbook. */
  readonly delimiter: string;
  readonly rows: readonly TableRow[];
}

const DELIMITERS = [",", ";", "\t", "|"] as const;
/** Enough rows to see how a file is written. */
const SAMPLE_CHARS = 64_000;

/** The rows of a delimited text, with the delimiter that is given or found. */
export function tableOf(content: string | LongText, chosen: string | undefined): FileTable {
  const delimiter = chosen ?? delimiterOf(withLineFeeds(headOf(content)));
  return { delimiter, rows: readRows(piecesOf(content), delimiter) };
}

const withLineFeeds = (text: string): string => text.replace(/\r\n?/g, "\n");

/** Longer rows are no rows of a bank. */
const MOST_ROW_BYTES = 100_000;

/** Every row of a delimited text that is not empty, whatever its width. */
function readRows(pieces: Iterable<string>, delimiter: string): TableRow[] {
  const rows = new RowKeeper();
  let before = 0;
  let open = "";
  for (const lines of wholeLines(pieces)) {
    const text = open + lines;
    const end = readSome(text, delimiter, rows, before);
    // What stands in quotes may go on in the lines of the next piece.
    open = end === undefined ? "" : Buffer.from(text).subarray(end).toString();
    before += countOf("\n", text) - countOf("\n", open);
  }
  if (open !== "")
    throw invalidStatement(
      `The CSV cannot be read: a quote opens in the row at line ${before + 1} and does not end.`,
    );
  return rows.all;
}

/** Pieces that end where a line ends. */
function* wholeLines(pieces: Iterable<string>): Generator<string> {
  let rest = "";
  for (const piece of pieces) {
    const text = rest + piece;
    // A carriage return at the end of a piece may have its line feed in the next one.
    const end = Math.max(text.lastIndexOf("\n"), text.slice(0, -1).lastIndexOf("\r")) + 1;
    if (end > 0) yield withLineFeeds(text.slice(0, end));
    rest = text.slice(end);
    if (rest.length > MOST_ROW_BYTES * 20)
      throw invalidStatement(
        `The CSV cannot be read: a line is longer than ${MOST_ROW_BYTES} bytes.`,
      );
  }
  if (rest !== "") yield withLineFeeds(rest);
}

function countOf(sign: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, at + 1)) count += 1;
  return count;
}

/** Reads the rows of a text; returns the byte at which a row begins whose quotes do not end. */
function readSome(
  text: string,
  delimiter: string,
  rows: RowKeeper,
  before: number,
): number | undefined {
  let end = 0;
  // What the parser holds of each row beside its cells would fill the memory: rows are taken as they come.
  const take = (cells: string[], { lines, bytes }: { lines: number; bytes: number }): null => {
    end = bytes;
    if (cells.some((cell) => cell !== "")) rows.add(before + lines, cells.map(unwrapped));
    return null;
  };
  try {
    parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: MOST_ROW_BYTES,
      on_record: take,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === "CSV_QUOTE_NOT_CLOSED") return end;
    throw invalidStatement(`The CSV cannot be read: ${error.message}`);
  }
}

/** Collects rows: those of a long file have their cells in packed form. */
class RowKeeper {
  readonly all: TableRow[] = [];
  readonly #packed = new PackedItems<readonly string[]>();

  add(line: number, cells: readonly string[]): void {
    this.all.push(
      this.all.length < MOST_PLAIN
        ? { line, cells }
        : new PackedRow(line, this.#packed, this.#packed.add(cells)),
    );
  }
}

class PackedRow implements TableRow {
  readonly line: number;
  readonly #items: PackedItems<readonly string[]>;
  readonly #index: number;

  constructor(line: number, items: PackedItems<readonly string[]>, index: number) {
    this.line = line;
    this.#items = items;
    this.#index = index;
  }

  get cells(): readonly string[] {
    return this.#items.at(this.#index);
  }
}

/** A text that spreadsheets are to leave alone, such as `="0123"`. */
const unwrapped = (cell: string): string =>
  cell.startsWith('="') && cell.endsWith('"') ? cell.slice(2, -1) : cell;

/** The delimiter that cuts the most out of rows of one width: decimals and texts have fewer such signs. */
function delimiterOf(content: string): string {
  const cut = content.lastIndexOf("\n", SAMPLE_CHARS);
  const sample = content.length <= SAMPLE_CHARS || cut <= 0 ? content : content.slice(0, cut);
  const scores = DELIMITERS.map((delimiter) => ({ delimiter, cuts: cutsOf(sample, delimiter) }));
  return scores.reduce((best, each) => (each.cuts > best.cuts ? each : best)).delimiter;
}

/** How many delimiters there are in the rows of the width that has most of them. */
function cutsOf(sample: string, delimiter: string): number {
  const counts = new Map<number, number>();
  for (const { cells } of rowsOrNone(sample, delimiter)) {
    const cuts = cells.length - 1;
    counts.set(cuts, (counts.get(cuts) ?? 0) + cuts);
  }
  return Math.max(0, ...counts.values());
}

function rowsOrNone(sample: string, delimiter: string): TableRow[] {
  try {
    return readRows([sample], delimiter);
  } catch {
    return [];
  }
}
