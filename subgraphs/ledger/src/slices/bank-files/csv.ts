import { AppError } from "@allfunds/contract/errors";
import { meansCurrency, type DecimalSeparator } from "./bank-amount.ts";
import { dateReader } from "./bank-date.ts";
import { DETAIL_ROLES } from "./columns.ts";
import type { CsvMapping, ResolvedMapping } from "./csv-mapping.ts";
import { refuseCardSigns, resolveTable, type CsvTable } from "./csv-table.ts";
import {
  ambiguous,
  chooseDateFormat,
  chooseSeparator,
  signedAmounts,
  type Written,
} from "./csv-votes.ts";
import type { FileTable, TableRow } from "./file-table.ts";
import { LineKeeper } from "./packed-lines.ts";
import {
  StatementFaults,
  cleanText,
  detailsOf,
  isBlank,
  linesAndSkipped,
  type BankStatement,
  type BankStatementLine,
  type WantedAccount,
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
 * Reads the table of a bank's export for an account. What the mapping leaves open is decided by all rows together;
 * what they leave open is refused with STATEMENT_AMBIGUOUS. Any fault refuses the whole file.
 */
export function parseTable(
  file: FileTable,
  mapping: CsvMapping,
  wanted: WantedAccount,
): CsvStatement {
  const { currency } = wanted;
  const table = resolveTable(file, mapping, wanted);
  if (table.openFee !== undefined) return withFee(file, mapping, wanted, table.openFee);
  const faults = new StatementFaults();
  checkWidths(table, faults);
  const inCurrency = rowsInCurrency(table, mapping, currency);
  const booked = inCurrency.filter((row) => table.isBooked(row, faults));
  const dialect = dialectOf(table, booked, mapping, currency);
  const { minus } = mapping;
  const { placeOf } = table;
  const reading = { ...dialect, minus, currency, faults, placeOf };
  const amounts = signedAmounts(booked, (row) => table.amountCells(row), reading);
  if (mapping.positiveIsOut === undefined) refuseCardSigns(table, amounts);
  const turned = mapping.positiveIsOut === true ? amounts.map((minor) => minor && -minor) : amounts;
  const toLine = lineReader(table, dialect, faults);
  const lines = new LineKeeper();
  for (const [at, row] of booked.entries()) {
    const line = toLine(row, turned[at]);
    if (line !== undefined) lines.add(line);
  }
  faults.refuseIfAny();
  const moved = linesAndSkipped(lines.all);
  const balances = balancesOf(table, booked, turned, { ...dialect, currency });
  // Balances that the amounts lead along prove their signs.
  if (balances.closingMinor === undefined) refuseOpenDirection(table, amounts);
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
  file: FileTable,
  mapping: CsvMapping,
  wanted: WantedAccount,
  column: string,
): CsvStatement {
  const statements = ["", column].map((fee) => parseTable(file, { ...mapping, fee }, wanted));
  const proven = statements.filter(({ closingMinor }) => closingMinor !== undefined);
  if (proven[0] !== undefined && proven.length === 1) return proven[0];
  throw ambiguous(
    "csv.fee",
    `The column "${column}" may be charged beside the amounts, or be part of them.`,
  );
}

/** What the rows leave open is asked at once, whether it is one thing or two. */
function dialectOf(
  table: CsvTable,
  rows: readonly TableRow[],
  mapping: CsvMapping,
  currency: string,
): Dialect {
  return decideBoth(
    () => mapping.dateFormat ?? chooseDateFormat(writtenDates(table, rows)),
    () => mapping.decimalSeparator ?? chooseSeparator(writtenAmounts(table, rows), currency),
  );
}

/** Each text once: the dates of a long file are few. */
function writtenDates(table: CsvTable, rows: readonly TableRow[]): Written[] {
  const written = new Map<string, Written>();
  for (const row of rows) {
    const text = table.cell(row, "date");
    const { row: first, times = 0 } = written.get(text) ?? { row };
    written.set(text, { row: first, text, times: times + 1 });
  }
  return [...written.values()];
}

function* writtenAmounts(table: CsvTable, rows: readonly TableRow[]) {
  for (const row of rows) {
    const { amount, debit, credit } = table.amountCells(row);
    for (const text of [amount, debit, credit, table.cell(row, "balance")])
      if (text !== "") yield { row, text };
  }
}

function decideBoth(chooseDate: () => string, chooseDecimal: () => DecimalSeparator): Dialect {
  const open: AppError[] = [];
  const decide = <T>(choose: () => T): T | undefined => {
    try {
      return choose();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "STATEMENT_AMBIGUOUS") throw error;
      open.push(error);
      return undefined;
    }
  };
  const [dateFormat, decimalSeparator] = [decide(chooseDate), decide(chooseDecimal)];
  if (dateFormat !== undefined && decimalSeparator !== undefined)
    return { dateFormat, decimalSeparator };
  throw new AppError("STATEMENT_AMBIGUOUS", open.map(({ message }) => message).join(" "), {
    violations: open.flatMap(({ violations }) => violations ?? []),
  });
}

