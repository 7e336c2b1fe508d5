import { formatAmount } from "@allfunds/contract/money";
import { swiftMinorOf } from "./bank-amount.ts";
import { ibansIn } from "./iban.ts";
import { linesOf, PackedList, type LongText } from "./long-file.ts";
import { LineKeeper } from "./packed-lines.ts";
import {
  StatementFaults,
  checkSum,
  chooseParts,
  invalidStatement,
  joinStatements,
  linesAndSkipped,
  type BankStatement,
} from "./statement.ts";
import {
  readSwiftLine,
  type SwiftField,
  type SwiftReading,
  type SwiftTexts,
} from "./swift-line.ts";

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
  content: string | LongText,
  message: SwiftMessage,
  currency: string,
  account?: string,
): BankStatement {
  const messages = messagesIn(content, message);
  if (messages.length === 0) throw invalidStatement(`The file holds no MT${message} statement.`);
  const chosen = chooseParts(messages, ({ fields }) => [accountOf(fields), currencyOf(fields)], {
    account,
    currency,
  });
  const faults = new StatementFaults();
  const parts = chosen.map((each) => readMessage(each, { currency, faults }));
  faults.refuseIfAny();
  return joinStatements(parts);
}

const MARKS: Readonly<Record<SwiftMessage, RegExp>> = { "940": /^6[02]/, "942": /^(34F|90[CD])$/ };

/** A line as the file has it: field 61, and the texts of the fields NS and 86 behind it. */
interface SwiftEntry extends SwiftTexts {
  readonly field: SwiftField;
}

/** A message: its lines, and the fields beside them. */
interface SwiftParts {
  readonly fields: SwiftField[];
  readonly entries: PackedList<SwiftEntry>;
  /** Where the mark of its end stands, or what comes behind it begins. */
  isEnded: boolean;
}

/** The messages of a file: one begins with its reference, field 20. */
function messagesIn(content: string | LongText, message: SwiftMessage): SwiftParts[] {
  const messages: SwiftParts[] = [];
  const taker = new FieldTaker(messages);
  for (const field of fieldsIn(content)) taker.take(field);
  taker.endEntry();
  return messages.filter(({ fields }) => fields.some(({ tag }) => MARKS[message].test(tag)));
}

/** The mark of the end of a message, as a field without a text. */
const END = "-";

/** Each field with the lines that continue it. */
function* fieldsIn(content: string | LongText): Generator<SwiftField> {
  let field: { tag: string; texts: string[]; line: number } | undefined;
  let isEnd = false;
  let line = 0;
  for (const row of linesOf(content)) {
    line += 1;
    const [, tag, text = ""] = TAG.exec(row) ?? [];
    if (tag !== undefined) {
      if (field !== undefined) yield { ...field, text: field.texts.join("\n") };
      if (isEnd) yield { tag: END, text: "", line };
      field = { tag, texts: [text], line };
      isEnd = false;
    } else if (/^-(\}.*)?$/.test(row)) isEnd = true;
    else if (!/^(-?\}.*|\{.*|\s*)$/.test(row)) {
      isEnd = false;
      field?.texts.push(row);
    }
  }
  if (field !== undefined) yield { ...field, text: field.texts.join("\n") };
  if (isEnd) yield { tag: END, text: "", line };
}

/** Puts fields into messages; a field 86 belongs to the line before it, between them may be one field NS. */
class FieldTaker {
  readonly #messages: SwiftParts[];
  #entry: SwiftField | undefined;
  #own: string | undefined;

  constructor(messages: SwiftParts[]) {
    this.#messages = messages;
  }

  take({ tag, text, line }: SwiftField): void {
    if (tag === "86" && this.#entry !== undefined) return this.endEntry(text);
    if (tag === "NS" && this.#entry !== undefined && this.#own === undefined) {
      this.#own = text;
      return;
    }
    this.endEntry();
    const last = this.#messages.at(-1);
    if (tag === END) {
      if (last !== undefined) last.isEnded = true;
      return;
    }
    if (tag === "20") this.#begin([]);
    else if (last !== undefined && isOfNext(tag, last.fields))
      this.#begin(last.fields.filter(({ tag: each }) => SHARED.test(each) && !SHARED.test(tag)));
    const field = { tag, text, line };
    if (tag !== "61") this.#messages.at(-1)?.fields.push(field);
    else if (this.#messages.length > 0) this.#entry = field;
  }

  #begin(fields: SwiftField[]): void {
    const last = this.#messages.at(-1);
    if (last !== undefined) last.isEnded = true;
    this.#messages.push({ fields, entries: new PackedList(), isEnded: false });
  }

  endEntry(information = ""): void {
    if (this.#entry !== undefined)
      this.#messages.at(-1)?.entries.add({
        field: this.#entry,
        information,
        own: this.#own ?? "",
      });
    this.#entry = undefined;
    this.#own = undefined;
  }
}

