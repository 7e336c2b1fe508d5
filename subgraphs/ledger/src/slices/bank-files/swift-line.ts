import { isCalendarDate } from "@allfunds/platform/dates";
import { swiftMinorOf } from "./bank-amount.ts";
import { fullYear } from "./bank-date.ts";
import { ibansIn } from "./iban.ts";
import {
  cleanText,
  detailsOf,
  referenceIn,
  type BankStatementLine,
  type StatementFaults,
} from "./statement.ts";
import { moneyDetails, readInformation, readOwnField } from "./swift-information.ts";

/** A field of a SWIFT message: its tag, its text over all its lines, and where it begins in the file. */
export interface SwiftField {
  readonly tag: string;
  readonly text: string;
  readonly line: number;
}

export interface SwiftReading {
  readonly currency: string;
  readonly faults: StatementFaults;
}

/** What a bank reports of a line. */
export interface SwiftTexts {
  /** Field 86, empty when there is none. */
  readonly information: string;
  /** Field NS, which is not of SWIFT; empty when there is none. */
  readonly own: string;
}

/** A line, and whether the bank only expects it. */
export interface SwiftLine {
  readonly line: BankStatementLine;
  readonly isExpected: boolean;
}

// Value date, entry date, side (R takes one back, E is expected), third sign of the currency, amount, type,
// reference, bank's own.
const LINE =
  /^(?<value>\d{6})(?<entry>\d{4}| {4})?(?<side>[RE]?[CD])(?<funds>[A-Z])?(?<amount>\d[\d.,]*)(?<type>[A-Z](?:[A-Z0-9]{3}| {3}))?(?<references>.*)$/;

/** Reads field 61, with the texts of the fields that follow it. */
export function readSwiftLine(
  { text, line }: SwiftField,
  { information, own }: SwiftTexts,
  { currency, faults }: SwiftReading,
): SwiftLine[] {
  const [first = "", ...supplement] = text.split("\n");
  const found = LINE.exec(first.trim())?.groups;
  const { value = "", entry, side = "", amount = "", type = "", references = "" } = found ?? {};
  const valueDate = dateOf(value);
  const minor = swiftMinorOf(amount, currency);
  if (found === undefined || valueDate === undefined || minor === undefined) {
    faults.add(line, `"${first.slice(0, 60)}" is not a statement line (field 61)`);
    return [];
  }
  const isTakenBack = side.startsWith("R");
  const isCredit = (side.at(-1) === "C") !== isTakenBack;
  const about = information === "" ? readOwnField(own) : readInformation(information, isCredit);
  const isReturned = about.isReturned || type.endsWith("RTI");
  const [reference = "", ...bank] = references.split("//");
  const read: BankStatementLine = {
    fileLine: line,
    amountMinor: isCredit ? minor : -minor,
    effectiveDate: valueDate,
    bookingDate: bookingDateOf(entry, valueDate),
    description:
      cleanText(about.text || supplement.join(" "), 500) || about.name || "Statement line",
    reference: referenceIn(bank.join("//")) ?? referenceOf(reference),
    counterparty: about.name || undefined,
    reversal: isTakenBack || isReturned,
    details: detailsOf({
      ...moneyDetails(supplement.join("")),
      ...definedOf(about.details),
      ...(isReturned ? { returnReason: about.details.returnReason ?? "not given" } : {}),
      transactionType: about.details.transactionType ?? type,
      customerReference: about.details.customerReference ?? referenceOf(reference) ?? undefined,
      // Dutch banks write the other party's account below the line.
      counterpartyIban: about.details.counterpartyIban ?? ibansIn(supplement[0] ?? "")[0],
    }),
  };
  return [{ line: read, isExpected: side.startsWith("E") }];
}

const definedOf = <T extends object>(given: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Partial<T>;

/** The customer's reference, when it is one and not the name of a part of field 86. */
const referenceOf = (text: string): string | null =>
  /^(EREF|MARF|MREF|PREF|KREF|CRED)\+?$/.test(text.trim()) ? null : referenceIn(text);

/** Banks that count interest by months of thirty days have value dates such as the 30th of February. */
function dateOf(text: string): string | undefined {
  const [year, month, day] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6)];
  const days = month === "02" && (day === "29" || day === "30") ? [day, "29", "28"] : [day];
  return days.map((each) => `${fullYear(year)}-${month}-${each}`).find(isCalendarDate);
}

/** The entry date has no year: it is the one nearest to the value date. */
function bookingDateOf(entry: string | undefined, valueDate: string): string {
  if (entry === undefined || entry.trim() === "") return valueDate;
  const year = Number(valueDate.slice(0, 4));
  const dates = [year - 1, year, year + 1]
    .map((each) => `${each}-${entry.slice(0, 2)}-${entry.slice(2, 4)}`)
    .filter(isCalendarDate);
  const away = (date: string): number => Math.abs(Date.parse(date) - Date.parse(valueDate));
  return dates.toSorted((one, other) => away(one) - away(other))[0] ?? valueDate;
}
