import { formatAmount } from "@allfunds/contract/money";
import { minorOf } from "./bank-amount.ts";
import { ibansIn } from "./iban.ts";
import {
  StatementFaults,
  checkSum,
  chooseParts,
  invalidStatement,
  joinStatements,
  linesAndSkipped,
  type BankStatement,
} from "./statement.ts";
import { readSwiftLine, type SwiftField, type SwiftLine, type SwiftReading } from "./swift-line.ts";

export type SwiftMessage = "940" | "942";

const TAG = /^:(\d{2}[A-Z]?|NS):(.*)$/;

/** The message a text holds: a customer statement (940) or an interim report (942); undefined when neither. */
export function swiftMessageOf(content: string): SwiftMessage | undefined {
  if (!/^:20:/m.test(content)) return undefined;
  if (/^:6[02][FM]:/m.test(content)) return "940";
  return /^:(34F|90[CD]):/m.test(content) ? "942" : undefined;
}

/**
 * Reads SWIFT MT940 customer statements, each from its opening to its closing balance, or MT942 interim reports, each
 * with its sums, for an account kept in `currency`; `account` chooses among several accounts of one file.
 */
export function parseSwift(
  content: string,
  message: SwiftMessage,
  currency: string,
  account?: string,
): BankStatement {
  const messages = messagesIn(content, message);
  if (messages.length === 0) throw invalidStatement(`The file holds no MT${message} statement.`);
  const chosen = chooseParts(messages, (fields) => [accountOf(fields), currencyOf(fields)], {
    account,
    currency,
  });
  const faults = new StatementFaults();
  const parts = chosen.map((fields) => readMessage(fields, { currency, faults }));
  faults.refuseIfAny();
  return joinStatements(parts);
}

const MARKS: Readonly<Record<SwiftMessage, RegExp>> = { "940": /^6[02]/, "942": /^(34F|90[CD])$/ };

/** The fields of each message: one begins with its reference, field 20. */
function messagesIn(content: string, message: SwiftMessage): SwiftField[][] {
  const messages: SwiftField[][] = [];
  let line = 0;
  for (const row of content.replace(/\r\n?/g, "\n").split("\n")) {
    line += 1;
    const [, tag, text = ""] = TAG.exec(row) ?? [];
    const fields = messages.at(-1);
    if (tag === "20") messages.push([{ tag, text, line }]);
    else if (tag !== undefined) fields?.push({ tag, text, line });
    else if (!/^(-|-?\}.*|\{.*|\s*)$/.test(row)) continueField(fields, row);
  }
  return messages.filter((fields) => fields.some(({ tag }) => MARKS[message].test(tag)));
}

function continueField(fields: SwiftField[] | undefined, row: string): void {
  const last = fields?.pop();
  if (last !== undefined) fields?.push({ ...last, text: `${last.text}\n${row}` });
}

const fieldOf = (fields: readonly SwiftField[], ...tags: readonly string[]) =>
  fields.find(({ tag }) => tags.includes(tag));

/** The account's IBAN, else the number the bank gives it. */
function accountOf(fields: readonly SwiftField[]): string | undefined {
  const text = fieldOf(fields, "25", "25P")?.text.split("\n")[0]?.trim();
  return text === undefined ? undefined : (ibansIn(text)[0] ?? text);
}

const currencyOf = (fields: readonly SwiftField[]): string | undefined =>
  BALANCE.exec(fieldOf(fields, "60F", "60M", "62F", "62M")?.text.trim() ?? "")?.[3] ??
  /^[A-Z]{3}/.exec(fieldOf(fields, "34F")?.text.trim() ?? "")?.[0];

function readMessage(fields: readonly SwiftField[], reading: SwiftReading): BankStatement {
  const { currency, faults } = reading;
  const openingMinor = balanceOf(fieldOf(fields, "60F", "60M"), reading);
  const closingMinor = balanceOf(fieldOf(fields, "62F", "62M"), reading);
  const all = fields.flatMap((field, at) => {
    if (field.tag !== "61") return [];
    const next = fields.slice(at + 1, at + 3).find(({ tag }) => tag !== "NS");
    return readSwiftLine(field, next?.tag === "86" ? next.text : "", reading);
  });
  const lines = all.flatMap(({ line, isExpected }) => (isExpected ? [] : [line]));
  if (!faults.areAny) {
    checkSum({ lines, openingMinor, closingMinor }, currency);
    checkTotals(fields, all, reading);
  }
  const moved = linesAndSkipped(lines);
  const skipped = all.length - moved.lines.length;
  const iban = accountOf(fields);
  return { iban, openingMinor, closingMinor, breaks: [], lines: moved.lines, skipped };
}

const BALANCE = /^([CD])(\d{6})([A-Z]{3})(\d{1,15}(?:,\d*)?)/;

function balanceOf(
  field: SwiftField | undefined,
  { currency, faults }: SwiftReading,
): bigint | undefined {
  if (field === undefined) return undefined;
  const [, side, , , amount = ""] = BALANCE.exec(field.text.trim()) ?? [];
  const minor = minorOf(amount.replace(/,$/, ""), currency, ",");
  if (minor === undefined)
    faults.add(field.line, `"${field.text.slice(0, 40)}" is not a balance (field ${field.tag})`);
  return minor !== undefined && side === "D" ? -minor : minor;
}

const TOTAL = /^(\d{1,5})([A-Z]{3})(\d{1,15}(?:,\d*)?)/;

/** The sums of an interim report: how many entries, and what they come to; a reversal may stand in either sum. */
function checkTotals(
  fields: readonly SwiftField[],
  lines: readonly SwiftLine[],
  { currency }: SwiftReading,
): void {
  const [debits, credits] = ["90D", "90C"].map((tag) => {
    const [, count = "0", , amount = "0"] =
      TOTAL.exec(fieldOf(fields, tag)?.text.trim() ?? "") ?? [];
    return { count: Number(count), minor: minorOf(amount.replace(/,$/, ""), currency, ",") ?? 0n };
  });
  if (debits === undefined || credits === undefined) return;
  if (fieldOf(fields, "90D", "90C") === undefined) return;
  const [count, sum] = [debits.count + credits.count, credits.minor - debits.minor];
  const found = lines.reduce((total, { line }) => total + line.amountMinor, 0n);
  if (count === lines.length && sum === found) return;
  throw invalidStatement(
    `The report has ${lines.length} entries of ${formatAmount(found, currency)} ${currency}, its sums (fields 90D, 90C) are ${count} entries of ${formatAmount(sum, currency)}; it is incomplete.`,
  );
}
