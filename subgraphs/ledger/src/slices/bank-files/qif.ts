import { chooseDateFormat, chooseSeparator } from "./csv-votes.ts";
import { parseBankAmount } from "./bank-amount.ts";
import { dateReader } from "./bank-date.ts";
import type { CsvMapping } from "./csv-mapping.ts";
import {
  StatementFaults,
  chooseParts,
  cleanText,
  detailsOf,
  invalidStatement,
  linesAndSkipped,
  type BankStatement,
  type BankStatementLine,
  type WantedAccount,
} from "./statement.ts";

/** One record of a QIF file, by the first character of each line. */
interface QifRecord {
  readonly row: { readonly line: number; readonly cells: readonly string[] };
  readonly of: ReadonlyMap<string, string>;
}

/** The records of one account, by the name the program gave it. */
interface QifAccount {
  readonly name: string | undefined;
  readonly records: QifRecord[];
}

/** Whether a text is a QIF file of a bank, cash or card account. */
export const isQif = (content: string): boolean =>
  /^\uFEFF?\s*!(Type|Account|Option|Clear)\b/i.test(content.slice(0, 1_000));

/**
 * Reads a QIF file for an account kept in `currency`. The format names neither the order of day and month nor the
 * decimal separator: all records decide, or the mapping does.
 */
export function parseQif(
  content: string,
  mapping: CsvMapping,
  wanted: WantedAccount,
): BankStatement {
  const { currency } = wanted;
  const accounts = accountsIn(content).filter(({ records }) => records.length > 0);
  if (accounts.length === 0) throw invalidStatement("The file holds no bank transactions.");
  const chosen = chooseParts(accounts, ({ name }) => [name, undefined], wanted);
  const all = chosen.flatMap(({ records }) => records);
  const faults = new StatementFaults();
  const dates = all.map(({ row, of }) => ({ row, text: dateText(of) }));
  const dateFormat = mapping.dateFormat ?? chooseDateFormat(dates);
  const amounts = all.map(({ row, of }) => ({ row, text: of.get("T") ?? of.get("U") ?? "" }));
  const separator = mapping.decimalSeparator ?? chooseSeparator(amounts, currency);
  const readDate = dateReader(dateFormat);
  const read = all.map(({ row, of }, at) => {
    const date = readDate(dates[at]?.text ?? "");
    if (date === undefined)
      faults.add(row.line, `"${dates[at]?.text}" (D) is not a date like ${dateFormat}`);
    const amountMinor = faults.catching(row.line, () =>
      parseBankAmount(amounts[at]?.text ?? "", currency, separator),
    );
    return { of, line: row.line, date, amountMinor };
  });
  faults.refuseIfAny();
  const opening = read.find(({ of }) => isOpening(of));
  const lines = read.flatMap(({ of, line, date, amountMinor }): BankStatementLine[] => {
    if (date === undefined || amountMinor === undefined || isOpening(of)) return [];
    const dated = { amountMinor, effectiveDate: date, bookingDate: date };
    return [{ ...textsOf(of), fileLine: line, ...dated }];
  });
  return {
    iban: undefined,
    openingMinor: opening?.amountMinor,
    closingMinor: undefined,
    breaks: [],
    ...linesAndSkipped(lines),
  };
}

/** A program's first record of an account is its balance, and no payment. */
const isOpening = (of: ReadonlyMap<string, string>): boolean =>
  /^opening balance$/i.test(of.get("P") ?? "") && /^\[.*\]$/.test(of.get("L") ?? "");

function textsOf(of: ReadonlyMap<string, string>) {
  const counterparty = cleanText(of.get("P") ?? "", 200);
  const number = of.get("N") ?? "";
  return {
    description: cleanText(of.get("M") ?? "", 500) || counterparty || "Statement line",
    reference: cleanText(number, 140) || null,
    counterparty: counterparty || undefined,
    reversal: false,
    details: detailsOf({ checkNumber: /^\d+$/.test(number) ? number : undefined }),
  };
}

const BANKING = /^!Type:\s*(Bank|Cash|CCard|Oth A|Oth L)/i;

function accountsIn(content: string): QifAccount[] {
  const accounts = new Map<string | undefined, QifAccount>();
  let of = new Map<string, string>();
  let section = "";
  let name: string | undefined;
  const end = (line: number): void => {
    if (/^!Account/i.test(section)) name = of.get("N") ?? name;
    else if (BANKING.test(section) && (of.has("D") || of.has("T"))) {
      const account = accounts.get(name) ?? { name, records: [] };
      account.records.push({ row: { line, cells: [] }, of });
      accounts.set(name, account);
    }
    of = new Map();
  };
  let line = 0;
  for (const row of content
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .split("\n")) {
    line += 1;
    const text = row.trim();
    if (text === "^") end(line);
    else if (text.startsWith("!")) {
      end(line);
      if (!/^!(Option|Clear)/i.test(text)) section = text;
    } else if (text !== "" && !of.has(text.charAt(0))) {
      of.set(text.charAt(0), text.slice(1).trim());
    }
  }
  // The last record of some programs has no end of its own.
  end(line);
  return [...accounts.values()];
}

/** Dates such as `1/15'26` and `1/ 5/26`, with the signs between their parts made equal. */
const dateText = (of: ReadonlyMap<string, string>): string =>
  (of.get("D") ?? "").replace(/\s/g, "").replace("'", "/");
