import { figureOf } from "../forms/figure.ts";
import { textOf, textsOf } from "../forms/form-data.ts";
import type {
  JournalFrequency,
  JournalLineInput,
  JournalReversal,
  JournalTemplateShownFragment,
  SetJournalTemplateInput,
} from "../graph/graph-types.generated.ts";
import { readAmount } from "../money/read-amount.ts";

export const FREQUENCIES = [
  "MONTHLY",
  "WEEKLY",
  "QUARTERLY",
  "YEARLY",
] as const satisfies JournalFrequency[];
export const REVERSALS = ["NEXT_DAY", "NEXT_MONTH"] as const satisfies JournalReversal[];

/** A line of the form as it was entered. */
export interface TypedLine {
  readonly accountId: string;
  readonly side: string;
  readonly amount: string;
  readonly percent: string;
  readonly ofAccountId: string;
}
const FIELDS = ["accountId", "side", "amount", "percent", "ofAccountId"] as const;
const LEAST_LINES = 4;
const EMPTY: TypedLine = { accountId: "", side: "DEBIT", amount: "", percent: "", ofAccountId: "" };

/** The lines of a form, and empty ones for more. Fields of one name stand in the order of the lines. */
export function linesOf(form: FormData): TypedLine[] {
  const columns = FIELDS.map((field) => textsOf(form, `line.${field}`));
  const count = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: count }, (_, line) => ({
    ...EMPTY,
    ...Object.fromEntries(FIELDS.map((field, at) => [field, columns[at]?.[line]?.trim() ?? ""])),
  }));
}

/** With empty lines behind what was entered. */
export const paddedLines = (lines: readonly TypedLine[]): TypedLine[] => [
  ...lines,
  ...Array.from({ length: Math.max(2, LEAST_LINES - lines.length) }, () => EMPTY),
];

/** The lines of a template, as the form shows them. */
export const typedLines = (
  entries: JournalTemplateShownFragment["entries"],
  write: (amount: string) => string,
): TypedLine[] =>
  entries.map(({ accountId, side, amount, percent, ofAccountId }) => ({
    accountId,
    side,
    amount: amount === null ? "" : write(amount),
    percent: percent === null ? "" : write(percent),
    ofAccountId: ofAccountId ?? "",
  }));

/** Reads a template; the ledger names what is missing or wrong in it. */
export function readTemplate(
  form: FormData,
  fundId: string,
  point: string,
): SetJournalTemplateInput {
  const optional = (name: string) => textOf(form, name) || undefined;
  const frequency = FREQUENCIES.find((each) => each === textOf(form, "frequency")) ?? "MONTHLY";
  const dayOfMonth = Number(figureOf(form, "dayOfMonth", point) ?? Number.NaN);
  return {
    fundId,
    id: optional("id"),
    replaces: Number(textOf(form, "replaces")) || 0,
    name: textOf(form, "name"),
    description: textOf(form, "description"),
    entries: linesOf(form).flatMap((line) => (isEmpty(line) ? [] : [lineOf(line, point)])),
    frequency,
    dayOfMonth:
      frequency === "WEEKLY" || !Number.isSafeInteger(dayOfMonth) ? undefined : dayOfMonth,
    firstDate: textOf(form, "firstDate"),
    lastDate: optional("lastDate"),
    reversal: REVERSALS.find((each) => each === textOf(form, "reversal")),
    isPaused: form.has("isPaused"),
    idempotencyKey: textOf(form, "idempotencyKey"),
  };
}

const isEmpty = ({ accountId, amount, percent, ofAccountId }: TypedLine): boolean =>
  [accountId, amount, percent, ofAccountId].every((text) => text === "");

function lineOf(line: TypedLine, point: string): JournalLineInput {
  const figure = (text: string) =>
    text === "" ? undefined : (readAmount(text, undefined, point) ?? text);
  return {
    accountId: line.accountId,
    side: line.side === "CREDIT" ? "CREDIT" : "DEBIT",
    amount: figure(line.amount),
    percent: figure(line.percent.replace(/\s*%$/, "")),
    ofAccountId: line.ofAccountId || undefined,
  };
}
