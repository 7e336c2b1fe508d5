import type { CsvMapping, StatementFormat, StatementInput } from "../graph/statement-import.ts";

export interface ImportValues {
  accountId: string;
  format: StatementFormat;
  csv: Required<CsvMapping>;
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
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const values = freshImport();
  values.accountId = text("accountId");
  values.format = text("format") === "CAMT_053" ? "CAMT_053" : "CSV";
  for (const name of Object.keys(values.csv) as (keyof CsvMapping)[]) {
    values.csv[name] = text(`csv.${name}`);
  }
  return values;
}

export function checkImport({ accountId, format, csv }: ImportValues, size: number): ImportErrors {
  const errors: ImportErrors = {};
  if (accountId === "") errors["accountId"] = "Choose the account the statement is of.";
  if (size === 0) errors["file"] = "Choose a file that is not empty.";
  if (format === "CAMT_053") return errors;
  if (csv.date === "") errors["csv.date"] = "Name the column of the date.";
  if (csv.description === "") errors["csv.description"] = "Name the column of the description.";
  const apart = csv.debit !== "" && csv.credit !== "";
  if (csv.amount === "" && !apart) {
    errors["csv.amount"] = "Name the column of the amount, or those of debit and credit.";
  }
  if (csv.amount !== "" && (csv.debit !== "" || csv.credit !== "")) {
    errors["csv.amount"] = "Name either the amount, or debit and credit.";
  }
  return errors;
}

/** The command for the graph; columns that were left empty are left out. */
export function toStatementInput(values: ImportValues, content: string): StatementInput {
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
