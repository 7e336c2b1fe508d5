import { AppError, invalidInput } from "@allfunds/contract/errors";
import { parseBankAmount, type DecimalSeparator } from "./bank-amount.ts";
import { dateFormatsOf } from "./bank-date.ts";
import { isOfCard, rolesOf, type ColumnRole } from "./columns.ts";
import { columnsOf, descriptionColumns, headerOf, widthOf, type Columns } from "./csv-columns.ts";
import {
  MAPPED_ROLES,
  type CsvMapping,
  type MappedColumns,
  type MappedRole,
  type ResolvedMapping,
} from "./csv-mapping.ts";
import { ambiguous, type AmountCells } from "./csv-votes.ts";
import { isBalanceName, isTotal, stateOf } from "./csv-words.ts";
import type { FileTable, TableRow } from "./file-table.ts";
import { ibansIn } from "./iban.ts";
import {
  chooseParts,
  invalidStatement,
  type FaultPlace,
  type StatementFaults,
  type WantedAccount,
} from "./statement.ts";

/** The table in a bank's file, without what stands before and after it. */
export interface CsvTable {
  readonly rows: readonly TableRow[];
  readonly width: number;
  readonly iban: string | undefined;
  /** A column of fees that no mapping speaks of. */
  readonly openFee: string | undefined;
  /** A column that is named like one of directions, with words that are not known. */
  readonly openDirection: string | undefined;
  /** The header is of a card's statement. */
  readonly isOfCard: boolean;
  readonly mapping: MappedColumns & Pick<ResolvedMapping, "delimiter" | "headerLine">;
  readonly cell: (row: TableRow, role: ColumnRole | "fee") => string;
  /** Where the cell of a role is in the file. */
  readonly placeOf: (row: TableRow, role: ColumnRole | "fee") => FaultPlace;
  readonly textOf: (row: TableRow) => string;
  readonly amountCells: (row: TableRow) => AmountCells;
  /** False for lines that the bank has not booked, or has taken back. */
  readonly isBooked: (row: TableRow, faults: StatementFaults) => boolean;
  readonly balance: (
    row: TableRow,
    currency: string,
    separator: DecimalSeparator,
  ) => bigint | undefined;
}

/** Finds the table among a file's rows: its header, its lines, and which column means what. */
export function resolveTable(
  { delimiter, rows: all }: FileTable,
  mapping: CsvMapping,
  wanted: WantedAccount,
): CsvTable {
  checkAmounts(mapping);
  const header = headerOf(all, mapping);
  const body = header === undefined ? all : all.slice(all.indexOf(header) + 1);
  if (body.length === 0) throw invalidStatement("The file has no lines.");
  const columns = columnsOf(header, body, mapping);
  const cells = cellsOf(columns, header);
  const whole = withoutTotals(body, cells);
  const [top] = whole;
  if (top === undefined) throw invalidStatement("The file has no lines.");
  const before = all.slice(0, all.indexOf(top));
  const account = accountOf(before, whole, columns, wanted);
  return {
    ...cells,
    rows: account.rows,
    width: header?.cells.length ?? widthOf(whole),
    iban: account.iban,
    openFee: mapping.fee === undefined ? feeIn(header, whole, columns) : undefined,
    openDirection: mapping.direction === undefined ? directionIn(header, columns) : undefined,
    isOfCard: header !== undefined && isOfCard(header.cells) && !columns.has("balance"),
    mapping: { ...named(columns, header), delimiter, headerLine: header?.line ?? 0 },
  };
}

function checkAmounts({ date, amount, debit, credit }: CsvMapping): void {
  const isOpen = amount === undefined && debit === undefined && credit === undefined;
  if (isOpen && date === undefined) return;
  const oneAmount = amount !== undefined && debit === undefined && credit === undefined;
  const twoAmounts = amount === undefined && debit !== undefined && credit !== undefined;
  if (!oneAmount && !twoAmounts) {
    throw invalidInput("csv.amount", "name either the amount column or both debit and credit");
  }
}

type Cells = Pick<CsvTable, "cell" | "placeOf" | "textOf" | "amountCells" | "isBooked" | "balance">;

