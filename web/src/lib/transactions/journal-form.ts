import {
  addDecimals,
  negateDecimal,
  parseDecimal,
  printDecimal,
  ZERO,
  type Decimal,
} from "../money/decimal.ts";
import { textOf } from "../forms/form-data.ts";
import type { PostTransactionInput } from "../graph/graph-types.generated.ts";

/** One line of the form as entered, with an amount in the debit or the credit column. */
export interface JournalLine {
  accountId: string;
  debit: string;
  credit: string;
}

export interface JournalValues {
  effectiveDate: string;
  description: string;
  reference: string;
  /** One per form, so that sending it twice posts once. */
  idempotencyKey: string;
  lines: JournalLine[];
}

/** Sentences by field: "description", "lines", "lines.0.account", "lines.0.amount", "form". */
export type JournalErrors = Record<string, string>;

export const MINIMUM_LINES = 2;
export const MAXIMUM_LINES = 100;

const LINES_AT_START = 3;
const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/;

export function emptyLine(): JournalLine {
  return { accountId: "", debit: "", credit: "" };
}

/** An empty form for one transaction, with a key of its own. */
export function freshJournal(effectiveDate: string): JournalValues {
  return {
    effectiveDate,
    description: "",
    reference: "",
    idempotencyKey: newKey(),
    lines: Array.from({ length: LINES_AT_START }, emptyLine),
  };
}

// randomUUID is missing in browsers where the page came over plain HTTP from another machine.
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Reads the posted fields. A missing field is an empty text. */
export function readJournal(form: FormData): JournalValues {
  const text = (name: string) => textOf(form, name);
  const lines: JournalLine[] = [];
  while (form.has(`lines.${lines.length}.account`) && lines.length < MAXIMUM_LINES) {
    const at = `lines.${lines.length}`;
    lines.push({
      accountId: text(`${at}.account`),
      debit: text(`${at}.debit`),
      credit: text(`${at}.credit`),
    });
  }
  return {
    effectiveDate: text("effectiveDate"),
    description: text("description"),
    reference: text("reference"),
    idempotencyKey: text("idempotencyKey"),
    lines,
  };
}

/** All errors that can be found without the ledger. Empty when the form can be sent. */
export function checkJournal(values: JournalValues): JournalErrors {
  const errors: JournalErrors = {};
  if (!CALENDAR_DATE.test(values.effectiveDate)) errors["effectiveDate"] = "Choose a date.";
  if (values.description === "") errors["description"] = "Enter a description.";
  const used = usedLines(values.lines);
  for (const { line, index } of used) checkLine(line, index, errors);
  if (used.length < MINIMUM_LINES) errors["lines"] = "A transaction needs at least two lines.";
  else if (!hasLineErrors(errors) && !balance(values.lines).balanced) {
    errors["lines"] = "Debits and credits must be equal.";
  }
  return errors;
}

function checkLine(line: JournalLine, index: number, errors: JournalErrors): void {
  if (line.accountId === "") errors[`lines.${index}.account`] = "Choose an account.";
  const amount = `lines.${index}.amount`;
  if (line.debit !== "" && line.credit !== "") {
    errors[amount] = "Enter a debit or a credit, not both.";
  } else if (line.debit === "" && line.credit === "") {
    errors[amount] = "Enter an amount.";
  } else if (!isPositive(line.debit || line.credit)) {
    errors[amount] = "Enter digits and a decimal point, such as 1234.50.";
  }
}

/** Sums of both columns and their difference, as decimal strings. */
export function balance(lines: readonly JournalLine[]) {
  const total = (side: "debit" | "credit") =>
    lines.map((line) => parseDecimal(line[side]) ?? ZERO).reduce(addDecimals, ZERO);
  const [debit, credit] = [total("debit"), total("credit")];
  const difference = addDecimals(debit, negateDecimal(credit));
  return {
    debit: withCents(debit),
    credit: withCents(credit),
    difference: withCents(difference),
    balanced: difference.units === 0n && debit.units !== 0n,
  };
}

/** The input for the graph. Only for values without errors of `checkJournal`. */
export function toPostInput(values: JournalValues, fundId: string): PostTransactionInput {
  return {
    fundId,
    effectiveDate: values.effectiveDate,
    description: values.description,
    reference: values.reference === "" ? null : values.reference,
    idempotencyKey: values.idempotencyKey,
    entries: usedLines(values.lines).map(({ line }) => ({
      accountId: line.accountId,
      side: line.debit === "" ? "CREDIT" : "DEBIT",
      amount: line.debit || line.credit,
    })),
  };
}

/** The lines that are not empty, with their positions in the form. */
export function usedLines(lines: readonly JournalLine[]): { line: JournalLine; index: number }[] {
  return lines
    .map((line, index) => ({ line, index }))
    .filter(({ line }) => line.accountId !== "" || line.debit !== "" || line.credit !== "");
}

function hasLineErrors(errors: JournalErrors): boolean {
  return Object.keys(errors).some((field) => field.startsWith("lines."));
}

function isPositive(amount: string): boolean {
  const decimal = parseDecimal(amount);
  return decimal !== undefined && decimal.units > 0n;
}

function withCents(decimal: Decimal): string {
  return printDecimal(addDecimals(decimal, { units: 0n, scale: 2 }));
}
