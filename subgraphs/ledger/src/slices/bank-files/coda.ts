import { formatAmount } from "@allfunds/contract/money";
import {
  fieldAt,
  fixedRecordsOf,
  minorOfDigits,
  shortDay,
  type FixedRecord,
} from "./fixed-records.ts";
import { ibansIn } from "./iban.ts";
import type { LongText } from "./long-file.ts";
import { LineKeeper } from "./packed-lines.ts";
import {
  StatementFaults,
  checkSum,
  chooseParts,
  cleanText,
  detailsOf,
  joinStatements,
  linesAndSkipped,
  referenceIn,
  type BankStatement,
  type BankStatementLine,
  type WantedAccount,
} from "./statement.ts";

/** Whether a text is a coded statement of account, as Belgian banks write it: its header has the application 05. */
export const isCoda = (content: string): boolean =>
  /^\uFEFF?0000\d[\d ]{6}[\d ]{3}05/.test(content) && /\n1[0-3]/.test(content.slice(0, 400));

/** One account on one day: its balances, its movements in groups with their details, and the trailer. */
interface CodaPart {
  readonly header: FixedRecord;
  opening: FixedRecord | undefined;
  closing: FixedRecord | undefined;
  trailer: FixedRecord | undefined;
  readonly movements: CodaMovement[];
  /** Records of movements, balances and information. */
  records: number;
}

/** A movement or one of its details: its record 2.1, and what continues it. */
interface CodaEntry {
  readonly first: FixedRecord;
  second: FixedRecord | undefined;
  third: FixedRecord | undefined;
}
interface CodaMovement extends CodaEntry {
  readonly details: CodaEntry[];
}

/**
 * Reads coded statements of account (CODA, Febelfin, version 2) for an account kept in `currency`. The number of
 * records, both turnovers and the new balance are checked.
 */
export function parseCoda(content: string | LongText, wanted: WantedAccount): BankStatement {
  const faults = new StatementFaults();
  const parts = partsIn(content, faults);
  faults.refuseIfAny();
  const chosen = chooseParts(parts, (part) => [numberOf(part), currencyOf(part)], wanted);
  const statements = chosen.map((part) => readPart(part, wanted.currency, faults));
  faults.refuseIfAny();
  for (const statement of statements) checkSum(statement, wanted.currency);
  return joinStatements(statements);
}

const RECORD_CHARS = 128;
const KNOWN = /^(0|1|2[123]|3[123]|4|8|9)/;

function partsIn(content: string | LongText, faults: StatementFaults): CodaPart[] {
  const parts: CodaPart[] = [];
  for (const record of fixedRecordsOf(content)) {
    const { text, line } = record;
    if (text.length !== RECORD_CHARS || !KNOWN.test(text)) {
      faults.add(
        line,
        `the record has ${text.length} characters and begins with "${text.slice(0, 2)}"; one of CODA has ${RECORD_CHARS}`,
      );
      continue;
    }
    if (text.startsWith("0")) parts.push(begun(record, faults));
    const part = parts.at(-1);
    if (part === undefined || part.trailer !== undefined)
      faults.add(line, "the record stands outside of a statement, which begins with record 0");
    else take(part, record, faults);
  }
  for (const { header, trailer } of parts)
    if (trailer === undefined) faults.add(header.line, "the statement has no end (record 9)");
  return parts;
}

function begun(header: FixedRecord, faults: StatementFaults): CodaPart {
  if (fieldAt(header, 128, 128) !== "2")
    faults.add(header.line, "the file is of another version of CODA than 2 (record 0)");
  return {
    header,
    opening: undefined,
    closing: undefined,
    trailer: undefined,
    movements: [],
    records: 0,
  };
}

function take(part: CodaPart, record: FixedRecord, faults: StatementFaults): void {
  const { text, line } = record;
  if (/^[1238]/.test(text)) part.records += 1;
  if (text.startsWith("1")) part.opening = record;
  else if (text.startsWith("8")) part.closing = record;
  else if (text.startsWith("9")) part.trailer = record;
  else if (text.startsWith("21")) {
    const entry = { first: record, second: undefined, third: undefined };
    const last = part.movements.at(-1);
    if (fieldAt(record, 7, 10) === "0000") part.movements.push({ ...entry, details: [] });
    else if (last !== undefined && isOf(last, record)) last.details.push(entry);
    else faults.add(line, "the detail belongs to no movement (record 2.1)");
  } else if (text.startsWith("2")) {
    const last = part.movements.at(-1);
    const entry = last?.details.at(-1) ?? last;
    if (entry === undefined || !isOf(entry, record))
      faults.add(line, "the record continues no movement (records 2.2 and 2.3)");
    else if (text.startsWith("22")) entry.second = record;
    else entry.third = record;
  }
}

