/** One column of a CSV answer. */
export interface CsvColumn<Row> {
  readonly name: string;
  readonly cell: (row: Row) => string | number | null;
  /** True for text that people typed, which a spreadsheet must not run as a formula. */
  readonly freeText?: boolean;
}

/** RFC 4180: a header line, CRLF line ends, quotes where they are needed. */
export const toCsv = <Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string =>
  csvHeader(columns) + csvRows(columns, rows);

export const csvHeader = <Row>(columns: readonly CsvColumn<Row>[]): string =>
  line(columns.map(({ name }) => quote(name)));

export const csvRows = <Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string =>
  rows
    .map((row) =>
      line(
        columns.map(({ cell, freeText }) => {
          const text = String(cell(row) ?? "");
          return quote(freeText === true ? disarm(text) : text);
        }),
      ),
    )
    .join("");

const line = (cells: readonly string[]): string => `${cells.join(",")}\r\n`;

/** A leading apostrophe keeps spreadsheets from running the cell (OWASP, CSV injection). */
const disarm = (text: string): string =>
  /^[\s]*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20]|^[\t\r\n]/.test(text) ? `'${text}` : text;

const quote = (text: string): string =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
