import { invalidInput } from "@allfunds/contract/errors";
import { parseCamt053 } from "./parse-camt053.ts";
import { parseCsvStatement, type CsvMapping } from "./parse-csv.ts";
import type { CsvMappingInput, ImportStatementInput } from "./statement-objects.ts";
import type { Statement } from "./statement.ts";

const MAX_LINES = 100_000;

/** Reads the content of an import for an account kept in `currency`, or refuses all of it. */
export function parseStatement(input: ImportStatementInput, currency: string): Statement {
  const statement =
    input.format === "CSV"
      ? parseCsvStatement(input.content, toMapping(input.csv), currency)
      : parseCamt053(input.content, currency);
  if (statement.lines.length > MAX_LINES) {
    throw invalidInput("content", `must have at most ${MAX_LINES} lines`);
  }
  return statement;
}

function toMapping(csv: CsvMappingInput | null | undefined): CsvMapping {
  if (csv === null || csv === undefined) throw invalidInput("csv", "is required for CSV");
  const { decimalSeparator, delimiter } = csv;
  if (decimalSeparator !== "." && decimalSeparator !== ",") {
    throw invalidInput("csv.decimalSeparator", 'must be "." or ","');
  }
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
    throw invalidInput("csv.delimiter", "must be one character, not a quote or a line break");
  }
  return {
    date: csv.date,
    description: csv.description,
    amount: csv.amount ?? undefined,
    debit: csv.debit ?? undefined,
    credit: csv.credit ?? undefined,
    reference: csv.reference ?? undefined,
    counterparty: csv.counterparty ?? undefined,
    currency: csv.currency ?? undefined,
    dateFormat: csv.dateFormat,
    decimalSeparator,
    delimiter,
  };
}