/** Records of one movement have one continuous number. */
const isOf = ({ first }: CodaEntry, record: FixedRecord): boolean =>
  fieldAt(first, 3, 6) === fieldAt(record, 3, 6);

/** The number and the currency of the account, by what record 1 states of their structure. */
function accountOf({ opening }: CodaPart): { readonly number: string; readonly currency: string } {
  if (opening === undefined) return { number: "", currency: "" };
  const structure = fieldAt(opening, 2, 2);
  if (structure === "0")
    return { number: fieldAt(opening, 6, 17), currency: fieldAt(opening, 19, 21) };
  const number = structure === "2" ? fieldAt(opening, 6, 36) : fieldAt(opening, 6, 39);
  return { number, currency: fieldAt(opening, 40, 42) };
}

const numberOf = (part: CodaPart): string | undefined => {
  const { number } = accountOf(part);
  return ibansIn(number)[0] ?? belgianIban(number) ?? (number || undefined);
};
const currencyOf = (part: CodaPart): string | undefined => accountOf(part).currency || undefined;

/** The IBAN of a number of twelve digits, as older files have it. */
function belgianIban(number: string): string | undefined {
  if (!/^\d{12}$/.test(number)) return undefined;
  // BE is 1114 in numbers (ISO 13616).
  const check = 98n - (BigInt(`${number}111400`) % 97n);
  return `BE${String(check).padStart(2, "0")}${number}`;
}

function readPart(part: CodaPart, currency: string, faults: StatementFaults): BankStatement {
  const { header, opening, closing, movements } = part;
  const amountAt = (record: FixedRecord, sign: number): bigint => {
    const minor = minorOfDigits(fieldAt(record, sign + 1, sign + 15), 3, currency);
    const side = fieldAt(record, sign, sign);
    if (minor === undefined || !/^[01]$/.test(side))
      faults.add(
        { line: record.line, column: sign },
        `"${fieldAt(record, sign, sign + 15)}" is not an amount in ${currency} with its side`,
      );
    return side === "1" ? -(minor ?? 0n) : (minor ?? 0n);
  };
  if (opening === undefined) faults.add(header.line, "the statement has no old balance (record 1)");
  if (closing === undefined && movements.length > 0)
    faults.add(header.line, "the statement has movements and no new balance (record 8)");
  const booked = new LineKeeper();
  let [debits, credits] = [0n, 0n];
  for (const movement of movements) {
    const total = amountAt(movement.first, 32);
    if (total < 0n) debits -= total;
    else credits += total;
    for (const line of linesOfMovement(
      movement,
      total,
      (entry) => amountAt(entry.first, 32),
      faults,
    ))
      booked.add(line);
  }
  checkTrailer(part, { debits, credits, currency, faults });
  const openingMinor = opening && amountAt(opening, 43);
  const moved = linesAndSkipped(booked.all);
  return {
    iban: numberOf(part),
    openingMinor,
    closingMinor: closing === undefined ? openingMinor : amountAt(closing, 42),
    breaks: [],
    lines: moved.lines,
    skipped: moved.skipped,
  };
}

function checkTrailer(
  { header, trailer, records }: CodaPart,
  given: {
    readonly debits: bigint;
    readonly credits: bigint;
    readonly currency: string;
    readonly faults: StatementFaults;
  },
): void {
  const { debits, credits, currency, faults } = given;
  if (trailer === undefined) return;
  const stated = Number(fieldAt(trailer, 17, 22));
  if (stated !== records)
    faults.add(
      trailer.line,
      `the statement has ${records} records, its end states ${stated} (record 9)`,
    );
  const sums = [
    ["debits", debits, fieldAt(trailer, 23, 37)],
    ["credits", credits, fieldAt(trailer, 38, 52)],
  ] as const;
  for (const [name, sum, digits] of sums) {
    const minor = minorOfDigits(digits, 3, currency);
    if (minor !== sum)
      faults.add(
        trailer.line,
        `the ${name} of the statement come to ${formatAmount(sum, currency)}, its end states ${minor === undefined ? `"${digits}"` : formatAmount(minor, currency)} (record 9; header in line ${header.line})`,
      );
  }
}

