import type { CsvMapping } from "./import-form.ts";

type ColumnName =
  | "date"
  | "description"
  | "amount"
  | "debit"
  | "credit"
  | "reference"
  | "counterparty";

/** Column names that banks use, the likeliest first. */
const WORDS: Record<ColumnName, string[]> = {
  date: ["booking date", "date"],
  description: ["description", "remittance", "purpose", "details", "narrative", "text"],
  amount: ["amount"],
  debit: ["debit", "paid out"],
  credit: ["credit", "paid in"],
  reference: ["reference"],
  counterparty: ["counterparty", "payee", "beneficiary"],
};

const DATE_SHAPES: [RegExp, string][] = [
  [/^\d{4}-\d{2}-\d{2}$/, "YYYY-MM-DD"],
  [/^\d{2}\.\d{2}\.\d{4}$/, "DD.MM.YYYY"],
  [/^\d{2}\/\d{2}\/\d{4}$/, "DD/MM/YYYY"],
];

/** Proposes a mapping from the first lines of a file. The user reviews it before sending. */
export function guessMapping(start: string): { columns: string[]; csv: Partial<CsvMapping> } {
  const [header = "", row = ""] = start.replace(/^\uFEFF/, "").split(/\r?\n/);
  const delimiter = [";", "\t", ","].find((sign) => header.includes(sign)) ?? ",";
  const columns = cells(header, delimiter);
  const values = cells(row, delimiter);
  const csv: Partial<CsvMapping> = { delimiter };
  for (const name of Object.keys(WORDS) as ColumnName[])
    csv[name] = findColumn(columns, WORDS[name]);
  if (csv.amount) [csv.debit, csv.credit] = ["", ""];
  const valueOf = (column: string | undefined) => values[columns.indexOf(column ?? "")] ?? "";
  const shape = DATE_SHAPES.find(([pattern]) => pattern.test(valueOf(csv.date)));
  if (shape) csv.dateFormat = shape[1];
  const amount = valueOf(csv.amount || csv.debit) || valueOf(csv.credit);
  csv.decimalSeparator = /,\d{1,2}$/.test(amount) ? "," : ".";
  return { columns, csv };
}

function cells(line: string, delimiter: string): string[] {
  return line.split(delimiter).map((cell) => cell.trim().replaceAll(/^"|"$/g, ""));
}

function findColumn(columns: string[], words: string[]): string {
  for (const word of words) {
    const column = columns.find((candidate) => candidate.toLowerCase().includes(word));
    if (column !== undefined) return column;
  }
  return "";
}
