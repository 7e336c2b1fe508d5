import { addDecimals, negateDecimal, parseDecimal, printDecimal, ZERO } from "../money/decimal.ts";
import { decimalsOf } from "../money/currency.ts";
import { signOf } from "../money/money.ts";
import { textOf } from "../forms/form-data.ts";
import { newKey } from "../forms/idempotency-key.ts";
import { formatAmount, pointOf } from "../money/format-money.ts";
import { readAmount } from "../money/read-amount.ts";
import type { Language } from "../language/languages.ts";
import type { Translate } from "../language/messages.ts";
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
  /** Units of the one currency for one of the other, where two are exchanged; may be empty. */
  rate: string;
}

/** Sentences by field: "description", "lines", "lines.0.account", "lines.0.amount", "rate", "form". */
export type JournalErrors = Record<string, string>;

/** The currency of an account; undefined for an account that is not known. */
export type CurrencyOf = (accountId: string) => string | undefined;

/** The currencies of accounts, as the form's checks look them up. */
export function currenciesOf(accounts: readonly { id: string; currency: string }[]): CurrencyOf {
  const currencies = new Map(accounts.map(({ id, currency }) => [id, currency]));
  return (id) => currencies.get(id);
}

/** How a form is read: the currencies of its accounts, and the notation of the reader's language. */
export interface JournalReading {
  readonly currencyOf: CurrencyOf;
  readonly language: Language;
  /** Currency of the fund, in whose units rates are read. */
  readonly base: string;
}

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
    rate: "",
  };
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
    rate: text("rate"),
  };
}

/** Whether a kept draft is one of this form. */
export function isJournal(value: unknown): value is JournalValues {
  if (typeof value !== "object" || value === null || !("lines" in value)) return false;
  const { lines, ...texts } = value as JournalValues;
  return (
    [texts.effectiveDate, texts.description, texts.reference, texts.idempotencyKey].every(isText) &&
    // Drafts of earlier versions have no rate.
    (texts.rate === undefined || isText(texts.rate)) &&
    Array.isArray(lines) &&
    lines.every((line) => [line?.accountId, line?.debit, line?.credit].every(isText))
  );
}

const isText = (value: unknown): value is string => typeof value === "string";

/** All errors that can be found without the ledger. Empty when the form can be sent. */
export function checkJournal(
  values: JournalValues,
  reading: JournalReading,
  t: Translate,
): JournalErrors {
  const errors: JournalErrors = {};
  if (!CALENDAR_DATE.test(values.effectiveDate)) errors["effectiveDate"] = t("post.needDate");
  if (values.description === "") errors["description"] = t("post.needDescription");
  const used = usedLines(values.lines);
  for (const { line, index } of used) Object.assign(errors, checkLine(line, index, reading, t));
  if (used.length < MINIMUM_LINES) errors["lines"] = t("post.needLines");
  else if (!hasLineErrors(errors)) Object.assign(errors, checkBalance(values.lines, reading, t));
  if (values.rate !== "" && exchangeOf(values.lines, reading) && !rateOf(values.rate, reading)) {
    errors["rate"] = t("post.badRate", { example: formatAmount("1.0870", reading.language) });
  }
  return errors;
}

/** The two currencies that lines exchange: one of `base` is priced in `quote`. */
export interface Exchange {
  readonly base: string;
  readonly quote: string;
}

/** What lines of exactly two currencies exchange; the fund's own currency is priced where it is one of them. */
export function exchangeOf(
  lines: readonly JournalLine[],
  { currencyOf, base }: Pick<JournalReading, "currencyOf" | "base">,
): Exchange | undefined {
  const used = usedLines(lines).map(({ line }) => currencyOf(line.accountId));
  const [one, other, ...more] = new Set(used.filter((currency) => currency !== undefined));
  if (one === undefined || other === undefined || more.length > 0) return undefined;
  return other === base ? { base, quote: one } : { base: one, quote: other };
}

