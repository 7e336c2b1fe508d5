import {
  fieldAt,
  fixedRecordsOf,
  minorOfDigits,
  shortDay,
  type FixedRecord,
} from "./fixed-records.ts";
import { LineKeeper } from "./packed-lines.ts";
import type { LongText } from "./long-file.ts";
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

/** Whether a text is a statement of 120 characters a record, as French banks write it: an old balance comes first. */
export const isCfonb = (content: string): boolean =>
  /^\uFEFF?\s*01\d{5} {4}\d{5}[A-Z]{3}\d.[0-9A-Z]{11} {2}\d{6} {50}\d{13}[{}A-R]/.test(content);

/** A movement (record 04) and what is added to it (records 05). */
interface Movement {
  readonly record: FixedRecord;
  readonly more: FixedRecord[];
}

/** From an old balance (record 01) to a new one (record 07). */
interface CfonbPart {
  readonly opening: FixedRecord;
  readonly movements: Movement[];
  closing: FixedRecord | undefined;
}

/**
 * Reads statements of account of CFONB, 120 characters a record, for an account kept in `currency`. The movements lead
 * from each old balance to the new one, or the file is refused.
 */
export function parseCfonb(content: string | LongText, wanted: WantedAccount): BankStatement {
  const faults = new StatementFaults();
  const parts = partsIn(content, faults);
  faults.refuseIfAny();
  const chosen = chooseParts(
    parts,
    ({ opening }) => [ibanOf(opening, wanted), fieldAt(opening, 17, 19)],
    wanted,
  );
  const statements = chosen.map((part) => readPart(part, wanted, faults));
  faults.refuseIfAny();
  for (const statement of statements) checkSum(statement, wanted.currency);
  return joinStatements(statements);
}

function partsIn(content: string | LongText, faults: StatementFaults): CfonbPart[] {
  const parts: CfonbPart[] = [];
  for (const record of fixedRecordsOf(content)) {
    const { text, line } = record;
    const code = text.slice(0, 2);
    if (
      !/^(01|04|05|07)$/.test(code) ||
      text.length > 120 ||
      (code !== "05" && text.length < 104)
    ) {
      faults.add(
        line,
        `the record "${code}" has ${text.length} characters; one of 01, 04, 05 or 07 has up to 120`,
      );
      continue;
    }
    const open = parts.at(-1)?.closing === undefined ? parts.at(-1) : undefined;
    if (code === "01") {
      if (open !== undefined) faults.add(open.opening.line, "no new balance follows (record 07)");
      parts.push({ opening: record, movements: [], closing: undefined });
    } else if (open === undefined || !isOfAccount(open.opening, record))
      faults.add(line, "the record follows no old balance of its account (record 01)");
    else if (code === "07") open.closing = record;
    else if (code === "04") open.movements.push({ record, more: [] });
    else if (open.movements.length === 0)
      faults.add(line, "the record follows no movement (record 04)");
    else open.movements.at(-1)?.more.push(record);
  }
  const last = parts.at(-1);
  if (last === undefined) throw invalidStatement("The file holds no old balance (record 01).");
  if (last.closing === undefined)
    faults.add(last.opening.line, "the file ends before its new balance (record 07)");
  return parts;
}

/** Bank, branch, currency and number of the account stand at the same places of every record. */
const isOfAccount = (one: FixedRecord, other: FixedRecord): boolean =>
  [
    [3, 7],
    [12, 19],
    [22, 32],
  ].every(([from = 0, to = 0]) => fieldAt(one, from, to) === fieldAt(other, from, to));

/** The last digit of an amount has its sign: `{` and A to I are 0 to 9 of what came in, `}` and J to R of what went out. */
const PLUS = "{ABCDEFGHI";
const MINUS = "}JKLMNOPQR";

function amountOf(
  record: FixedRecord,
  currency: string,
  faults: StatementFaults,
): bigint | undefined {
  const written = record.text.slice(90, 104);
  const sign = written.slice(-1);
  const digit = PLUS.includes(sign) ? PLUS.indexOf(sign) : MINUS.indexOf(sign);
  const decimals = fieldAt(record, 20, 20);
  const minor =
    digit === -1 || !/^\d$/.test(decimals)
      ? undefined
      : minorOfDigits(`${written.slice(0, -1)}${digit}`, Number(decimals), currency);
  if (minor === undefined)
    faults.add(
      { line: record.line, column: 91 },
      `"${written.trim()}" is not an amount with its sign`,
    );
  return minor !== undefined && MINUS.includes(sign) ? -minor : minor;
}

