import {
  fieldAt,
  fixedRecordsOf,
  minorOfDigits,
  shortDay,
  type FixedRecord,
} from "./fixed-records.ts";
import type { LongText } from "./long-file.ts";
import { LineKeeper } from "./packed-lines.ts";
import {
  StatementFaults,
  checkSum,
  chooseParts,
  cleanText,
  detailsOf,
  invalidStatement,
  joinStatements,
  linesAndSkipped,
  referenceIn,
  type BankStatement,
  type BankStatementLine,
  type WantedAccount,
} from "./statement.ts";

/** Whether a text is a statement of ABO (GPC), as Czech and Slovak banks write it: balances come first. */
export const isAbo = (content: string): boolean =>
  /^\uFEFF?\s*074\d{16}.{20}\d{6}\d{14}[+-]\d{14}[+-]\d{14}[0+-]\d{14}[0+-]\d{3}\d{6}/.test(
    content,
  );

/** A movement (record 075) and its messages (records 076, 078 and 079). */
interface Movement {
  readonly record: FixedRecord;
  readonly more: FixedRecord[];
}

interface AboPart {
  readonly head: FixedRecord;
  readonly movements: Movement[];
}

/**
 * Reads statements of ABO (GPC) for an account kept in `currency`. The movements lead from the old balance to the new
 * one, or the file is refused.
 */
export function parseAbo(content: string | LongText, wanted: WantedAccount): BankStatement {
  const faults = new StatementFaults();
  const parts = partsIn(content, faults);
  faults.refuseIfAny();
  const own = numberOfIban(wanted);
  const chosen = chooseParts(
    parts,
    ({ head }) => [
      own !== undefined && isOwn(head, own) ? wanted.account : numberOf(head),
      undefined,
    ],
    wanted,
  );
  const other = chosen.find(({ head }) => own !== undefined && !isOwn(head, own));
  if (other !== undefined)
    throw invalidStatement(
      `The statement is of the account ${numberOf(other.head)}, the number of ${wanted.account ?? ""} is another.`,
    );
  const statements = chosen.map((part) => readPart(part, wanted.currency, faults));
  faults.refuseIfAny();
  for (const statement of statements) checkSum(statement, wanted.currency);
  return joinStatements(statements);
}

function partsIn(content: string | LongText, faults: StatementFaults): AboPart[] {
  const parts: AboPart[] = [];
  for (const record of fixedRecordsOf(content)) {
    const { text, line } = record;
    const code = text.slice(0, 3);
    const last = parts.at(-1);
    if (code === "074" && text.length >= 114) parts.push({ head: record, movements: [] });
    else if (last === undefined) faults.add(line, "the record follows no statement (record 074)");
    else if (code === "075" && text.length >= 97) {
      if (fieldAt(record, 4, 19) !== fieldAt(last.head, 4, 19))
        faults.add(line, "the movement is of another account than its statement (record 075)");
      last.movements.push({ record, more: [] });
    } else if (/^07[689]$/.test(code)) last.movements.at(-1)?.more.push(record);
    else
      faults.add(
        line,
        `the record "${code}" with ${text.length} characters is not one of 074 to 079`,
      );
  }
  if (parts.length === 0) throw invalidStatement("The file holds no statement (record 074).");
  return parts;
}

/** Prefix and number of an account, of six and ten digits, of a Czech or Slovak IBAN. */
function numberOfIban({ account = "" }: WantedAccount): string | undefined {
  return /^(?:CZ|SK)\d{6}(\d{16})$/.exec(account.replace(/\s/g, "").toUpperCase())?.[1];
}

/** Some banks write the digits of a number in an order of their own: the internal format. */
const INTERNAL = [15, 13, 14, 11, 6, 7, 8, 9, 10, 12, 1, 2, 3, 4, 5, 0] as const;

function isOwn(head: FixedRecord, own: string): boolean {
  const written = fieldAt(head, 4, 19);
  return written === own || written === INTERNAL.map((at) => own[at]).join("");
}

/** A number without the zeros in front, its prefix set apart. */
function plainNumber(digits: string): string {
  const [prefix, number] = [digits.slice(0, -10), digits.slice(-10)].map((part) =>
    part.replace(/^0+/, ""),
  );
  return prefix ? `${prefix}-${number}` : (number ?? "");
}

const numberOf = (head: FixedRecord): string => plainNumber(fieldAt(head, 4, 19));