function lineReader(table: CsvTable, { dateFormat }: Dialect, faults: StatementFaults) {
  const readDate = dateReader(dateFormat);
  return (row: TableRow, amountMinor: bigint | undefined): BankStatementLine | undefined => {
    const written = table.cell(row, "date");
    const date = readDate(written);
    if (date === undefined) {
      faults.add(
        table.placeOf(row, "date"),
        `"${written.slice(0, 40)}" is not a date like ${dateFormat}`,
      );
    }
    const ofValue = table.cell(row, "valueDate");
    const valueDate = readDate(ofValue);
    if (valueDate === undefined && /\d/.test(ofValue)) {
      faults.add(
        table.placeOf(row, "valueDate"),
        `"${ofValue.slice(0, 40)}" is not a date like ${dateFormat}`,
      );
    }
    if (date === undefined || amountMinor === undefined) return undefined;
    const effectiveDate = valueDate ?? date;
    const line = { fileLine: row.line, amountMinor, effectiveDate, bookingDate: date };
    return { ...line, ...textsOf(table, row, amountMinor > 0n) };
  };
}

function textsOf(table: CsvTable, row: TableRow, cameIn: boolean) {
  const other = table.cell(row, cameIn ? "payer" : "payee");
  const named = cleanText(table.cell(row, "counterparty"), 200);
  const counterparty = isBlank(named) ? cleanText(other, 200) : named;
  const text = cleanText(table.textOf(row), 500);
  const returnReason = table.cell(row, "returnReason");
  return {
    description: (isBlank(text) ? counterparty : text) || "Statement line",
    reference: table.cell(row, "reference") || null,
    counterparty: counterparty || undefined,
    reversal: returnReason !== "",
    details: rowDetails(table, row),
  };
}

function rowDetails(table: CsvTable, row: TableRow): Record<string, string> {
  const of = Object.fromEntries(DETAIL_ROLES.map((role) => [role, table.cell(row, role)]));
  const account = table.cell(row, "counterpartyIban").replace(/[\s']/g, "").slice(0, 40);
  const { originalAmount = "", originalCurrency = "", endToEndId = "", ...given } = of;
  return detailsOf({
    [/^[A-Z]/.test(account) ? "counterpartyIban" : "counterpartyAccount"]: account,
    endToEndId: /^(NOTPROVIDED|NOT PROVIDED|NONREF)$/i.test(endToEndId) ? "" : endToEndId,
    instructedAmount: originalAmount === "" ? "" : `${originalAmount} ${originalCurrency}`.trim(),
    ...given,
  });
}

function checkWidths({ rows, width }: CsvTable, faults: StatementFaults): void {
  for (const { line, cells } of rows) {
    const beyond = cells.slice(width).some((cell) => cell !== "");
    if (beyond) faults.add(line, `the row has ${cells.length} columns, the header ${width}`);
  }
}

/** The rows in the account's currency. Others are of other accounts, or the wrong column was taken: that is asked. */
function rowsInCurrency(
  table: CsvTable,
  { leaveOutOtherCurrencies }: CsvMapping,
  currency: string,
): readonly TableRow[] {
  const isOther = (row: TableRow): boolean => {
    const stated = table.cell(row, "currency");
    return stated !== "" && !meansCurrency(stated, currency);
  };
  const others = table.rows.filter(isOther);
  const [first] = others;
  if (first === undefined) return table.rows;
  const stated = table.cell(first, "currency").toUpperCase().slice(0, 12);
  if (others.length === table.rows.length)
    throw new AppError(
      "CURRENCY_MISMATCH",
      `Line ${first.line} is in ${stated}, the account is kept in ${currency}.`,
    );
  if (leaveOutOtherCurrencies === true) return table.rows.filter((row) => !isOther(row));
  throw ambiguous(
    "csv.leaveOutOtherCurrencies",
    `Line ${first.line} is in ${stated}, others are in ${currency}: it may be of another account.`,
  );
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
  const last = rows.length - 1;
  for (const placeOf of [(step: number) => step, (step: number) => last - step]) {
    const [amount, balance] = [amounts[placeOf(0)], balances[placeOf(0)]];
    if (amount === undefined || balance === undefined) return none;
    const opening = balance - amount;
    let running: bigint = opening;
    let step = 0;
    for (; step <= last; step += 1) {
      running += amounts[placeOf(step)] ?? 0n;
      if (balances[placeOf(step)] !== running) break;
    }
    if (step > last) return { openingMinor: opening, closingMinor: running };
  }
  return none;
}
