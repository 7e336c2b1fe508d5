import { CsvError, parse } from "csv-parse/sync";
import { isHtml, rowsOfHtml } from "./html-table.ts";
import {
  headOf,
  MOST_PLAIN,
  PackedItems,
  piecesOf,
  type LongText,
  type PageText,
} from "./long-file.ts";
import { Numbers } from "./packed-lines.ts";
import { MadeSequence, type Sequence } from "./sequence.ts";
import { invalidStatement } from "./statement.ts";

export interface TableRow {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The rows of a table, whatever their number. */
export type Rows = Sequence<TableRow>;

/** A table as it stands in a file, with the lines before and after it. */
export interface FileTable {
  /** Between columns; empty in a workbook. */
  readonly delimiter: string;
  readonly rows: Rows;
  /** Of a workbook: whether its days are counted from 1904, else from 1900. */
  readonly startsIn1904?: boolean;
  /** The last row of a text has no end of its line. */
  readonly isOpen?: boolean;
}

const DELIMITERS = [",", ";", "\t", "|"] as const;
/** Enough rows to see how a file is written. */
const SAMPLE_CHARS = 64_000;

/** The rows of a delimited text, with the delimiter that is given or found. */
export function tableOf(content: string | LongText, chosen: string | undefined): FileTable {
  const head = withLineFeeds(headOf(content));
  if (chosen === undefined && typeof content === "string" && isOfBlocks(head))
    return { delimiter: ":", rows: rowsOfBlocks(withLineFeeds(content)) };
  if (typeof content === "string" && isHtml(head))
    return { delimiter: "", rows: rowsOfHtml(content) };
  if (typeof content === "string" && isOfQuotedRows(head))
    return tableOf(unquoted(content), chosen);
  const delimiter = chosen ?? delimiterOf(head);
  const isOpen = typeof content === "string" && !/[\r\n]\s*$/.test(content.slice(-1_000));
  return { delimiter, rows: readRows(piecesOf(content), delimiter), isOpen };
}

/** A row in quotes as a whole, its own quotes doubled: some programs write a table that is quoted already once more. */
const QUOTED_ROW = /^"(?:[^"]|"")*[,;\t|](?:[^"]|"")*"[,;]*$/;

const isOfQuotedRows = (text: string): boolean => {
  const rows = text.split("\n").filter((row) => row.trim() !== "");
  return rows.length > 1 && text.includes('""') && rows.every((row) => QUOTED_ROW.test(row.trim()));
};

const unquoted = (text: string): string =>
  withLineFeeds(text)
    .split("\n")
    .map((row) =>
      row
        .trim()
        .replace(/^"|"[,;]*$/g, "")
        .replaceAll('""', '"'),
    )
    .join("\n");

/** Some banks write each line as a block of names and values: `Date: 30/01/2026`, then `Amount: -12.34`. */
const BLOCK_LINE = /^\s*(Date|Description|Amount|Balance):\s*(.*)$/i;

const isOfBlocks = (text: string): boolean =>
  ["Date", "Description", "Amount"].every((name) => new RegExp(`^\\s*${name}:`, "im").test(text)) &&
  (text.match(/^\s*Date:/gim) ?? []).length === (text.match(/^\s*Amount:/gim) ?? []).length;

/** Its blocks as rows below a header. */
function rowsOfBlocks(text: string): TableRow[] {
  const names = ["Date", "Description", "Amount", "Balance"];
  const rows: { line: number; cells: string[] }[] = [{ line: 1, cells: names }];
  for (const [at, row] of text.split("\n").entries()) {
    const [, name = "", value = ""] = BLOCK_LINE.exec(row) ?? [];
    const place = names.findIndex((each) => each.toLowerCase() === name.toLowerCase());
    if (place === 0) rows.push({ line: at + 1, cells: ["", "", "", ""] });
    const open = rows.length === 1 ? undefined : rows.at(-1);
    if (place !== -1 && open !== undefined)
      open.cells[place] = value.replaceAll("\u00a0", " ").trim();
  }
  return rows;
}

const withLineFeeds = (text: string): string => text.replace(/\r\n?/g, "\n");

/** Longer rows are no rows of a bank. */
const MOST_ROW_BYTES = 100_000;

/** Every row of a delimited text that is not empty, whatever its width. */
function readRows(pieces: Iterable<string>, delimiter: string): Rows {
  const rows = new RowKeeper();
  let before = 0;
  let open = "";
  for (const lines of wholeLines(pieces)) {
    const text = open + lines;
    // What stands in quotes may go on in the lines of the next piece.
    open = readSome(text, delimiter, rows, before);
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

/** Quotes within quotes that some programs do not double: neither a delimiter nor an end of a line stands beside them. */
function withInnerQuotes(text: string, delimiter: string): string {
  const sign = delimiter.replace(/[|\\^$*+?.()[\]{}]/g, "\\$&");
  return text.replace(new RegExp(`(?<!")(?<!(?:^|${sign}) *)"(?!"| *(?:${sign}|$))`, "gm"), '""');
}

/** A line drawn between rows, as tables of Markdown and of text have below their header. */
const isRule = (cells: readonly string[]): boolean => {
  const marks = cells.filter((cell) => cell !== "");
  return marks.length > 0 && marks.every((cell) => /^:?[-=+]{3,}:?$/.test(cell));
};

/** Reads the rows of a text; returns the rest of it from where a row begins whose quotes do not end. */
function readSome(text: string, delimiter: string, rows: RowKeeper, before: number): string {
  let end = 0;
  const taken: TableRow[] = [];
  // What the parser holds of each row beside its cells would fill the memory: rows are taken as they come.
  const take = (cells: string[], { lines, bytes }: { lines: number; bytes: number }): null => {
    end = bytes;
    if (cells.some((cell) => cell !== "") && !isRule(cells))
      taken.push({ line: before + lines, cells: cells.map(unwrapped) });
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
    for (const row of taken) rows.add(row.line, row.cells);
    return "";
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code.endsWith("CLOSING_QUOTE")) {
      const mended = withInnerQuotes(text, delimiter);
      if (mended !== text) return readSome(mended, delimiter, rows, before);
    }
    if (error.code === "CSV_QUOTE_NOT_CLOSED") {
      for (const row of taken) rows.add(row.line, row.cells);
      return Buffer.from(text).subarray(end).toString();
    }
    throw invalidStatement(`The CSV cannot be read: ${error.message}`);
  }
}

const BETWEEN_ROWS = "\u001e";
const BETWEEN_CELLS = "\u001f";
const AS_JSON = "\u001d";
const SIGNS = [BETWEEN_ROWS, BETWEEN_CELLS, AS_JSON];

const hasSign = (cell: string): boolean => SIGNS.some((sign) => cell.includes(sign));

/** Rows are read many times, and split faster than parsed; JSON is for cells with signs that stand between cells. */
const ROWS_TEXT: PageText<readonly string[]> = {
  write: (rows) => {
    const text = rows.map((cells) => cells.join(BETWEEN_CELLS)).join(BETWEEN_ROWS);
    return rows.some((cells) => cells.some(hasSign)) ? `${AS_JSON}${JSON.stringify(rows)}` : text;
  },
  read: (text) =>
    text.startsWith(AS_JSON)
      ? (JSON.parse(text.slice(1)) as string[][])
      : text.split(BETWEEN_ROWS).map((row) => row.split(BETWEEN_CELLS)),
};

/** Collects rows: those of a long file have their cells in packed form. */
class RowKeeper {
  readonly #plain: TableRow[] = [];
  readonly #packed = new PackedItems(ROWS_TEXT);
  readonly #lines = new Numbers(new Int32Array(1_024));
  #count = 0;

  add(line: number, cells: readonly string[]): void {
    if (this.#count < MOST_PLAIN) this.#plain.push({ line, cells });
    else this.#lines.set(this.#packed.add(cells), line);
    this.#count += 1;
  }

  get all(): Rows {
    const [plain, packed, lines] = [this.#plain, this.#packed, this.#lines];
    if (this.#count <= MOST_PLAIN) return plain;
    const rowAt = (number: number): TableRow => {
      const index = number - MOST_PLAIN;
      return plain[number] ?? { line: lines.values[index] ?? 0, cells: packed.at(index) };
    };
    return new MadeSequence(this.#count, rowAt);
  }
}

const BIDI = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Without marks of direction; a text that spreadsheets are to leave alone, such as `="0123"`, is what is in its quotes. */
function unwrapped(cell: string): string {
  const text = cell.search(BIDI) !== -1 ? cell.replace(BIDI, "").trim() : cell;
  return text.startsWith('="') && text.endsWith('"') ? text.slice(2, -1) : text;
}

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

function rowsOrNone(sample: string, delimiter: string): Rows {
  try {
    return readRows([sample], delimiter);
  } catch {
    return [];
  }
}
