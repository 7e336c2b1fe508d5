import { isCalendarDate } from "@allfunds/platform/dates";
import { minorOf } from "./bank-amount.ts";
import { ibansIn } from "./iban.ts";
import {
  StatementFaults,
  checkSum,
  chooseAccount,
  cleanText,
  invalidStatement,
  joinStatements,
  linesAndSkipped,
  requireCurrency,
  type BankStatement,
  type BankStatementLine,
} from "./statement.ts";

/** A field of a SWIFT message: its tag, its text over all its lines, and where it begins in the file. */
interface Field {
  readonly tag: string;
  readonly text: string;
  readonly line: number;
}

const TAG = /^:(\d{2}[A-Z]?):(.*)$/;

/** Whether a text is a SWIFT MT940 customer statement. */
export const isMt940 = (content: string): boolean =>
  /^:20:/m.test(content) && /^:6[02][FM]:/m.test(content);

/**
 * Reads SWIFT MT940 customer statements for an account kept in `currency`, each from its opening to its closing
 * balance; `account` chooses among several accounts of one file.
 */
export function parseMt940(content: string, currency: string, account?: string): BankStatement {
  const messages = messagesIn(content);
  if (messages.length === 0) throw invalidStatement("The file holds no MT940 statement.");
  const chosen = chooseAccount(messages.map(accountOf), account);
  const faults = new StatementFaults();
  const parts = messages
    .filter((fields) => accountOf(fields) === chosen)
    .map((fields) => readMessage(fields, currency, faults));
  faults.refuseIfAny();
  return joinStatements(parts);
}

/** The fields of each statement: one begins with its reference, field 20. */
function messagesIn(content: string): Field[][] {
  const messages: Field[][] = [];
  let text = 0;
  for (const row of content.replace(/\r\n?/g, "\n").split("\n")) {
    text += 1;
    const [, tag, rest = ""] = TAG.exec(row) ?? [];
    const fields = messages.at(-1);
    if (tag === "20") messages.push([{ tag, text: rest, line: text }]);
    else if (tag !== undefined) fields?.push({ tag, text: rest, line: text });
    else if (!/^(-|-?\}.*|\{.*)?$/.test(row)) continueField(fields, row);
  }
  return messages.filter((fields) => fields.some(({ tag }) => /^6[02]/.test(tag)));
}

function continueField(fields: Field[] | undefined, row: string): void {
  const last = fields?.pop();
  if (last !== undefined) fields?.push({ ...last, text: `${last.text}\n${row}` });
}

const textOf = (fields: readonly Field[], ...tags: readonly string[]): Field | undefined =>
  fields.find(({ tag }) => tags.includes(tag));

/** The account's IBAN, else the number the bank gives it. */
function accountOf(fields: readonly Field[]): string | undefined {
  const text = textOf(fields, "25", "25P")?.text.split("\n")[0]?.trim();
  return text === undefined ? undefined : (ibansIn(text)[0] ?? text);
}

function readMessage(
  fields: readonly Field[],
  currency: string,
  faults: StatementFaults,
): BankStatement {
  const openingMinor = balanceOf(textOf(fields, "60F", "60M"), currency);
  const closingMinor = balanceOf(textOf(fields, "62F", "62M"), currency);
  const lines = fields.flatMap((field, at) => {
    if (field.tag !== "61") return [];
    const next = fields[at + 1];
    return readLine(field, next?.tag === "86" ? next.text : "", currency, faults);
  });
  if (!faults.areAny) checkSum({ lines, openingMinor, closingMinor }, currency);
  return {
    iban: accountOf(fields),
    openingMinor,
    closingMinor,
    breaks: [],
    ...linesAndSkipped(lines),
  };
}

const BALANCE = /^([CD])(\d{6})([A-Z]{3})(\d+(?:,\d*)?)/;

function balanceOf(field: Field | undefined, currency: string): bigint | undefined {
  if (field === undefined) return undefined;
  const [, side, , stated, amount = ""] = BALANCE.exec(field.text.trim()) ?? [];
  const minor = minorOf(amount.replace(/,$/, ""), currency, ",");
  if (stated === undefined || minor === undefined)
    throw invalidStatement(`Line ${field.line}: the balance cannot be read.`);
  requireCurrency(stated, currency);
  return side === "D" ? -minor : minor;
}

