import { AppError } from "@allfunds/contract/errors";
import { OWN_MARK, parseBankAmount, type DecimalSeparator } from "./bank-amount.ts";
import type { ColumnRole } from "./columns.ts";
import { descriptionColumns, type Columns } from "./csv-columns.ts";
import type { MappedColumns, ResolvedMapping } from "./csv-mapping.ts";
import type { AmountCells } from "./csv-votes.ts";
import { isMemo, isYes, stateOf } from "./csv-words.ts";
import type { Rows, TableRow } from "./file-table.ts";
import type { FaultPlace, StatementFaults } from "./statement.ts";

/** The table in a bank's file, without what stands before and after it. */
export interface CsvTable {
  readonly rows: Rows;
  readonly width: number;
  readonly iban: string | undefined;
  /** The last row has no end of its line. */
  readonly isOpen: boolean;
  /** A column of fees that no mapping speaks of. */
  readonly openFee: string | undefined;
  /** Columns of nothing but amounts that have no role. */
  readonly spareAmounts: readonly string[];
  /** Why another column than that of the amount may be what was moved. */
  readonly openTotal: string | undefined;
  /** A column that is named like one of directions, with words that are not known. */
  readonly openDirection: string | undefined;
  /** The header is of a card's statement. */
  readonly isOfCard: boolean;
  readonly mapping: MappedColumns & Pick<ResolvedMapping, "delimiter" | "headerLine">;
  readonly cell: (row: TableRow, role: ColumnRole | "fee") => string;
  /** Where the cell of a role is in the file. */
  readonly placeOf: (row: TableRow, role: ColumnRole | "fee") => FaultPlace;
  readonly textOf: (row: TableRow) => string;
  /** The currencies that a row states of its amount. */
  readonly currenciesOf: (row: TableRow) => readonly string[];
  readonly amountCells: (row: TableRow) => AmountCells;
  /** False for lines that the bank has not booked, or has taken back. */
  readonly isBooked: (row: TableRow, faults: StatementFaults) => boolean;
  readonly balance: (
    row: TableRow,
    currency: string,
    separator: DecimalSeparator,
  ) => bigint | undefined;
}

/** Some banks write a dash where nothing moved. */
const orNothing = (cell: string): string => (/^[-–—]+$/.test(cell) ? "" : cell);

export type Cells = Pick<
  CsvTable,
  "cell" | "placeOf" | "textOf" | "amountCells" | "isBooked" | "balance"
>;

export function cellsOf(columns: Columns, header: TableRow | undefined): Cells {
  const texts = descriptionColumns(columns, header);
  const cell: CsvTable["cell"] = (row, role) => {
    const at = columns.get(role);
    return at === undefined ? "" : (row.cells[at] ?? "").trim();
  };
  const placeOf: CsvTable["placeOf"] = (row, role) => {
    const at = columns.get(role);
    return at === undefined ? row.line : { line: row.line, column: at + 1 };
  };
  return {
    cell,
    placeOf,
    textOf: (row) =>
      texts
        .map((at) => row.cells[at] ?? "")
        .join(" ")
        .replaceAll(OWN_MARK, ".")
        .trim(),
    amountCells: (row) => ({
      amount: orNothing(cell(row, "amount")),
      debit: orNothing(cell(row, "debit")),
      credit: orNothing(cell(row, "credit")),
      fee: orNothing(cell(row, "fee")),
      direction: cell(row, "direction"),
    }),
    isBooked: (row, faults) => {
      const word = cell(row, "status");
      if (stateOf(cell(row, "date")) === false || isMemo(cell(row, "direction"))) return false;
      if (isYes(cell(row, "isPending")) === true || isYes(cell(row, "isBooked")) === false)
        return false;
      const state = word === "" ? true : stateOf(word);
      if (state === undefined)
        faults.add(
          placeOf(row, "status"),
          `the status "${word.slice(0, 40)}" is neither booked nor pending`,
        );
      return state ?? false;
    },
    balance: (row, currency, separator) => balanceIn(cell(row, "balance"), currency, separator),
  };
}

function balanceIn(
  text: string,
  currency: string,
  separator: DecimalSeparator,
): bigint | undefined {
  if (text === "") return undefined;
  try {
    return parseBankAmount(text, currency, separator);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