/** A rate as a plain decimal string; undefined for what is none. */
function rateOf(text: string, { language }: JournalReading): string | undefined {
  const rate = readAmount(text, undefined, pointOf(language));
  return rate !== undefined && signOf(rate) === 1 ? rate : undefined;
}

function checkLine(
  line: JournalLine,
  index: number,
  { currencyOf, language }: JournalReading,
  t: Translate,
): JournalErrors {
  const errors: JournalErrors = {};
  const currency = currencyOf(line.accountId);
  if (line.accountId === "") errors[`lines.${index}.account`] = t("post.needAccount");
  const amount = `lines.${index}.amount`;
  const entered = line.debit || line.credit;
  if (line.debit !== "" && line.credit !== "") errors[amount] = t("post.notBoth");
  else if (entered === "") errors[amount] = t("post.needAmount");
  else if (signOf(readAmount(entered, currency, pointOf(language)) ?? "") !== 1) {
    errors[amount] = t("post.badAmount", { example: formatAmount("1234.50", language) });
  }
  return errors;
}

function checkBalance(
  lines: readonly JournalLine[],
  reading: JournalReading,
  t: Translate,
): JournalErrors {
  const sums = balances(lines, reading);
  // The ledger decides on accounts that the page does not list.
  if (sums.every(({ balanced, currency }) => balanced || currency === "")) return {};
  return { lines: sums.length === 1 ? t("post.unbalanced") : t("post.unbalancedIn") };
}

/** The sums of one currency's lines, as decimal strings. */
export interface CurrencyBalance {
  /** Empty for lines whose account is not chosen yet. */
  readonly currency: string;
  readonly debit: string;
  readonly credit: string;
  /** Debits less credits. */
  readonly difference: string;
  readonly balanced: boolean;
}

/** Sums of both columns and their difference for each currency, in order of first use. */
export function balances(
  lines: readonly JournalLine[],
  { currencyOf, language }: JournalReading,
): CurrencyBalance[] {
  const groups = Map.groupBy(
    lines.filter(({ debit, credit }) => debit !== "" || credit !== ""),
    ({ accountId }) => currencyOf(accountId) ?? "",
  );
  return Array.from(groups, ([currency, members]) =>
    balanceOf(members, currency, pointOf(language)),
  );
}

function balanceOf(
  lines: readonly JournalLine[],
  currency: string,
  point: string,
): CurrencyBalance {
  const read = (text: string) =>
    parseDecimal(readAmount(text, currency || undefined, point) ?? "0");
  const total = (side: "debit" | "credit") =>
    lines
      .map((line) => read(line[side]) ?? ZERO)
      .reduce(addDecimals, { units: 0n, scale: decimalsOf(currency) });
  const [debit, credit] = [total("debit"), total("credit")];
  const difference = addDecimals(debit, negateDecimal(credit));
  return {
    currency,
    debit: printDecimal(debit),
    credit: printDecimal(credit),
    difference: printDecimal(difference),
    balanced: difference.units === 0n && debit.units !== 0n,
  };
}

/** The input for the graph. Only for values without errors of `checkJournal`. */
export function toPostInput(
  values: JournalValues,
  fundId: string,
  reading: JournalReading,
): PostTransactionInput {
  const { currencyOf, language } = reading;
  const point = pointOf(language);
  const exchange = exchangeOf(values.lines, reading);
  const rate = rateOf(values.rate, reading);
  return {
    fundId,
    effectiveDate: values.effectiveDate,
    description: values.description,
    reference: values.reference === "" ? null : values.reference,
    idempotencyKey: values.idempotencyKey,
    entries: usedLines(values.lines).map(({ line }) => ({
      accountId: line.accountId,
      side: line.debit === "" ? "CREDIT" : "DEBIT",
      amount: readAmount(line.debit || line.credit, currencyOf(line.accountId), point) ?? "",
    })),
    ...(exchange && rate ? { fx: [{ ...exchange, rate }] } : {}),
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
