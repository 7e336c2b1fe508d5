import { chooseDateFormat, chooseSeparator } from "./csv-votes.ts";
import { parseBankAmount } from "./bank-amount.ts";
import { dateReader } from "./bank-date.ts";
import type { CsvMapping } from "./csv-table.ts";
import {
  StatementFaults,
  cleanText,
  invalidStatement,
  linesAndSkipped,
  type BankStatement,
  type BankStatementLine,
} from "./statement.ts";

/** One record of a QIF file, by the first character of each line. */
interface QifRecord {
  readonly row: { readonly line: number; readonly cells: readonly string[] };
  readonly of: ReadonlyMap<string, string>;
}

/** Whether a text is a QIF file of a bank, cash or card account. */
export const isQif = (content: string): boolean =>
  /^\uFEFF?\s*!(Type|Account|Option)\b/i.test(content);

/**
 * Reads a QIF file for an account kept in `currency`. The format names neither the order of day and month nor the
 * decimal separator: all records decide, or the mapping does.
 */
export function parseQif(content: string, mapping: CsvMapping, currency: string): BankStatement {
  const records = recordsIn(content);
  if (records.length === 0) throw invalidStatement("The file holds no bank transactions.");
  const faults = new StatementFaults();
  const dates = records.map(({ row, of }) => ({ row, text: dateText(of) }));
  const dateFormat = mapping.dateFormat ?? chooseDateFormat(dates, faults);
  const amounts = records.map(({ row, of }) => ({ row, text: of.get("T") ?? of.get("U") ?? "" }));
  const separator = mapping.decimalSeparator ?? chooseSeparator(amounts, currency);
  const read = dateReader(dateFormat);
  const lines = records.flatMap(({ row, of }, at): BankStatementLine[] => {
    const date = read(dates[at]?.text ?? "");
    if (date === undefined)
      faults.add(row.line, `"${dates[at]?.text}" is not a date like ${dateFormat}`);
    const amountMinor = faults.catching(row.line, () =>
      parseBankAmount(amounts[at]?.text ?? "", currency, separator),
    );
    if (date === undefined || amountMinor === undefined) return [];
    return [
      { ...textsOf(of), fileLine: row.line, amountMinor, effectiveDate: date, bookingDate: date },
    ];
  });
  faults.refuseIfAny();
  return {
    iban: undefined,
    openingMinor: undefined,
    closingMinor: undefined,
    breaks: [],
    ...linesAndSkipped(lines),
  };
}

function textsOf(of: ReadonlyMap<string, string>) {
  const counterparty = cleanText(of.get("P") ?? "", 200);
  return {
    description: cleanText(of.get("M") ?? "", 500) || counterparty || "Statement line",
    reference: cleanText(of.get("N") ?? "", 140) || null,
    counterparty: counterparty || undefined,
    reversal: false,
    details: {},
  };
}

const BANKING = /^!Type:\s*(Bank|Cash|CCard|Oth A|Oth L)/i;

function recordsIn(content: string): QifRecord[] {
  const records: QifRecord[] = [];
  let of = new Map<string, string>();
  let counts = false;
  for (const [at, text] of content
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .split("\n")
    .entries()) {
    const line = text.trim();
    if (line.startsWith("!")) {
      counts = BANKING.test(line);
    } else if (line === "^") {
      if (counts && of.has("D")) records.push({ row: { line: at + 1, cells: [] }, of });
      of = new Map();
    } else if (!of.has(line.charAt(0))) {
      of.set(line.charAt(0), line.slice(1).trim());
    }
  }
  return records;
}

/** Dates such as `1/15'26` and `1/ 5/26`, with the signs between their parts made equal. */
const dateText = (of: ReadonlyMap<string, string>): string =>
  (of.get("D") ?? "").replace(/\s/g, "").replace("'", "/");