// Value date, entry date, side (R takes one back), third sign of the currency, amount, type, reference, bank's own.
const LINE =
  /^(?<value>\d{6})(?<entry>\d{4})?(?<side>R?[CD])(?<funds>[A-Z])?(?<amount>\d+,\d*)(?<type>[A-Z][A-Z0-9]{3})?(?<reference>.*?)(?:\/\/(?<bank>.*))?$/;

function readLine(
  { text, line }: Field,
  information: string,
  currency: string,
  faults: StatementFaults,
): BankStatementLine[] {
  const [first = "", ...supplement] = text.split("\n");
  const found = LINE.exec(first.trim())?.groups;
  const valueDate = found && dateOf(found["value"] ?? "");
  const minor = found && minorOf((found["amount"] ?? "").replace(/,$/, ""), currency, ",");
  if (found === undefined || valueDate === undefined || minor === undefined) {
    faults.add(line, `"${first.slice(0, 40)}" is not a statement line (field 61)`);
    return [];
  }
  const { side = "", entry, reference = "", bank = "" } = found;
  const isReversal = side.startsWith("R");
  const cameIn = (side.at(-1) === "C") !== isReversal;
  const about = readInformation(information);
  return [
    {
      fileLine: line,
      amountMinor: cameIn ? minor : -minor,
      effectiveDate: valueDate,
      bookingDate: bookingDateOf(entry, valueDate),
      description:
        cleanText(about.text || supplement.join(" "), 500) || about.name || "Statement line",
      reference: cleanText(bank, 140) || referenceOf(reference),
      counterparty: about.name || undefined,
      reversal: isReversal,
      details: about.iban === undefined ? {} : { counterpartyIban: about.iban },
    },
  ];
}

/** The customer's reference, when it is one. */
const referenceOf = (text: string): string | null => {
  const reference = cleanText(text, 140);
  return /^(NONREF|NOTPROVIDED|)$/.test(reference) ? null : reference;
};

function dateOf(text: string): string | undefined {
  const date = `20${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4, 6)}`;
  return isCalendarDate(date) ? date : undefined;
}

/** The entry date has no year: it is the one nearest to the value date. */
function bookingDateOf(entry: string | undefined, valueDate: string): string {
  if (entry === undefined) return valueDate;
  const year = Number(valueDate.slice(0, 4));
  const dates = [year - 1, year, year + 1]
    .map((each) => `${each}-${entry.slice(0, 2)}-${entry.slice(2, 4)}`)
    .filter(isCalendarDate);
  const away = (date: string): number => Math.abs(Date.parse(date) - Date.parse(valueDate));
  return dates.toSorted((one, other) => away(one) - away(other))[0] ?? valueDate;
}

interface Information {
  readonly text: string;
  readonly name: string;
  readonly iban: string | undefined;
}

/** Field 86: in numbered parts as German banks write it, in words between slashes, or free. */
function readInformation(information: string): Information {
  const joined = information.replace(/\n/g, "");
  const mark = /^\d{3}([?@>+])\d{2}/.exec(joined)?.[1];
  if (mark !== undefined) return readNumbered(joined, mark);
  const part = (name: string): string =>
    new RegExp(`/${name}/(.*?)(?=/[A-Z]{3,4}/|/?$)`).exec(joined)?.[1]?.trim() ?? "";
  if (/^\/[A-Z]{3,4}\//.test(joined)) {
    const iban = ibansIn(part("IBAN"))[0];
    return { text: part("REMI") || joined, name: cleanText(part("NAME"), 200), iban };
  }
  return { text: information.replace(/\n/g, " "), name: "", iban: undefined };
}

function readNumbered(joined: string, mark: string): Information {
  const parts = joined.split(mark).slice(1);
  const within = (from: number, to: number): string[] =>
    parts
      .filter((part) => Number(part.slice(0, 2)) >= from && Number(part.slice(0, 2)) <= to)
      .map((part) => part.slice(2));
  const text = [...within(20, 29), ...within(60, 63)].join("");
  const name = cleanText(within(32, 33).join(""), 200);
  return { text: text || within(0, 0).join(" "), name, iban: ibansIn(within(31, 31).join(""))[0] };
}
