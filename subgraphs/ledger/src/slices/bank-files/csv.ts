import { AppError } from "@allfunds/contract/errors";
import type { DecimalSeparator } from "./bank-amount.ts";
import { dateReader } from "./bank-date.ts";
import { resolveTable, type CsvMapping, type CsvTable, type ResolvedMapping } from "./csv-table.ts";
import { ambiguous, chooseDateFormat, chooseSeparator, signedAmounts } from "./csv-votes.ts";
import type { TableRow } from "./file-table.ts";
import {
  StatementFaults,
  cleanText,
  linesAndSkipped,
  type BankStatement,
  type BankStatementLine,
} from "./statement.ts";

/** A CSV statement, and how its columns were read. */
export interface CsvStatement extends BankStatement {
  readonly mapping: ResolvedMapping;
}

/** How the rows are written, once all of them have voted. */
interface Dialect {
  readonly dateFormat: string;
  readonly decimalSeparator: DecimalSeparator;
}

/**
 * Reads a bank's CSV export for an account kept in `currency`. What the mapping leaves open is decided by all
 * rows together; what they leave open is refused with STATEMENT_AMBIGUOUS. Any fault refuses the whole file.
 */
export function parseCsvStatement(
  content: string,
  mapping: CsvMapping,
  currency: string,
): CsvStatement {
  const table = resolveTable(content, mapping);
  if (table.openFee !== undefined) return withFee(content, mapping, currency, table.openFee);
  const faults = new StatementFaults();
  checkWidths(table, faults);
  checkCurrencies(table, currency);
  const booked = table.rows.filter((row) => table.isBooked(row, faults));
  const dialect = dialectOf(table, mapping, currency, faults);
  const cells = booked.map((row) => table.amountCells(row));
  const { minus } = mapping;
  const amounts = signedAmounts(cells, booked, { ...dialect, minus, currency, faults });
  refuseOpenDirection(table, amounts);
  const turned = mapping.positiveIsOut === true ? amounts.map((minor) => minor && -minor) : amounts;
  const toLine = lineReader(table, dialect, faults);
  const lines = booked.flatMap((row, at) => toLine(row, turned[at]));
  faults.refuseIfAny();
  const moved = linesAndSkipped(lines);
  const balances = balancesOf(table, booked, turned, { ...dialect, currency });
  return {
    iban: table.iban,
    ...balances,
    breaks: [],
    lines: moved.lines,
    skipped: table.rows.length - moved.lines.length,
    mapping: { ...table.mapping, ...dialect },
  };
}

/** Amounts without any sign may have it in a column whose words are not known. */
function refuseOpenDirection(table: CsvTable, amounts: readonly (bigint | undefined)[]): void {
  const column = table.openDirection;
  if (column === undefined || table.mapping.amount === undefined) return;
  if (amounts.some((minor) => minor !== undefined && minor < 0n)) return;
  throw ambiguous(
    "csv.direction",
    `No amount has a sign, and the column "${column}" may be the direction in words that are not known.`,
  );
}

/** A column of fees is part of the amounts or stands beside them: the running balance shows which. */
function withFee(
  content: string,
  mapping: CsvMapping,
  currency: string,
  column: string,
): CsvStatement {
  const statements = ["", column].map((fee) =>
    parseCsvStatement(content, { ...mapping, fee }, currency),
  );
  const proven = statements.filter(({ closingMinor }) => closingMinor !== undefined);
  if (proven[0] !== undefined && proven.length === 1) return proven[0];
  throw ambiguous(
    "csv.fee",
    `The column "${column}" may be charged beside the amounts, or be part of them.`,
  );
}

function dialectOf(
  table: CsvTable,
  mapping: CsvMapping,
  currency: string,
  faults: StatementFaults,
): Dialect {
  const dates = table.rows.map((row) => ({ row, text: table.cell(row, "date") }));
  const dateFormat = mapping.dateFormat ?? chooseDateFormat(dates, faults);
  const written = table.rows.flatMap((row) => {
    const { amount, debit, credit } = table.amountCells(row);
    const texts = [amount, debit, credit, table.cell(row, "balance")];
    return texts.filter((text) => text !== "").map((text) => ({ row, text }));
  });
  const decimalSeparator = mapping.decimalSeparator ?? chooseSeparator(written, currency);
  return { dateFormat, decimalSeparator };
}

function lineReader(table: CsvTable, { dateFormat }: Dialect, faults: StatementFaults) {
  const readDate = dateReader(dateFormat);
  return (row: TableRow, amountMinor: bigint | undefined): BankStatementLine[] => {
    const written = table.cell(row, "date");
    const date = readDate(written);
    if (date === undefined) {
      faults.add(row.line, `"${written.slice(0, 40)}" is not a date like ${dateFormat}`);
    }
    if (date === undefined || amountMinor === undefined) return [];
    const effectiveDate = readDate(table.cell(row, "valueDate")) ?? date;
    const line = { fileLine: row.line, amountMinor, effectiveDate, bookingDate: date };
    return [{ ...line, ...textsOf(table, row) }];
  };
}

function textsOf(table: CsvTable, row: TableRow) {
  const counterparty = cleanText(table.cell(row, "counterparty"), 200);
  const iban = table.cell(row, "counterpartyIban").replace(/\s/g, "");
  return {
    description: cleanText(table.cell(row, "description"), 500) || counterparty || "Statement line",
    reference: table.cell(row, "reference") || null,
    counterparty: counterparty || undefined,
    reversal: false,
    details: iban === "" ? {} : { counterpartyIban: cleanText(iban, 40) },
  };
}

function checkWidths({ rows, width }: CsvTable, faults: StatementFaults): void {
  for (const { line, cells } of rows) {
    const beyond = cells.slice(width).some((cell) => cell !== "");
    if (beyond) faults.add(line, `the row has ${cells.length} columns, the header ${width}`);
  }
}

function checkCurrencies(table: CsvTable, currency: string): void {
  for (const row of table.rows) {
    const stated = table.cell(row, "currency").toUpperCase();
    if (stated === "" || stated === currency) continue;
    throw new AppError(
      "CURRENCY_MISMATCH",
      `Line ${row.line} is in ${stated.slice(0, 12)}, the account is kept in ${currency}.`,
    );
  }
}

interface BalanceReading extends Dialect {
  readonly currency: string;
}

/** Opening and closing balance, when the file has a running balance that its amounts lead along. */
function balancesOf(
  table: CsvTable,
  rows: readonly TableRow[],
  amounts: readonly (bigint | undefined)[],
  { decimalSeparator, currency }: BalanceReading,
): Pick<BankStatement, "openingMinor" | "closingMinor"> {
  const none = { openingMinor: undefined, closingMinor: undefined };
  const balances = rows.map((row) => table.balance(row, currency, decimalSeparator));
  const steps = rows.map((_row, at) => ({ amount: amounts[at], balance: balances[at] }));
  for (const inOrder of [steps, steps.toReversed()]) {
    const first = inOrder[0];
    if (first?.amount === undefined || first.balance === undefined) return none;
    const opening = first.balance - first.amount;
    let running: bigint = opening;
    const leads = inOrder.every(({ amount, balance }) => {
      running += amount ?? 0n;
      return balance === running;
    });
    if (leads) return { openingMinor: opening, closingMinor: running };
  }
  return none;
}
