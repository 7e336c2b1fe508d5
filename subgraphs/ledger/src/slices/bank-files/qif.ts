import { chooseDateFormat, chooseSeparator, type Written } from "./csv-votes.ts";
import { parseBankAmount } from "./bank-amount.ts";
import { dateReader } from "./bank-date.ts";
import type { CsvMapping } from "./csv-mapping.ts";
import { linesOf, PackedList, type LongText } from "./long-file.ts";
import { LineKeeper } from "./packed-lines.ts";
import {
  StatementFaults,
  chooseParts,
  cleanText,
  referenceIn,
  detailsOf,
  invalidStatement,
  linesAndSkipped,
  type BankStatement,
  type WantedAccount,
} from "./statement.ts";

/** One record of a QIF file: the line it ends in, and its fields by the first character of their lines. */
interface QifRecord {
  readonly line: number;
  readonly fields: readonly (readonly [sign: string, text: string])[];
}

type Fields = ReadonlyMap<string, string>;

/** The records of one account, by the name the program gave it. */
interface QifAccount {
  readonly name: string | undefined;
  readonly records: PackedList<QifRecord>;
}

/** Whether a text is a QIF file of a bank, cash or card account. */
export const isQif = (content: string): boolean =>
  /^\uFEFF?\s*!(Type|Account|Option|Clear)\b/i.test(content.slice(0, 1_000));

/**
 * Reads a QIF file for an account kept in `currency`. The format names neither the order of day and month nor the
 * decimal separator: all records decide, or the mapping does.
 */
export function parseQif(
  content: string | LongText,
  mapping: CsvMapping,
  wanted: WantedAccount,
): BankStatement {
  const { currency } = wanted;
  const accounts = accountsIn(content).filter(({ records }) => records.length > 0);
  if (accounts.length === 0) throw invalidStatement("The file holds no bank transactions.");
  const chosen = chooseParts(accounts, ({ name }) => [name, undefined], wanted);
  const faults = new StatementFaults();
  const dateFormat = mapping.dateFormat ?? chooseDateFormat(writtenDates(chosen));
  const separator = mapping.decimalSeparator ?? chooseSeparator(writtenAmounts(chosen), currency);
  const readDate = dateReader(dateFormat);
  const lines = new LineKeeper();
  let openingMinor: bigint | undefined;
  for (const { of, line } of recordsOf(chosen)) {
    const date = readDate(dateText(of));
    if (date === undefined)
      faults.add(line, `"${dateText(of)}" (D) is not a date like ${dateFormat}`);
    const amountMinor = faults.catching(line, () =>
      parseBankAmount(amountText(of), currency, separator),
    );
    if (isOpening(of)) openingMinor ??= amountMinor;
    else if (date !== undefined && amountMinor !== undefined)
      lines.add({
        ...textsOf(of),
        fileLine: line,
        amountMinor,
        effectiveDate: date,
        bookingDate: date,
      });
  }
  faults.refuseIfAny();
  return {
    iban: undefined,
    openingMinor,
    closingMinor: undefined,
    breaks: [],
    ...linesAndSkipped(lines.all),
  };
}

function* recordsOf(accounts: readonly QifAccount[]) {
  for (const { records } of accounts)
    for (const { line, fields } of records) yield { line, of: new Map(fields) as Fields };
}

/** Each text once: the dates of a long file are few. */
function writtenDates(accounts: readonly QifAccount[]): Written[] {
  const written = new Map<string, Written>();
  for (const { of, line } of recordsOf(accounts)) {
    const text = dateText(of);
    const { row, times = 0 } = written.get(text) ?? { row: { line } };
    written.set(text, { row, text, times: times + 1 });
  }
  return [...written.values()];
}

function* writtenAmounts(accounts: readonly QifAccount[]): Generator<Written> {
  for (const { of, line } of recordsOf(accounts)) yield { row: { line }, text: amountText(of) };
}

const amountText = (of: Fields): string => of.get("T") ?? of.get("U") ?? "";

/** A program's first record of an account is its balance, and no payment. */
const isOpening = (of: Fields): boolean =>
  /^opening balance$/i.test(of.get("P") ?? "") && /^\[.*\]$/.test(of.get("L") ?? "");

function textsOf(of: Fields) {
  const counterparty = cleanText(of.get("P") ?? "", 200);
  const number = of.get("N") ?? "";
  return {
    description: cleanText(of.get("M") ?? "", 500) || counterparty || "Statement line",
    // It may be a word for the kind of the line, such as ATM.
    reference: /\d/.test(number) ? referenceIn(number) : null,
    counterparty: counterparty || undefined,
    reversal: false,
    details: detailsOf({ checkNumber: /^\d+$/.test(number) ? number : undefined }),
  };
}

const BANKING = /^!Type:\s*(Bank|Cash|CCard|Oth A|Oth L)/i;

function accountsIn(content: string | LongText): QifAccount[] {
  const accounts = new Map<string | undefined, QifAccount>();
  let of = new Map<string, string>();
  let section = "";
  let name: string | undefined;
  const end = (line: number): void => {
    if (/^!Account/i.test(section)) name = of.get("N") ?? name;
    else if (BANKING.test(section) && (of.has("D") || of.has("T"))) {
      const account = accounts.get(name) ?? { name, records: new PackedList() };
      account.records.add({ line, fields: [...of] });
      accounts.set(name, account);
    }
    of = new Map();
  };
  let line = 0;
  for (const row of linesOf(content)) {
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
const dateText = (of: Fields): string => (of.get("D") ?? "").replace(/\s/g, "").replace("'", "/");
