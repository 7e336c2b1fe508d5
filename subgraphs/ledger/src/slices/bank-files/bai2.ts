import { formatAmount } from "@allfunds/contract/money";
import { isCalendarDate } from "@allfunds/platform/dates";
import { fullYear } from "./bank-date.ts";
import { linesOf, PackedList, type LongText } from "./long-file.ts";
import { LineKeeper } from "./packed-lines.ts";
import {
  StatementFaults,
  checkSum,
  chooseParts,
  cleanText,
  referenceIn,
  detailsOf,
  invalidStatement,
  joinStatements,
  linesAndSkipped,
  type BankStatement,
  type BankStatementLine,
  type WantedAccount,
} from "./statement.ts";

/** A record of the file with its continuations: the code that it begins with, its fields, its first line. */
interface BaiRecord {
  readonly code: string;
  readonly fields: string[];
  readonly line: number;
}

/** One account in one group. */
interface BaiAccount {
  readonly group: BaiRecord;
  readonly identifier: BaiRecord;
  readonly details: PackedList<BaiRecord>;
  readonly trailer: BaiRecord | undefined;
}

/** Whether a text is a cash management file of the Bank Administration Institute, of whatever version. */
export const isBai2 = (content: string): boolean =>
  /^\uFEFF?\s*01,[^\n]*\/\s*$/m.test(content.slice(0, 2_000)) &&
  /^02,/m.test(content) &&
  /^03,/m.test(content);

/**
 * Reads a BAI2 cash management file (Bank Administration Institute, version 2) for an account kept in `currency`.
 * Amounts have no decimal sign: they are minor units. The totals of each account are checked.
 */
export function parseBai2(content: string | LongText, wanted: WantedAccount): BankStatement {
  const accounts = accountsIn(ofVersionTwo(recordsIn(content)));
  if (accounts.length === 0) throw invalidStatement("The file holds no account (record 03).");
  const chosen = chooseParts(accounts, (each) => [numberOf(each), currencyOf(each)], wanted);
  const faults = new StatementFaults();
  const parts = chosen.map((account) => readAccount(account, wanted.currency, faults));
  faults.refuseIfAny();
  return joinStatements(parts);
}

/** Records end with a slash; a record 88 continues the one before it, and a text runs to the end of its line. */
function* recordsIn(content: string | LongText): Generator<BaiRecord> {
  let last: BaiRecord | undefined;
  let line = 0;
  for (const row of linesOf(content)) {
    line += 1;
    const text = row.trim();
    if (text === "") continue;
    const [code = "", ...fields] = text.replace(/\/$/, "").split(",");
    if (code === "88") {
      if (last !== undefined) continueRecord(last, fields);
      continue;
    }
    if (last !== undefined) yield last;
    last = { code, fields, line };
  }
  if (last !== undefined) yield last;
}

/** The header has the version as its eighth field; some banks leave it out. */
function* ofVersionTwo(records: Iterable<BaiRecord>): Generator<BaiRecord> {
  for (const record of records) {
    const version = record.fields[7]?.trim() ?? "";
    if (record.code === "01" && version !== "" && version !== "2")
      throw invalidStatement(
        `The file is of version ${version.slice(0, 8)} of its format; version 2 is read (record 01).`,
      );
    yield record;
  }
}

function continueRecord({ code, fields }: BaiRecord, more: readonly string[]): void {
  const isInText = code === "16" && fields.length > textAt(fields);
  if (isInText) fields.push(`${fields.pop() ?? ""} ${more.join(",")}`);
  else fields.push(...more);
}

function accountsIn(records: Iterable<BaiRecord>): BaiAccount[] {
  const accounts: BaiAccount[] = [];
  let group: BaiRecord | undefined;
  for (const record of records) {
    if (record.code === "02") group = record;
    else if (record.code === "03" && group !== undefined)
      accounts.push({ group, identifier: record, details: new PackedList(), trailer: undefined });
    else if (record.code === "16") accounts.at(-1)?.details.add(record);
    else if (record.code === "49") {
      const last = accounts.pop();
      if (last !== undefined) accounts.push({ ...last, trailer: record });
    }
  }
  return accounts;
}

const numberOf = ({ identifier }: BaiAccount): string | undefined => identifier.fields[0];
const currencyOf = ({ identifier, group }: BaiAccount): string =>
  identifier.fields[1]?.trim() || group.fields[5]?.trim() || "USD";

/** As-of date modifier of data of the day itself, which the bank may still change. */
const SAME_DAY = "3";

function readAccount(
  account: BaiAccount,
  currency: string,
  faults: StatementFaults,
): BankStatement {
  const { group, identifier, details } = account;
  const date = dateOf(group.fields[3] ?? "");
  if (date === undefined)
    faults.add(group.line, `"${group.fields[3] ?? ""}" is not a date (as-of date of record 02)`);
  if (/^[234]$/.test(group.fields[2] ?? ""))
    faults.add(group.line, "the group deletes, corrects or tests; a group status of 1 is read");
  const isBooked = group.fields[6] !== SAME_DAY;
  const balances = balancesIn(identifier, faults);
  // Between two balances the lines are proven to be all that moved.
  const isProven = balances.has("010") && balances.has("015");
  const booked = new LineKeeper();
  for (const record of details)
    for (const line of readDetail(record, date ?? "", isProven, faults))
      if (isBooked) booked.add(line);
  if (!faults.areAny) checkTotal(account, faults, currency);
  const moved = linesAndSkipped(booked.all);
  const [openingMinor, closingMinor] = [balances.get("010"), balances.get("015")];
  if (isBooked && !faults.areAny)
    checkSum({ lines: moved.lines, openingMinor, closingMinor }, currency);
  return {
    iban: numberOf(account),
    openingMinor: isBooked ? openingMinor : undefined,
    closingMinor: isBooked ? closingMinor : undefined,
    breaks: [],
    lines: moved.lines,
    skipped: details.length - moved.lines.length,
  };
}

