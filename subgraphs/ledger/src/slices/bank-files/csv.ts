import { AppError, invalidInput } from "@allfunds/contract/errors";
import { parseAmount } from "@allfunds/contract/money";
import { isCalendarDate } from "@allfunds/platform/dates";
import { CsvError, parse } from "csv-parse/sync";
import {
  StatementFaults,
  cleanText,
  invalidStatement,
  type BankStatement,
  type BankStatementLine,
} from "./statement.ts";

export type DecimalSeparator = "." | ",";

const SIGNED = /^([+\-\u2212]?)(.*?)([-\u2212]?)$/u;
const GROUPED: Readonly<Record<DecimalSeparator, RegExp>> = {
  ".": /^\d{1,3}(?:([,'’ \u00a0\u202f])\d{3})(?:\1\d{3})*(?:\.\d+)?$/u,
  ",": /^\d{1,3}(?:([.'’ \u00a0\u202f])\d{3})(?:\1\d{3})*(?:,\d+)?$/u,
};
const GROUP_MARKS: Readonly<Record<DecimalSeparator, RegExp>> = {
  ".": /[,'’ \u00a0\u202f]/gu,
  ",": /[.'’ \u00a0\u202f]/gu,
};

/**
 * Signed minor units of an amount as banks write it: `1.234,56`, `-99,00`, `+5`, `12,00-`.
 * Thousands may be grouped, but only in threes, so that `1,234` is never taken for `1.234`.
 */
export function parseBankAmount(
  text: string,
  currency: string,
  separator: DecimalSeparator,
): bigint {
  const [, before = "", digits = "", after = ""] = SIGNED.exec(text.trim()) ?? [];
  const plain = GROUPED[separator].test(digits)
    ? digits.replace(GROUP_MARKS[separator], "")
    : digits;
  const other = separator === "," ? "." : ",";
  if (plain.includes(other) || plain.includes("-") || (before !== "" && after !== ""))
    throw notAnAmount(text);
  const minor = parseAmount(plain.replace(separator, "."), currency);
  return /[-\u2212]/u.test(before + after) ? -minor : minor;
}

const notAnAmount = (text: string): AppError =>
  new AppError("INVALID_AMOUNT", `"${text.slice(0, 40)}" is not an amount in the stated format`);

const TOKEN = /YYYY|YY|MM|M|DD|D/g;
const PATTERNS: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  YY: "(?<year>\\d{2})",
  MM: "(?<month>\\d{2})",
  M: "(?<month>\\d{1,2})",
  DD: "(?<day>\\d{2})",
  D: "(?<day>\\d{1,2})",
};

/** Reads a text as a calendar date `YYYY-MM-DD`, undefined when it is none. */
export type DateReader = (text: string) => string | undefined;

/** A reader of dates written like `DD.MM.YYYY`; two-digit years are of this century. */
export function dateReader(format: string): DateReader {
  const tokens = format.match(TOKEN) ?? [];
  const kinds = tokens.map((token) => token.charAt(0)).sort();
  if (kinds.join("") !== "DMY" || format.length > 20) {
    throw invalidInput(
      "csv.dateFormat",
      "must have one year (YYYY, YY), one month (MM, M) and one day (DD, D)",
    );
  }
  const literals = format.split(TOKEN).map((literal) => literal.replace(/[^A-Za-z0-9]/g, "\\$&"));
  const pattern = literals.map((literal, index) => literal + (PATTERNS[tokens[index] ?? ""] ?? ""));
  const expression = new RegExp(`^${pattern.join("")}$`);
  return (text) => {
    const { year = "", month = "", day = "" } = expression.exec(text)?.groups ?? {};
    const date = [year.padStart(4, "20"), month.padStart(2, "0"), day.padStart(2, "0")].join("-");
    return isCalendarDate(date) ? date : undefined;
  };
}

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
): BankStatement {
  const readDate = dateReader(mapping.dateFormat);
  const rows = readRows(content, mapping);
  checkColumns(rows[0], mapping);
  const faults = new StatementFaults();
  const reading = { mapping, currency, readDate, faults };
  const lines: BankStatementLine[] = [];
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

function readLine({ info, record }: Row, reading: Reading): BankStatementLine | undefined {
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
    // Some banks write debits with a minus, some without; the column already gives the direction.
    return credit - (debit < 0n ? -debit : debit);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    faults.add(fileLine, error.message);
    return undefined;
  }
}

/** Many banks list the newest line first; running balances want the order of the bookings. */
function oldestFirst(lines: BankStatementLine[]): BankStatementLine[] {
  const first = lines[0]?.effectiveDate ?? "";
  const last = lines.at(-1)?.effectiveDate ?? "";
  return first > last ? lines.toReversed() : lines;
}