/** What statements behind one reference share unless it is repeated: the account. */
const SHARED = /^25P?$/;

/** Whether a field begins another statement behind the same reference: one that stands before lines, behind a closing balance. */
const isOfNext = (tag: string, fields: readonly SwiftField[]): boolean =>
  /^(25P?|28C?|60[FM])$/.test(tag) && fields.some(({ tag: each }) => each.startsWith("62"));

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

function readMessage(
  { fields, entries, isEnded }: SwiftParts,
  reading: SwiftReading,
): BankStatement {
  const { currency, faults } = reading;
  const [opening] = fields.filter(({ tag }) => tag.startsWith("60"));
  if (
    opening !== undefined &&
    !isEnded &&
    entries.length > 0 &&
    fieldOf(fields, "62F", "62M") === undefined
  )
    faults.add(
      opening.line,
      "the statement has no closing balance (field 62) and no end: the file is not whole",
    );
  const openingMinor = balanceOf(fieldOf(fields, "60F", "60M"), reading);
  const closingMinor = balanceOf(fieldOf(fields, "62F", "62M"), reading);
  const booked = new LineKeeper();
  const all = { count: 0, minor: 0n };
  for (const { field, ...texts } of entries) {
    for (const { line, isExpected } of readSwiftLine(field, texts, reading)) {
      all.count += 1;
      all.minor += line.amountMinor;
      if (!isExpected) booked.add(line);
    }
  }
  const lines = booked.all;
  if (!faults.areAny) {
    checkSum({ lines, openingMinor, closingMinor }, currency);
    checkTotals(fields, all, reading);
  }
  const moved = linesAndSkipped(lines);
  const skipped = all.count - moved.lines.length;
  const iban = accountOf(fields);
  return { iban, openingMinor, closingMinor, breaks: [], lines: moved.lines, skipped };
}

const BALANCE = /^([CD])(\d{6})([A-Z]{3})(\d[\d.,]*)/;

function balanceOf(
  field: SwiftField | undefined,
  { currency, faults }: SwiftReading,
): bigint | undefined {
  if (field === undefined) return undefined;
  const [, side, , stated, amount = ""] = BALANCE.exec(field.text.trim()) ?? [];
  const minor = swiftMinorOf(amount, currency);
  if (minor !== undefined && stated !== currency)
    faults.add(field.line, `the balance is in ${stated}, not in ${currency} (field ${field.tag})`);
  if (minor === undefined)
    faults.add(field.line, `"${field.text.slice(0, 40)}" is not a balance (field ${field.tag})`);
  return minor !== undefined && side === "D" ? -minor : minor;
}

const TOTAL = /^(\d{1,5})([A-Z]{3})(\d[\d.,]*)/;

/** The sums of an interim report: how many entries, and what they come to; a reversal may stand in either sum. */
function checkTotals(
  fields: readonly SwiftField[],
  found: { readonly count: number; readonly minor: bigint },
  { currency }: SwiftReading,
): void {
  const [debits, credits] = ["90D", "90C"].map((tag) => {
    const [, count = "0", , amount = "0"] =
      TOTAL.exec(fieldOf(fields, tag)?.text.trim() ?? "") ?? [];
    return { count: Number(count), minor: swiftMinorOf(amount, currency) ?? 0n };
  });
  if (debits === undefined || credits === undefined) return;
  if (fieldOf(fields, "90D", "90C") === undefined) return;
  const [count, sum] = [debits.count + credits.count, credits.minor - debits.minor];
  if (count === found.count && sum === found.minor) return;
  throw invalidStatement(
    `The report has ${found.count} entries of ${formatAmount(found.minor, currency)} ${currency}, its sums (fields 90D, 90C) are ${count} entries of ${formatAmount(sum, currency)}; it is incomplete.`,
  );
}
