import { freshRows, readRows, toSplits, type PartRow } from "./part-rows.ts";
import { textOf } from "../forms/form-data.ts";
import type { CsvMinus, ImportStatementInput } from "../graph/graph-types.generated.ts";

/** How a file is to be read, as entered; empty where the file decides. */
interface CsvFields {
  date: string;
  valueDate: string;
  description: string;
  amount: string;
  debit: string;
  credit: string;
  direction: string;
  status: string;
  reference: string;
  counterparty: string;
  fee: string;
  dateFormat: string;
  decimalSeparator: string;
  minus: string;
  sheet: string;
  /** Line of the header in the file, 0 for none. */
  headerLine: string;
  /** "true" or "false"; empty where the file decides. */
  positiveIsOut: string;
}

export interface ImportValues {
  accountId: string;
  /** The file in Base64, once it was sent. */
  content: string;
  fileName: string;
  /** Which account of a file with several. */
  iban: string;
  csv: CsvFields;
  leaveOutOtherCurrencies: boolean;
  postPossibleDuplicates: boolean;
  /** Parts of lines that belong to several accounts. */
  parts: PartRow[];
}

const PART_ROWS = 6;

/** Sentences by field; "form" and "file" are fields too. */
export type ImportErrors = Record<string, string>;

export const DATE_FORMATS = [
  "YYYY-MM-DD",
  "DD.MM.YYYY",
  "DD/MM/YYYY",
  "MM/DD/YYYY",
  "D/M/YYYY",
  "M/D/YYYY",
  "DD-MM-YYYY",
  "MM-DD-YYYY",
  "DD MMM YYYY",
  "D. MMM YYYY",
  "D. MMM YYYY hr",
  "SERIAL",
  "SERIAL1904",
] as const;

export function freshImport(): ImportValues {
  return {
    accountId: "",
    content: "",
    fileName: "",
    iban: "",
    csv: {
      date: "",
      valueDate: "",
      description: "",
      amount: "",
      debit: "",
      credit: "",
      direction: "",
      status: "",
      reference: "",
      counterparty: "",
      fee: "",
      dateFormat: "",
      decimalSeparator: "",
      minus: "",
      sheet: "",
      headerLine: "",
      positiveIsOut: "",
    },
    leaveOutOtherCurrencies: false,
    postPossibleDuplicates: false,
    parts: freshRows(PART_ROWS),
  };
}

/** Reads the posted fields except the file. */
export function readImport(form: FormData): ImportValues {
  const values = freshImport();
  values.accountId = textOf(form, "accountId");
  values.content = textOf(form, "content");
  values.fileName = textOf(form, "fileName");
  values.iban = textOf(form, "iban");
  values.leaveOutOtherCurrencies = form.has("leaveOutOtherCurrencies");
  values.postPossibleDuplicates = form.has("postPossibleDuplicates");
  values.parts = readRows(form, PART_ROWS);
  for (const name of Object.keys(values.csv) as (keyof CsvFields)[]) {
    values.csv[name] = textOf(form, `csv.${name}`);
  }
  return values;
}

/** The input for the graph, without what the file decides; the reader's figures have this decimal sign. */
export function toStatementInput(values: ImportValues, point: string): ImportStatementInput {
  const { accountId, content, iban, csv, leaveOutOtherCurrencies, postPossibleDuplicates } = values;
  const splits = toSplits(values.parts, point);
  const { minus, positiveIsOut, headerLine, ...fields } = csv;
  // Who names the columns leaves these two out on purpose.
  const isNamed = csv.date !== "";
  const given = Object.entries(fields).filter(
    ([name, text]) => text !== "" || (isNamed && (name === "direction" || name === "fee")),
  );
  return {
    accountId,
    contentBase64: content,
    postPossibleDuplicates,
    // What a person posted by hand comes with the bank's file, too.
    comparesPostings: true,
    ...(iban === "" ? {} : { iban }),
    ...(splits.length === 0 ? {} : { splits }),
    csv: {
      ...Object.fromEntries(given),
      ...(/^\d+$/.test(headerLine) ? { headerLine: Number(headerLine) } : {}),
      ...(minus === "" ? {} : { minus: minus as CsvMinus }),
      ...(positiveIsOut === "" ? {} : { positiveIsOut: positiveIsOut === "true" }),
      ...(leaveOutOtherCurrencies ? { leaveOutOtherCurrencies } : {}),
    },
  };
}
