import { AppError } from "@allfunds/contract/errors";
import { meansCurrency, type DecimalSeparator } from "./bank-amount.ts";
import { areCounted, dateFormatsOf, dateReader, type DateReader } from "./bank-date.ts";
import { DETAIL_ROLES } from "./columns.ts";
import { SAMPLE_ROWS } from "./columns.ts";
import { balancesOf, refuseOpposed, refuseSwapped, refuseTurned } from "./csv-balances.ts";
import type { CsvMapping, ResolvedMapping } from "./csv-mapping.ts";
import type { CsvTable } from "./csv-cells.ts";
import {
  areFeesNegative,
  refuseOpenSides,
  refuseOpenSigns,
  refuseOpenTotal,
  refuseSignless,
  refuseTraded,
  refuseWorded,
  statesCredit,
} from "./csv-doubts.ts";
import { resolveTable } from "./csv-table.ts";
import {
  ambiguous,
  chooseDateFormat,
  chooseSeparator,
  ofThisEra,
  signedAmounts,
  type Written,
} from "./csv-votes.ts";
import type { FileTable, Rows, TableRow } from "./file-table.ts";
import { LineKeeper } from "./packed-lines.ts";
import type { Sequence } from "./sequence.ts";
import {
  StatementFaults,
  cleanText,
  detailsOf,
  isBlank,
  isReference,
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
  const dialect = dialectOf(table, booked, withCount(file, table, booked, mapping), currency);
  const { minus } = mapping;
  const { placeOf } = table;
  const hasNegativeFees = areFeesNegative(table, booked);
  const reading = { ...dialect, minus, currency, faults, hasNegativeFees, placeOf };
  const amounts = signedAmounts(booked, (row) => table.amountCells(row), reading);
  if (mapping.positiveIsOut === undefined) {
    refuseOpenSigns(table, booked, amounts);
  }
  const minorAt = (at: number): bigint | undefined => {
    const minor = amounts.at(at);
    if (mapping.positiveIsOut !== true) return minor;
    const row = booked.at(at);
    return row !== undefined && statesCredit(table.amountCells(row).amount)
      ? minor
      : minor && -minor;
  };
  const toLine = lineReader(table, booked, dialect, faults);
  const lines = new LineKeeper();
  for (const [at, row] of booked.entries()) {
    const line = toLine(row, minorAt(at));
    if (line !== undefined) lines.add(line);
  }
  faults.refuseIfAny();
  const moved = linesAndSkipped(lines.all);
  const written = { ...dialect, currency };
  const { breaks, ...balances } = balancesOf(table, booked, minorAt, written);
  const isProven = balances.closingMinor !== undefined && breaks.length === 0;
  if (!isProven) {
    const proven =
      withProvenFee(file, mapping, wanted, table) ??
      (breaks.length > 0 ? withoutRepeats(file, mapping, wanted, booked) : undefined);
    if (proven !== undefined) return proven;
    // Balances that the amounts lead along prove their signs.
    if (balances.closingMinor === undefined) {
      refuseOpenDirection(table, amounts);
      refuseOpenSides(table, booked, mapping);
      refuseOpenTotal(table);
    }
    if (mapping.positiveIsOut === undefined) {
      if (balances.closingMinor === undefined) {
        refuseSignless(table, mapping);
        refuseWorded(table);
        refuseTraded(table, booked, amounts);
        refuseSwapped(table, booked, minorAt, written);
      }
      refuseOpposed(table, booked, minorAt, written);
    }
    refuseTurned(table, booked, minorAt, written);
  } else if (mapping.positiveIsOut === undefined) {
    // Equal amounts lead along the balances in both orders; the days show which one it is.
    const order = orderOf(lines.all);
    if (order !== undefined) refuseOpposed(table, booked, minorAt, written, [order]);
  }
  return {
    iban: table.iban,
    ...balances,
    breaks,
    lines: moved.lines,
    skipped: table.rows.length - moved.lines.length,
    mapping: { ...table.mapping, ...dialect },
  };
}

/** The order of the days of a table, when they have one. */
function orderOf(lines: Sequence<BankStatementLine>): "OLDEST_FIRST" | "NEWEST_FIRST" | undefined {
  const [first = "", last = ""] = [lines.at(0)?.bookingDate, lines.at(-1)?.bookingDate];
  if (first === last) return undefined;
  return first < last ? "OLDEST_FIRST" : "NEWEST_FIRST";
}

/** Amounts without any sign may have it in a column whose words are not known. */
function refuseOpenDirection(table: CsvTable, amounts: Iterable<bigint | undefined>): void {
  const column = table.openDirection;
  if (column === undefined || table.mapping.amount === undefined) return;
  for (const minor of amounts) if (minor !== undefined && minor < 0n) return;
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
  const read = (fee: string): CsvStatement => parseTable(file, { ...mapping, fee }, wanted);
  const beside = read(column);
  const statements = [beside, ...attempted(() => read(""))];
  const proven = statements.filter(
    ({ closingMinor, breaks }) => closingMinor !== undefined && breaks.length === 0,
  );
  if (proven[0] !== undefined && proven.length === 1) return proven[0];
  throw ambiguous(
    "csv.fee",
    `The column "${column}" may be charged beside the amounts, or be part of them.`,
  );
}

/** Rows with nothing but a fee cannot be read without it. */
function attempted<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof AppError && error.code === "STATEMENT_INVALID") return [];
    throw error;
  }
}

