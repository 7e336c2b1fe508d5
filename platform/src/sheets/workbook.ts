import type { Cell } from "./cell.ts";
import { writeZip, type ZipFile } from "./zip.ts";

/** Rows of one sheet, by Excel's specifications and limits. */
const MAX_ROWS = 1_048_576;
/** Excel keeps 15 significant digits; longer amounts are written as text, so that no digit is lost. */
const EXACT_DIGITS = 15;
const NUMBER = /^-?\d+(\.\d+)?$/;
const MAX_CELL_CHARACTERS = 32_767;
const DAY_MS = 86_400_000;
const DAY_ZERO = Date.UTC(1899, 11, 30);

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

const STYLES = { text: 0, number: 0, amount: 1, date: 2 } as const;

/** What a workbook is written from. */
export interface Workbook {
  /** Name of its sheets, at most 25 characters; from the second one on with a number behind it. */
  readonly name: string;
  readonly headings: readonly Cell[];
  readonly rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>;
  /** Rows of one sheet with its headings; the format's limit when absent. */
  readonly maxRows?: number;
}

/**
 * Rows as a workbook (Office Open XML, ECMA-376), written while they are read. What does not fit into one
 * sheet goes on in the next, each with the headings.
 */
export const writeWorkbook = (workbook: Workbook): AsyncGenerator<Uint8Array<ArrayBuffer>> =>
  writeZip(filesOf(workbook));

async function* each<Row>(rows: Iterable<Row> | AsyncIterable<Row>): AsyncGenerator<Row> {
  yield* rows;
}

async function* filesOf(workbook: Workbook): AsyncGenerator<ZipFile> {
  const { name, headings, maxRows = MAX_ROWS } = workbook;
  const rows = each(workbook.rows);
  let next = await rows.next();
  let sheets = 0;
  async function* sheet(): AsyncGenerator<string> {
    yield `${HEAD}<worksheet xmlns="${SHEET}"><sheetData>${printRow(headings)}`;
    for (let count = 1; count < maxRows && next.done !== true; count += 1) {
      yield printRow(next.value);
      next = await rows.next();
    }
    yield "</sheetData></worksheet>";
  }
  do {
    sheets += 1;
    yield { name: `xl/worksheets/sheet${sheets}.xml`, content: sheet() };
  } while (next.done !== true);
  for (const [part, content] of packageParts(name, sheets)) {
    yield { name: part, content: [HEAD + content] };
  }
}

function packageParts(name: string, sheets: number): [part: string, content: string][] {
  const numbers = Array.from({ length: sheets }, (_, index) => index + 1);
  const ofEach = (print: (n: number) => string) => numbers.map(print).join("");
  return [
    [
      "xl/styles.xml",
      `<styleSheet xmlns="${SHEET}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="4" applyNumberFormat="1"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ],
    [
      "xl/workbook.xml",
      `<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}"><sheets>${ofEach((n) => `<sheet name="${escapeXml(name)}${n === 1 ? "" : ` ${n}`}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
    ],
    [
      "xl/_rels/workbook.xml.rels",
      `<Relationships xmlns="${PACKAGE}/relationships">${ofEach((n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}<Relationship Id="rId${sheets + 1}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    ],
    [
      "_rels/.rels",
      `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      "[Content_Types].xml",
      `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${ofEach((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`)}</Types>`,
    ],
  ];
}

const printRow = (cells: readonly Cell[]): string => `<row>${cells.map(printCell).join("")}</row>`;

function printCell({ kind, value }: Cell): string {
  if (value === "") return "<c/>";
  const isFigure = kind === "date" || NUMBER.test(value);
  if (kind === "text" || !isFigure || value.replaceAll(/\D/g, "").length > EXACT_DIGITS) {
    return printText(value);
  }
  const number = kind === "date" ? String((Date.parse(value) - DAY_ZERO) / DAY_MS) : value;
  return `<c s="${STYLES[kind]}"><v>${number}</v></c>`;
}

/** An inline text, which no spreadsheet runs as a formula. */
const printText = (value: string): string =>
  `<c t="inlineStr"><is><t xml:space="preserve">${escapeXml(value.slice(0, MAX_CELL_CHARACTERS))}</t></is></c>`;

// XML 1.0 has no other control characters.
const FORBIDDEN = /(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]/gu;

const escapeXml = (value: string): string =>
  value
    .toWellFormed()
    .replaceAll(FORBIDDEN, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
