/** A value of a sheet: text that people wrote, a decimal amount, a calendar date, or a number. */
export interface Cell {
  readonly kind: "text" | "amount" | "date" | "number";
  readonly value: string;
}

/** A column of a sheet that is made from rows; text unless it names another kind. */
export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => string | number | null;
  readonly kind?: Cell["kind"];
}

export const textCell = (value: string): Cell => ({ kind: "text", value });

/** The names of columns as the first row of a sheet. */
export const headings = (columns: readonly { readonly name: string }[]): Cell[] =>
  columns.map(({ name }) => textCell(name));

/** A row as cells. A value that there is not is an empty cell. */
export const cellsOf = <Row>(columns: readonly Column<Row>[], row: Row): Cell[] =>
  columns.map(({ cell, kind = "text" }) => ({ kind, value: String(cell(row) ?? "") }));