/**
 * The IBAN of bank, branch and number, whose keys follow from them. Of the same parts in Monaco the account's own
 * IBAN shows the country.
 */
function ibanOf(record: FixedRecord, { account = "" }: WantedAccount): string {
  const parts = fieldAt(record, 3, 7) + fieldAt(record, 12, 16) + fieldAt(record, 22, 32);
  const own = account.replace(/\s/g, "").toUpperCase();
  if (own.slice(4, 25) === parts) return own;
  // In the key of an account A to I, J to R and S to Z count as 1 to 9, the last of them from 2.
  const digits = parts.replace(/[A-Z]/g, (sign) => {
    const at = sign.charCodeAt(0) - 65;
    return String(at < 9 ? at + 1 : at < 18 ? at - 8 : at - 16);
  });
  const key = 97n - (BigInt(`${digits}00`) % 97n);
  const whole = `${parts}${String(key).padStart(2, "0")}`;
  const inNumbers = `${whole}FR00`.replace(/[A-Z]/g, (sign) => String(sign.charCodeAt(0) - 55));
  const check = 98n - (BigInt(inNumbers) % 97n);
  return `FR${String(check).padStart(2, "0")}${whole}`;
}

function readPart(
  { opening, movements, closing }: CfonbPart,
  wanted: WantedAccount,
  faults: StatementFaults,
): BankStatement {
  const { currency } = wanted;
  const booked = new LineKeeper();
  for (const movement of movements) {
    const minor = amountOf(movement.record, currency, faults);
    if (minor !== undefined) booked.add(toLine(movement, minor, faults));
  }
  const moved = linesAndSkipped(booked.all);
  return {
    iban: ibanOf(opening, wanted),
    openingMinor: amountOf(opening, currency, faults),
    closingMinor: closing && amountOf(closing, currency, faults),
    breaks: [],
    lines: moved.lines,
    skipped: moved.skipped,
  };
}

function toLine(
  { record, more }: Movement,
  amountMinor: bigint,
  faults: StatementFaults,
): BankStatementLine {
  const dayAt = (from: number, what: string): string | undefined => {
    const written = fieldAt(record, from, from + 5);
    const day = shortDay(written);
    if (day === undefined && !/^0*$/.test(written))
      faults.add({ line: record.line, column: from }, `"${written}" is not a ${what} (record 04)`);
    return day;
  };
  const bookingDate = dayAt(35, "booking date");
  if (bookingDate === undefined && /^0*$/.test(fieldAt(record, 35, 40)))
    faults.add({ line: record.line, column: 35 }, "the booking date is missing (record 04)");
  const added = (qualifier: string): string =>
    more
      .filter((each) => fieldAt(each, 46, 48) === qualifier)
      .map((each) => fieldAt(each, 49, 118))
      .join(" ");
  // The other party pays what comes in, and gets what goes out.
  const [payer, payee] = [added("NPY"), added("NBE")];
  const counterparty = cleanText(amountMinor > 0n ? payer || payee : payee || payer, 200);
  const texts = [fieldAt(record, 49, 80), added("LIB"), added("LCC"), added("LC2"), added("LCS")];
  const returnReason = fieldAt(record, 41, 42);
  const references = more.find((each) => fieldAt(each, 46, 48) === "RCN");
  const zone = fieldAt(record, 105, 120);
  const date = bookingDate ?? "";
  return {
    fileLine: record.line,
    amountMinor,
    effectiveDate: dayAt(43, "value date") ?? date,
    bookingDate: date,
    description: cleanText(texts.join(" "), 500) || counterparty || "Statement line",
    reference: referenceIn(zone) ?? referenceIn(fieldAt(record, 82, 88)),
    counterparty: counterparty || undefined,
    reversal: returnReason !== "" && !/^0+$/.test(returnReason),
    details: detailsOf({
      customerReference: references && fieldAt(references, 49, 83),
      purpose: references && fieldAt(references, 84, 118),
      mandateId: added("RUM"),
      returnReason: /^0*$/.test(returnReason) ? undefined : returnReason,
      bankTransactionCode: fieldAt(record, 33, 34),
    }),
  };
}