/** The days of a workbook without a style are numbers, and it states from when they are counted. */
function withCount(
  { delimiter, startsIn1904 = false }: FileTable,
  table: CsvTable,
  rows: Rows,
  mapping: CsvMapping,
): CsvMapping {
  if (delimiter !== "" || mapping.dateFormat !== undefined) return mapping;
  if (!areCounted(Array.from(rows, (row) => table.cell(row, "date")))) return mapping;
  return { ...mapping, dateFormat: startsIn1904 ? "SERIAL1904" : "SERIAL" };
}

/** A column of another name whose amounts lead from balance to balance, together with the others, is one of fees. */
function withProvenFee(
  file: FileTable,
  mapping: CsvMapping,
  wanted: WantedAccount,
  { spareAmounts, mapping: { balance } }: CsvTable,
): CsvStatement | undefined {
  if (balance === undefined || mapping.fee !== undefined) return undefined;
  const leads = ({ closingMinor, breaks }: CsvStatement): boolean =>
    closingMinor !== undefined && breaks.length === 0;
  for (const fee of spareAmounts) {
    const read = (of: FileTable): CsvStatement => parseTable(of, { ...mapping, fee }, wanted);
    // Of a long file its first rows show whether it is worth the time.
    if (!leads(read({ ...file, rows: file.rows.slice(0, SAMPLE_ROWS) }))) continue;
    const statement = read(file);
    if (leads(statement)) return statement;
  }
  return undefined;
}

/** Rows are compared as texts up to so many. */
const MOST_COMPARED = 100_000;

/** A table that stands twice in a file, wholly or in part: without the rows that are the same up to their balance, no hole is left. */
function withoutRepeats(
  file: FileTable,
  mapping: CsvMapping,
  wanted: WantedAccount,
  booked: Rows,
): CsvStatement | undefined {
  if (booked.length > MOST_COMPARED) return undefined;
  const seen = new Set<string>();
  const repeated = new Set<number>();
  for (const { cells, line } of booked) {
    const text = JSON.stringify(cells);
    if (seen.has(text)) repeated.add(line);
    seen.add(text);
  }
  if (repeated.size === 0) return undefined;
  const rows = file.rows.filter(({ line }) => !repeated.has(line));
  const statement = parseTable({ ...file, rows }, mapping, wanted);
  if (statement.closingMinor === undefined || statement.breaks.length > 0) return undefined;
  return { ...statement, skipped: statement.skipped + repeated.size };
}

/** What the rows leave open is asked at once, whether it is one thing or two. */
function dialectOf(table: CsvTable, rows: Rows, mapping: CsvMapping, currency: string): Dialect {
  return decideBoth(
    () => mapping.dateFormat ?? ofThisEra(chooseDateFormat(datesOf(table, rows)), currency),
    () => mapping.decimalSeparator ?? chooseSeparator(writtenAmounts(table, rows), currency),
  );
}

/** The days of booking and, where they are written alike, those of value: each may decide what the others leave open. */
function datesOf(table: CsvTable, rows: Rows): Written[] {
  const own = writtenDates(table, rows, "date");
  if (dateFormatsOf(own.map(({ text }) => text)).length < 2) return own;
  const both = [
    ...own,
    ...writtenDates(table, rows, "valueDate").filter(({ text }) => text !== ""),
  ];
  return dateFormatsOf(both.map(({ text }) => text)).length > 0 ? both : own;
}

/** Days of value may be written in a way of their own, when that is one way alone. */
function valueDateReader(table: CsvTable, rows: Rows): DateReader {
  const texts = writtenDates(table, rows, "valueDate").map(({ text }) => text);
  const [format, second] = dateFormatsOf(texts.filter((text) => text !== ""));
  return format === undefined || second !== undefined ? () => undefined : dateReader(format);
}

/** Each text once: the dates of a long file are few. */
function writtenDates(table: CsvTable, rows: Rows, role: "date" | "valueDate"): Written[] {
  const written = new Map<string, Written>();
  for (const row of rows) {
    const text = table.cell(row, role);
    const { row: first, times = 0 } = written.get(text) ?? { row };
    written.set(text, { row: first, text, times: times + 1 });
  }
  return [...written.values()];
}

function* writtenAmounts(table: CsvTable, rows: Rows) {
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

function lineReader(table: CsvTable, rows: Rows, { dateFormat }: Dialect, faults: StatementFaults) {
  const [readOwn, readIso] = [dateReader(dateFormat), dateReader("YYYY-MM-DD")];
  const readDate = (text: string): string | undefined => readOwn(text) ?? readIso(text);
  let readOther: DateReader | undefined;
  const readValueDate = (text: string): string | undefined => {
    const date = readDate(text);
    if (date !== undefined || !/\d/.test(text)) return date;
    readOther ??= valueDateReader(table, rows);
    return readOther(text);
  };
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
    const valueDate = readValueDate(ofValue);
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
  const reference = table.cell(row, "reference");
  return {
    description: (isBlank(text) ? counterparty : text) || "Statement line",
    reference: isReference(reference) ? reference : null,
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
): Rows {
  const isOther = (row: TableRow): boolean => {
    const stated = table.currenciesOf(row);
    return stated.length > 0 && !stated.some((each) => meansCurrency(each, currency));
  };
  const others = table.rows.filter(isOther);
  const first = others.at(0);
  if (first === undefined) return table.rows;
  const stated = table.currenciesOf(first).join(" and ").toUpperCase().slice(0, 12);
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
