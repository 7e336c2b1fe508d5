import { invalidInput } from "@allfunds/contract/errors";
import { isOfCard, SAMPLE_ROWS } from "./columns.ts";
import { accountOf, currenciesIn } from "./csv-account.ts";
import { cellsOf, type CsvTable } from "./csv-cells.ts";
import { columnsOf, headerOf, namedByAmount, widthOf, type Columns } from "./csv-columns.ts";
import { directionIn, feeIn, refuseHalf, spareIn } from "./csv-doubts.ts";
import {
  belowHeader,
  hasMark,
  pendingMark,
  placeIn,
  refuseForeignEdges,
  refuseLinesAbove,
  withoutTotals,
} from "./csv-edges.ts";
import {
  MAPPED_ROLES,
  type CsvMapping,
  type MappedColumns,
  type MappedRole,
} from "./csv-mapping.ts";
import { refuseScaled, totalIn } from "./csv-units.ts";
import { isCardPayment } from "./csv-words.ts";
import type { FileTable, TableRow } from "./file-table.ts";
import { refuseOtherTables } from "./other-tables.ts";
import { invalidStatement, type WantedAccount } from "./statement.ts";

/** Finds the table among a file's rows: its header, its lines, and which column means what. */
export function resolveTable(
  { delimiter, rows: all, isOpen = false }: FileTable,
  mapping: CsvMapping,
  wanted: WantedAccount,
): CsvTable {
  checkAmounts(mapping);
  const found = headerOf(all, mapping);
  const body = found === undefined ? all : belowHeader(all, found, mapping);
  if (body.length === 0) throw invalidStatement("The file has no lines.");
  const header = found && namedByAmount(found, body);
  refuseOtherTables(all, header, body, mapping);
  const columns = columnsOf(header, body, mapping, wanted.currency);
  const cells = cellsOf(columns, header);
  const whole = withoutTotals(body, cells);
  const top = whole.at(0);
  if (top === undefined) throw invalidStatement("The file has no lines.");
  if (header === undefined && mapping.headerLine === undefined) refuseForeignEdges(whole, columns);
  if (header !== undefined && mapping.headerLine === undefined)
    refuseLinesAbove(all.slice(0, placeIn(all, header)), header, cells);
  if (mapping.date === undefined) refuseHalf(whole, columns);
  const before = all.slice(0, placeIn(all, top));
  refuseScaled(columns, header, before, wanted);
  const mark = pendingMark(all, whole);
  const account = accountOf(before, whole, columns, wanted);
  return {
    ...cells,
    isBooked: (row, faults) => !hasMark(row, mark) && cells.isBooked(row, faults),
    currenciesOf: currenciesIn(header, account.rows, columns),
    rows: account.rows,
    width: header?.cells.length ?? widthOf(whole),
    iban: account.iban,
    isOpen,
    spareAmounts: spareIn(header, account.rows, columns),
    openFee: mapping.fee === undefined ? feeIn(header, whole, columns) : undefined,
    openTotal: mapping.amount === undefined ? totalIn(header, account.rows, columns) : undefined,
    openDirection:
      mapping.direction === undefined ? directionIn(header, whole, columns) : undefined,
    isOfCard:
      !columns.has("balance") &&
      ((header !== undefined && isOfCard(header.cells)) ||
        whole.slice(0, SAMPLE_ROWS).some((row) => isCardPayment(cells.textOf(row)))),
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