/** Numbers of currencies (ISO 4217) that accounts of these banks are kept in. */
const CURRENCIES: Readonly<Record<string, string>> = {
  "203": "CZK",
  "348": "HUF",
  "756": "CHF",
  "826": "GBP",
  "840": "USD",
  "978": "EUR",
  "985": "PLN",
};

function readPart(
  { head, movements }: AboPart,
  currency: string,
  faults: StatementFaults,
): BankStatement {
  const balanceAt = (from: number): bigint | undefined => {
    const minor = minorOfDigits(fieldAt(head, from, from + 13), 2, currency);
    const sign = fieldAt(head, from + 14, from + 14);
    if (minor === undefined || !/^[+-]$/.test(sign))
      faults.add(
        { line: head.line, column: from },
        `"${fieldAt(head, from, from + 14)}" is not a balance in ${currency} with its sign (record 074)`,
      );
    return sign === "-" ? minor && -minor : minor;
  };
  const booked = new LineKeeper();
  const postingDate = shortDay(fieldAt(head, 109, 114));
  for (const movement of movements) {
    const line = toLine(movement, { currency, faults, postingDate });
    if (line !== undefined) booked.add(line);
  }
  const moved = linesAndSkipped(booked.all);
  return {
    iban: undefined,
    openingMinor: balanceAt(46),
    closingMinor: balanceAt(61),
    breaks: [],
    lines: moved.lines,
    skipped: moved.skipped,
  };
}

/** Sides of the posting codes: a debit, a credit, a debit that is taken back, a credit that is. */
const SIDES: Readonly<Record<string, bigint>> = { "1": -1n, "2": 1n, "4": 1n, "5": -1n };

function toLine(
  { record, more }: Movement,
  given: {
    readonly currency: string;
    readonly faults: StatementFaults;
    readonly postingDate: string | undefined;
  },
): BankStatementLine | undefined {
  const { currency, faults, postingDate } = given;
  const { line } = record;
  const minor = minorOfDigits(fieldAt(record, 49, 60), 2, currency);
  const code = fieldAt(record, 61, 61);
  const side = SIDES[code];
  if (minor === undefined)
    faults.add(
      { line, column: 49 },
      `"${fieldAt(record, 49, 60)}" is not an amount in ${currency} (record 075)`,
    );
  if (side === undefined)
    faults.add(
      { line, column: 61 },
      `"${code}" is neither a debit nor a credit (posting code of record 075)`,
    );
  const stated = CURRENCIES[/^0(\d{3})$/.exec(fieldAt(record, 119, 122))?.[1] ?? ""];
  if (stated !== undefined && stated !== currency)
    faults.add(
      { line, column: 119 },
      `the movement is in ${stated}, the account in ${currency} (record 075)`,
    );
  const valueDate = shortDay(fieldAt(record, 92, 97));
  const bookingDate = shortDay(fieldAt(record, 123, 128)) ?? valueDate ?? postingDate;
  if (bookingDate === undefined) faults.add(line, "the movement has no date (record 075)");
  if (minor === undefined || side === undefined || bookingDate === undefined) return undefined;
  const messages = more.map(({ text }) => text.slice(text.startsWith("076") ? 35 : 3));
  const name = cleanText(fieldAt(record, 98, 117), 200);
  const text = cleanText(messages.join(" "), 500);
  return {
    fileLine: line,
    amountMinor: side * minor,
    effectiveDate: valueDate ?? bookingDate,
    bookingDate,
    description: text || name || "Statement line",
    reference: referenceIn(fieldAt(record, 36, 48).replace(/^0+(?=.)/, "")),
    counterparty: name || undefined,
    reversal: code === "4" || code === "5",
    details: detailsOf({
      counterpartyAccount: otherAccount(record),
      creditorReference: symbolAt(record, 62, 71),
      customerReference: symbolAt(record, 82, 91),
      purpose: symbolAt(record, 78, 81),
    }),
  };
}

/** A variable, specific or constant symbol without the zeros in front. */
const symbolAt = (record: FixedRecord, from: number, to: number): string =>
  fieldAt(record, from, to).replace(/^0+/, "");

function otherAccount(record: FixedRecord): string {
  const digits = fieldAt(record, 20, 35);
  if (!/^\d{16}$/.test(digits) || /^0+$/.test(digits)) return "";
  const bank = fieldAt(record, 74, 77);
  return `${plainNumber(digits)}${/[1-9]/.test(bank) ? `/${bank}` : ""}`;
}
