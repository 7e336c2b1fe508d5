import { invalidInput } from "@allfunds/contract/errors";
import { isAbo, parseAbo } from "./abo.ts";
import { isBai2, parseBai2 } from "./bai2.ts";
import { camtMessageOf, parseCamt, type CamtMessage } from "./camt.ts";
import { isCfonb, parseCfonb } from "./cfonb.ts";
import { isCoda, parseCoda } from "./coda.ts";
import { parseTable } from "./csv.ts";
import type { CsvMapping, ResolvedMapping } from "./csv-mapping.ts";
import { tableOf } from "./file-table.ts";
import { decodeFile } from "./file-text.ts";
import { isHtml } from "./html-table.ts";
import { headOf, LongFile, piecesOf, released, type LongText } from "./long-file.ts";
import { isOfx, parseOfx } from "./ofx.ts";
import { isQif, parseQif } from "./qif.ts";
import { invalidStatement, type BankStatement } from "./statement.ts";
import { parseSwift, swiftMessageOf, type SwiftMessage } from "./swift.ts";
import { readWorkbook, refuseOldWorkbook } from "./xlsx.ts";
import { isZip } from "./zip.ts";

export const STATEMENT_FORMATS = {
  ABO: "ABO",
  BAI2: "BAI2",
  CAMT_052: "CAMT_052",
  CAMT_053: "CAMT_053",
  CAMT_054: "CAMT_054",
  CFONB_120: "CFONB_120",
  CODA: "CODA",
  CSV: "CSV",
  MT940: "MT940",
  MT942: "MT942",
  OFX: "OFX",
  QIF: "QIF",
  XLSX: "XLSX",
} as const;
export type StatementFormat = keyof typeof STATEMENT_FORMATS;

/** How a file is to be read. */
export interface FileReading {
  /** Found in the content when absent. */
  readonly format: StatementFormat | undefined;
  readonly csv: CsvMapping;
  /** The currency the account is kept in. */
  readonly currency: string;
  /** Which of the file's accounts, as the file names it. */
  readonly account: string | undefined;
}

/** A statement, and how its file was read. */
export interface ReadFile {
  readonly format: StatementFormat;
  readonly statement: BankStatement;
  /** Of CSV: what each column was taken for. */
  readonly mapping: ResolvedMapping | undefined;
  /** Encoding of the bytes, such as `utf-8`; null when they are no text, or came as text. */
  readonly encoding: string | null;
}

/** Reads a bank's file, as its bytes or its text, or refuses all of it. */
export function readBankFile(
  content: Uint8Array | LongFile | string,
  reading: FileReading,
): ReadFile {
  if (typeof content === "string") return { ...readText(content, reading), encoding: null };
  const head = content instanceof LongFile ? content.head : content;
  refuseOldWorkbook(head);
  if (isZip(head))
    return readSheet(content instanceof LongFile ? content.whole() : content, reading);
  const { text, encoding } = decodeFile(content);
  return { ...readText(text, reading), encoding };
}

function readSheet(content: Uint8Array, { csv, account, currency }: FileReading): ReadFile {
  const { rows, startsIn1904 = false } = readWorkbook(content, csv.sheet);
  const table = { delimiter: "", rows, startsIn1904 };
  const statement = parseTable(table, csv, { account, currency });
  return { format: "XLSX", statement, mapping: statement.mapping, encoding: null };
}

function readText(text: string | LongText, reading: FileReading): Omit<ReadFile, "encoding"> {
  const { csv, currency, account, format = formatOf(headOf(text)) } = reading;
  if (isBlank(text)) throw invalidInput("content", "must not be empty");
  refuseOthers(headOf(text));
  if (format === "CSV") {
    const table = tableOf(text, csv.delimiter);
    released(text);
    const statement = parseTable(table, csv, { account, currency });
    return { format, statement, mapping: statement.mapping };
  }
  const read = (): BankStatement => {
    switch (format) {
      case "ABO":
        return parseAbo(text, { account, currency });
      case "BAI2":
        return parseBai2(text, { account, currency });
      case "CAMT_052":
      case "CAMT_053":
      case "CAMT_054":
        return parseCamt(text, format.slice(-3) as CamtMessage, currency, account);
      case "CFONB_120":
        return parseCfonb(text, { account, currency });
      case "CODA":
        return parseCoda(text, { account, currency });
      case "MT940":
      case "MT942":
        return parseSwift(text, format.slice(-3) as SwiftMessage, currency, account);
      case "OFX":
        return parseOfx(text, currency, account);
      case "QIF":
        return parseQif(text, csv, { account, currency });
      case "XLSX":
        throw invalidInput(
          "content",
          "must be a workbook as contentBase64 when the format is XLSX",
        );
    }
  };
  const statement = read();
  released(text);
  return { format, statement, mapping: undefined };
}

/** Files that hold statements in a form that is not read. */
const OTHERS: readonly { readonly name: string; readonly form: RegExp }[] = [
  { name: "a PDF", form: /^%PDF-/ },
  { name: "JSON", form: /^\uFEFF?\s*(\{\s*"|\[\s*\{)/ },
  { name: "a statement of CFONB with 240 characters a record", form: /^\uFEFF?31\d{2}.{236}\r?$/m },
  { name: "an exchange file of 1C", form: /^\uFEFF?1CClientBankExchange/ },
  {
    name: "a workbook of 2003 (XML)",
    form: /<Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet/,
  },
];

function refuseOthers(text: string): void {
  const found = OTHERS.find(({ form }) => form.test(text));
  if (found !== undefined)
    throw invalidStatement(
      `The file is ${found.name}; export the statement as camt, MT940, OFX, CSV or XLSX.`,
    );
}

function isBlank(text: string | LongText): boolean {
  for (const piece of piecesOf(text)) if (piece.trim() !== "") return false;
  return true;
}

function formatOf(text: string): StatementFormat {
  if (isOfx(text)) return "OFX";
  if (/^\uFEFF?\s*</.test(text) && !isHtml(text)) return `CAMT_${camtMessageOf(text) ?? "053"}`;
  const swift = swiftMessageOf(text);
  if (swift !== undefined) return `MT${swift}`;
  if (isBai2(text)) return "BAI2";
  if (isCoda(text)) return "CODA";
  if (isCfonb(text)) return "CFONB_120";
  if (isAbo(text)) return "ABO";
  return isQif(text) ? "QIF" : "CSV";
}
