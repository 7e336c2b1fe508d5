import { cellsOf, headings, type Cell, type Column } from "./cell.ts";

// What a spreadsheet would run as a formula (OWASP, "CSV Injection"), behind any apostrophes: one more of
// them on each makes the way back exact.
const FORMULA = /^'*(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/;
const SPECIAL = /[",\r\n]|^\s|\s$/;

/** A table as CSV (RFC 4180): a line of names, and a line for each row. */
export const toCsv = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string =>
  csvHeader(columns) + csvRows(columns, rows);

export const csvHeader = (columns: readonly { readonly name: string }[]): string =>
  csvLine(headings(columns));

export const csvRows = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string =>
  rows.map((row) => csvLine(cellsOf(columns, row))).join("");

/** Rows as CSV in UTF-8 with a byte order mark, which spreadsheets need to read it. */
export async function* writeCsv(
  rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  yield encoder.encode("\ufeff");
  for await (const row of rows) yield encoder.encode(csvLine(row));
}

const csvLine = (cells: readonly Cell[]): string => `${cells.map(printCell).join(",")}\r\n`;

function printCell({ kind, value }: Cell): string {
  const safe = kind === "text" && FORMULA.test(value) ? `'${value}` : value;
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of a cell that was written as CSV: without the apostrophe that kept it from being a formula. */
export const textOfCell = (written: string): string =>
  written.startsWith("'") && FORMULA.test(written) ? written.slice(1) : written;
