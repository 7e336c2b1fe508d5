import { AppError, invalidInput } from "@allfunds/contract/errors";
import { CsvError, parse } from "csv-parse/sync";
import { parseBankAmount, type DecimalSeparator } from "./bank-amount.ts";
import { cleanText } from "./clean-text.ts";
import { dateReader, type DateReader } from "./date-format.ts";
import { invalidStatement, StatementFaults } from "./statement-faults.ts";
import type { Statement, StatementLine } from "./statement.ts";

/** Which column of a bank's CSV means what; values are column names. */
export interface CsvMapping {
  readonly date: string;
  readonly description: string;
  /** Signed amount; or `debit` and `credit` for a column each. */
  readonly amount: string | undefined;
  readonly debit: string | undefined;
  readonly credit: string | undefined;
  readonly reference: string | undefined;
  readonly counterparty: string | undefined;
  readonly currency: string | undefined;
  readonly dateFormat: string;
  readonly decimalSeparator: DecimalSeparator;
  readonly delimiter: string;
}

interface Row {
  readonly info: { readonly lines: number };
  readonly record: Readonly<Record<string, string>>;
}

interface Reading {
  readonly mapping: CsvMapping;
  readonly currency: string;
  readonly readDate: DateReader;
  readonly faults: StatementFaults;
}

/** Reads a bank's CSV export for an account kept in `currency`. Refuses the whole file for any fault in it. */
export function parseCsvStatement(
  content: string,
  mapping: CsvMapping,
  currency: string,
): Statement {
  const readDate = dateReader(mapping.dateFormat);
  const rows = readRows(content, mapping);
  checkColumns(rows[0], mapping);
  const faults = new StatementFaults();
  const reading = { mapping, currency, readDate, faults };
  const lines: StatementLine[] = [];
  let skipped = 0;
  for (const row of rows) {
    const line = readLine(row, reading);
    if (line === undefined) continue;
    if (line.amountMinor === 0n) skipped += 1;
    else lines.push(line);
  }
  faults.refuseIfAny();
  return {
    iban: undefined,
    openingMinor: undefined,
    closingMinor: undefined,
    lines: oldestFirst(lines),
    skipped,
  };
}

function readRows(content: string, mapping: CsvMapping): Row[] {
  try {
    return parse(content, {
      bom: true,
      columns: true,
      delimiter: mapping.delimiter,
      info: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 100_000,
    }) as unknown as Row[];
  } catch (error) {
    if (error instanceof CsvError)
      throw invalidStatement(`The CSV cannot be read: ${error.message}`);
    throw error;
  }
}

function checkColumns(first: Row | undefined, mapping: CsvMapping): void {
  const { amount, debit, credit } = mapping;
  const oneAmount = amount !== undefined && debit === undefined && credit === undefined;
  const twoAmounts = amount === undefined && debit !== undefined && credit !== undefined;
  if (!oneAmount && !twoAmounts) {
    throw invalidInput("csv.amount", "name either the amount column or both debit and credit");
  }
  if (first === undefined) throw invalidStatement("The file has no lines.");
  const { date, description, reference, counterparty, currency } = mapping;
  const named = { date, description, amount, debit, credit, reference, counterparty, currency };
  for (const [field, column] of Object.entries(named)) {
    if (column !== undefined && !Object.hasOwn(first.record, column)) {
      const columns = Object.keys(first.record).join(", ").slice(0, 300);
      throw invalidInput(`csv.${field}`, `the file has no column "${column}"; it has: ${columns}`);
    }
  }
}

function readLine({ info, record }: Row, reading: Reading): StatementLine | undefined {
  const { mapping, currency, readDate, faults } = reading;
  const cell = (column: string | undefined): string =>
    column === undefined ? "" : (record[column] ?? "");
  const date = readDate(cell(mapping.date));
  if (date === undefined) {
    faults.add(
      info.lines,
      `"${cell(mapping.date).slice(0, 40)}" is not a date like ${mapping.dateFormat}`,
    );
  }
  const stated = cell(mapping.currency);
  if (stated !== "" && stated !== currency) {
    throw new AppError(
      "CURRENCY_MISMATCH",
      `Line ${info.lines} is in ${stated.slice(0, 12)}, the account is kept in ${currency}.`,
    );
  }
  const amountMinor = readAmount(record, info.lines, reading);
  if (date === undefined || amountMinor === undefined) return undefined;
  const counterparty = cleanText(cell(mapping.counterparty), 200);
  return {
    fileLine: info.lines,
    amountMinor,
    effectiveDate: date,
    bookingDate: date,
    description: cleanText(cell(mapping.description), 500) || counterparty || "Statement line",
    reference: cell(mapping.reference) || null,
    counterparty: counterparty || undefined,
    reversal: false,
    details: {},
  };
}

function readAmount(
  record: Readonly<Record<string, string>>,
  fileLine: number,
  { mapping, currency, faults }: Reading,
): bigint | undefined {
  const read = (column: string): bigint => {
    const text = record[column] ?? "";
    return text === "" ? 0n : parseBankAmount(text, currency, mapping.decimalSeparator);
  };
  try {
    if (mapping.amount !== undefined) {
      if ((record[mapping.amount] ?? "") === "") faults.add(fileLine, "the amount is missing");
      return read(mapping.amount);
    }
    const debit = read(mapping.debit ?? "");
    const credit = read(mapping.credit ?? "");
    if (debit !== 0n && credit !== 0n) faults.add(fileLine, "both debit and credit are filled");
    // Some banks write debits with a minus, some without; the column already says what it is.
    return credit - (debit < 0n ? -debit : debit);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    faults.add(fileLine, error.message);
    return undefined;
  }
}

/** Many banks list the newest line first; running balances want the order of the bookings. */
function oldestFirst(lines: StatementLine[]): StatementLine[] {
  const first = lines[0]?.effectiveDate ?? "";
  const last = lines.at(-1)?.effectiveDate ?? "";
  return first > last ? lines.toReversed() : lines;
}