/** A movement of several payments gives one line for each when they add up to it, else one line. */
function linesOfMovement(
  movement: CodaMovement,
  total: bigint,
  amountOf: (entry: CodaEntry) => bigint,
  faults: StatementFaults,
): BankStatementLine[] {
  // Details of type 9 are those of a detail of type 7.
  const details = movement.details.filter(({ first }) => fieldAt(first, 54, 54) !== "9");
  const amounts = details.map(amountOf);
  const isWhole = details.length > 1 && amounts.reduce((sum, each) => sum + each, 0n) === total;
  if (!isWhole) {
    const batch = details.length > 1 ? `whole of ${details.length}` : undefined;
    return [toLine(movement, total, movement.first, batch, faults)];
  }
  return details.map((entry, at) =>
    toLine(entry, amounts[at] ?? 0n, movement.first, `${at + 1}/${details.length}`, faults),
  );
}

function toLine(
  { first, second, third }: CodaEntry,
  amountMinor: bigint,
  movement: FixedRecord,
  batch: string | undefined,
  faults: StatementFaults,
): BankStatementLine {
  const bookingDate = shortDay(fieldAt(movement, 116, 121));
  if (bookingDate === undefined)
    faults.add(
      { line: first.line, column: 116 },
      `"${fieldAt(movement, 116, 121)}" is not an entry date (record 2.1)`,
    );
  const written = fieldAt(first, 48, 53);
  const valueDate = shortDay(written);
  if (valueDate === undefined && !/^0*$/.test(written))
    faults.add({ line: first.line, column: 48 }, `"${written}" is not a value date (record 2.1)`);
  const { text, details } = communicationOf(
    first.text.slice(61, 115) +
      (second?.text.slice(10, 63) ?? "") +
      (third?.text.slice(82, 125) ?? ""),
  );
  const name = third && cleanText(fieldAt(third, 48, 82), 200);
  const returnReason = second && fieldAt(second, 114, 117);
  const date = bookingDate ?? "";
  return {
    fileLine: first.line,
    amountMinor,
    effectiveDate: valueDate ?? date,
    bookingDate: date,
    description: text || name || `Transaction ${fieldAt(first, 54, 61)}`,
    reference: referenceIn(fieldAt(first, 11, 31)),
    counterparty: name || undefined,
    reversal: /^[A-Z]{2}\d{2}$/.test(returnReason ?? ""),
    details: detailsOf({
      ...details,
      ...otherAccount(third),
      counterpartyBic: second && fieldAt(second, 99, 109),
      customerReference: second && fieldAt(second, 64, 98),
      purpose: second && fieldAt(second, 122, 125),
      returnReason,
      bankTransactionCode: fieldAt(first, 54, 61),
      batch,
    }),
  };
}

function otherAccount(third: FixedRecord | undefined): Record<string, string> {
  const number = third === undefined ? "" : fieldAt(third, 11, 44);
  const [iban] = ibansIn(number);
  if (iban !== undefined) return { counterpartyIban: iban };
  return { counterpartyAccount: /[1-9]/.test(number) ? number.replace(/ {2,}/g, " ") : "" };
}

/** What a payment is for: free, or in a structure of which the reference of an invoice and a direct debit are read. */
function communicationOf(zone: string): {
  readonly text: string;
  readonly details: Readonly<Record<string, string>>;
} {
  const rest = zone.slice(1);
  if (!zone.startsWith("1")) return { text: cleanText(rest, 500), details: {} };
  const [type, given] = [rest.slice(0, 3), rest.slice(3)];
  const digits = given.slice(0, 12);
  if (/^10[12]$/.test(type) && /^\d{12}$/.test(digits)) {
    const text = `+++${digits.slice(0, 3)}/${digits.slice(3, 7)}/${digits.slice(7)}+++`;
    return { text, details: { creditorReference: digits } };
  }
  if (type === "127") {
    const [creditorId, mandateId] = [given.slice(9, 44), given.slice(44, 79)];
    return { text: cleanText(given.slice(79, 141), 500), details: { creditorId, mandateId } };
  }
  return { text: cleanText(given, 500), details: {} };
}