function cellsOf(columns: Columns, header: TableRow | undefined): Cells {
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
        .trim(),
    amountCells: (row) => ({
      amount: cell(row, "amount"),
      debit: cell(row, "debit"),
      credit: cell(row, "credit"),
      fee: cell(row, "fee"),
      direction: cell(row, "direction"),
    }),
    isBooked: (row, faults) => {
      const word = cell(row, "status");
      if (stateOf(cell(row, "date")) === false) return false;
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

/** The rows between the header and the footer: sums and balances stand without a date, or move nothing. */
function withoutTotals(
  body: readonly TableRow[],
  { cell, amountCells }: Pick<Cells, "cell" | "amountCells">,
): TableRow[] {
  const isOutside = (row: TableRow): boolean => {
    const { amount, debit, credit } = amountCells(row);
    const isEmpty = amount === "" && debit === "" && credit === "";
    const isNamed = row.cells.some(isTotal);
    const date = cell(row, "date");
    if (stateOf(date) === false) return false;
    if (dateFormatsOf([date]).length > 0)
      return row.cells.some(isBalanceName) || (isEmpty && isNamed);
    return isNamed || (isEmpty && row.cells.filter((text) => text !== "").length <= 2);
  };
  const first = body.findIndex((row) => !isOutside(row));
  const last = body.findLastIndex((row) => !isOutside(row));
  // What stands between lines without a date and an amount belongs to the line above.
  const isLine = (row: TableRow): boolean =>
    cell(row, "date") !== "" || Object.values(amountCells(row)).some((text) => text !== "");
  return first === -1 ? [] : body.slice(first, last + 1).filter(isLine);
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

/** The account's number, and its rows: the only IBAN before the table, or what the column of accounts has. */
function accountOf(
  before: readonly TableRow[],
  rows: readonly TableRow[],
  columns: Columns,
  wanted: WantedAccount,
): { readonly iban: string | undefined; readonly rows: readonly TableRow[] } {
  const stated = new Set(before.flatMap(({ cells }) => cells.flatMap(ibansIn)));
  if (stated.size === 1) return { iban: [...stated][0], rows };
  const column = columns.get("accountIban");
  if (column === undefined) return { iban: undefined, rows };
  const numberOf = (row: TableRow): string => (row.cells[column] ?? "").replace(/\s/g, "");
  const numbers = new Set(rows.map(numberOf));
  const [only = ""] = numbers;
  // A column in which nearly every row has another number is of the other parties.
  if (numbers.size > 1 && numbers.size * 2 > rows.length && rows.length > 2)
    return { iban: undefined, rows };
  if (numbers.size < 2) return { iban: ibansIn(only)[0], rows };
  const chosen = chooseParts(rows, (row) => [numberOf(row), undefined], wanted);
  const [first] = chosen;
  return { iban: first && ibansIn(numberOf(first))[0], rows: chosen };
}

/** Net amounts have the sign of what they move. */
function directionIn(header: TableRow | undefined, columns: Columns): string | undefined {
  if (isNet(header, columns)) return undefined;
  const at = header === undefined ? undefined : rolesOf(header.cells).get("direction");
  return at === undefined || [...columns.values()].includes(at) ? undefined : header?.cells[at];
}

const FEE = /^(fees?|geb[üu]hr(en)?|frais|commission|comisi[óo]n)( amount)?$/i;
const NET = /^(net|netto|net amount|nettobetrag)$/i;

const isNet = (header: TableRow | undefined, columns: Columns): boolean =>
  NET.test(header?.cells[columns.get("amount") ?? -1] ?? "");

/** A column of fees, unless the amounts are those after them. */
function feeIn(
  header: TableRow | undefined,
  rows: readonly TableRow[],
  columns: Columns,
): string | undefined {
  if (isNet(header, columns)) return undefined;
  const at = header?.cells.findIndex((name) => FEE.test(name)) ?? -1;
  if (at === -1) return undefined;
  const charges = rows.some(({ cells }) => /[1-9]/.test(cells[at] ?? ""));
  return charges ? header?.cells[at] : undefined;
}

/** The columns by their names, or by their places where there is no header. */
function named(columns: Columns, header: TableRow | undefined): MappedColumns {
  const names = MAPPED_ROLES.flatMap((role): [MappedRole, string][] => {
    const at = columns.get(role);
    if (at === undefined) return [];
    const name = header?.cells[at] ?? "";
    const isOnly = name !== "" && header?.cells.filter((each) => each === name).length === 1;
    return [[role, isOnly ? name : `#${at + 1}`]];
  });
  return Object.fromEntries(names);
}

/** Lines of a card's statement where most amounts have no minus: they may be what was spent. */
export function refuseCardSigns(
  { isOfCard: isCard }: CsvTable,
  amounts: readonly (bigint | undefined)[],
): void {
  if (!isCard) return;
  const positive = amounts.filter((minor) => minor !== undefined && minor > 0n).length;
  if (positive * 2 <= amounts.length) return;
  throw ambiguous(
    "csv.positiveIsOut",
    "The file is a card's, and most of its amounts are positive: they may be what was spent.",
  );
}
