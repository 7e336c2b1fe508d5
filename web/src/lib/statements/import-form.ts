import { textOf } from "../forms/form-data.ts";
import type {
  CsvMappingInput,
  ImportStatementInput,
  StatementFormat,
} from "../graph/graph-types.generated.ts";

/** The fields of the CSV mapping as entered; empty where there is no such column. */
export type CsvMapping = Record<Exclude<keyof CsvMappingInput, "currency">, string>;

export interface ImportValues {
  accountId: string;
  format: StatementFormat;
  csv: CsvMapping;
}

/** Sentences by field; "form" and "file" are fields too. */
export type ImportErrors = Record<string, string>;

export const DATE_FORMATS = ["YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY"] as const;

export function freshImport(): ImportValues {
  return {
    accountId: "",
    format: "CSV",
    csv: {
      date: "date",
      description: "description",
      amount: "amount",
      debit: "",
      credit: "",
      reference: "",
      counterparty: "",
      dateFormat: "YYYY-MM-DD",
      decimalSeparator: ".",
      delimiter: ",",
    },
  };
}

/** Reads the posted fields except the file. */
export function readImport(form: FormData): ImportValues {
  const values = freshImport();
  values.accountId = textOf(form, "accountId");
  values.format = textOf(form, "format") === "CAMT_053" ? "CAMT_053" : "CSV";
  for (const name of Object.keys(values.csv) as (keyof CsvMapping)[]) {
    values.csv[name] = textOf(form, `csv.${name}`);
  }
  return values;
}

export function checkImport({ accountId, format, csv }: ImportValues, size: number): ImportErrors {
  const errors: ImportErrors = {};
  if (accountId === "") errors["accountId"] = "Choose the account of the statement.";
  if (size === 0) errors["file"] = "Choose a file that is not empty.";
  if (format === "CAMT_053") return errors;
  if (csv.date === "") errors["csv.date"] = "Enter the name of the date column.";
  if (csv.description === "")
    errors["csv.description"] = "Enter the name of the description column.";
  const isSeparate = csv.debit !== "" && csv.credit !== "";
  if (csv.amount === "" && !isSeparate) {
    errors["csv.amount"] = "Enter the name of the amount column, or of both debit and credit.";
  }
  if (csv.amount !== "" && (csv.debit !== "" || csv.credit !== "")) {
    errors["csv.amount"] = "Enter either the amount column, or debit and credit.";
  }
  return errors;
}

/** The input for the graph, without empty columns. */
export function toStatementInput(values: ImportValues, content: string): ImportStatementInput {
  const { accountId, format, csv } = values;
  if (format === "CAMT_053") return { accountId, format, content };
  const named = Object.entries(csv).filter(([, column]) => column !== "");
  return {
    accountId,
    format,
    content,
    csv: { date: csv.date, description: csv.description, ...Object.fromEntries(named) },
  };
}