/** A type code's side: credits are 100 to 399, debits 400 to 699; of those that banks define, 920 to 959 and 960 to 999. */
const sideOf = (code: string): 1n | -1n | undefined =>
  /^([123]\d\d|9[2-5]\d)$/.test(code) ? 1n : /^([456]\d\d|9[6-9]\d)$/.test(code) ? -1n : undefined;

/** How many fields follow a funds type: availability by day, or a value date with its time. */
function fundsFields(fields: readonly string[], at: number): number {
  const type = fields[at];
  if (type === "S") return 4;
  if (type === "V") return 3;
  if (type === "D") return 2 + 2 * Number(/^\d{1,2}$/.exec(fields[at + 1] ?? "")?.[0] ?? 0);
  return 1;
}

/** Where the text of a detail begins: behind its type, amount, funds, and two references. */
const textAt = (fields: readonly string[]): number => 2 + fundsFields(fields, 2) + 2;

function readDetail(
  { fields, line }: BaiRecord,
  date: string,
  isProven: boolean,
  faults: StatementFaults,
): BankStatementLine[] {
  const [code = "", amount = ""] = fields;
  const side = sideOf(code);
  const minor = minorOf(amount);
  if (side === undefined) {
    if (!isProven && minor !== undefined && minor !== 0n)
      faults.add(
        line,
        `the type ${code} is neither a credit nor a debit, and no balances show its side (record 16)`,
      );
    return [];
  }
  if (minor === undefined || minor < 0n) {
    faults.add(line, `"${amount.slice(0, 40)}" is not an amount in minor units (record 16)`);
    return [];
  }
  const written = fields[2] === "V" ? (fields[3]?.trim() ?? "") : "";
  const valueDate = dateOf(written);
  if (written !== "" && valueDate === undefined)
    faults.add(line, `"${written.slice(0, 40)}" is not a value date (record 16)`);
  const [bank = "", customer = ""] = fields.slice(textAt(fields) - 2);
  const text = cleanText(fields.slice(textAt(fields)).join(","), 500);
  return [
    {
      fileLine: line,
      amountMinor: side * minor,
      effectiveDate: valueDate ?? date,
      bookingDate: date,
      description: text || `Type ${code}`,
      reference: referenceIn(bank) ?? referenceIn(customer),
      counterparty: undefined,
      reversal: false,
      details: detailsOf({ bankTransactionCode: code, customerReference: customer }),
    },
  ];
}

const minorOf = (text: string): bigint | undefined =>
  /^[+-]?\d{1,18}$/.test(text.trim()) ? BigInt(text.trim().replace("+", "")) : undefined;

/** The balances of record 03 by their type codes: each has an amount, a count and a funds type. */
function balancesIn(
  { fields, line }: BaiRecord,
  faults: StatementFaults,
): ReadonlyMap<string, bigint> {
  const balances = new Map<string, bigint>();
  for (let at = 2; at < fields.length;) {
    const [code = "", written = ""] = fields.slice(at, at + 2);
    const minor = minorOf(written);
    if (minor !== undefined) balances.set(code.trim(), minor);
    else if (written.trim() !== "")
      faults.add(line, `"${written.slice(0, 40)}" is not an amount in minor units (type ${code})`);
    at += 3 + fundsFields(fields, at + 3);
  }
  return balances;
}

/** The trailer has the sum of all amounts of the account, sides left aside, and the number of its records. */
function checkTotal(
  { identifier, details, trailer }: BaiAccount,
  faults: StatementFaults,
  currency: string,
): void {
  const stated = minorOf(trailer?.fields[0] ?? "");
  if (trailer === undefined || stated === undefined) {
    faults.add(identifier.line, "the account has no total (record 49)");
    return;
  }
  let sum = 0n;
  for (const text of amountsIn(identifier)) sum += minorOf(text) ?? 0n;
  for (const { fields } of details) sum += minorOf(fields[1] ?? "") ?? 0n;
  if (sum !== stated)
    faults.add(
      trailer.line,
      `the amounts of the account come to ${formatAmount(sum, currency)}, its total (record 49) is ${formatAmount(stated, currency)}`,
    );
}

function amountsIn({ fields }: BaiRecord): string[] {
  const amounts: string[] = [];
  for (let at = 2; at < fields.length; at += 3 + fundsFields(fields, at + 3))
    amounts.push(fields[at + 1] ?? "");
  return amounts;
}

function dateOf(text: string): string | undefined {
  const date = `${fullYear(text.slice(0, 2))}-${text.slice(2, 4)}-${text.slice(4, 6)}`;
  return text.length === 6 && isCalendarDate(date) ? date : undefined;
}
