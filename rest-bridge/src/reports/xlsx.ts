import { crc32, deflateRawSync } from "node:zlib";

/** A column of a workbook's sheet. Amounts are numbers where a spreadsheet keeps every digit of them. */
export interface SheetColumn<Row> {
  readonly name: string;
  readonly cell: (row: Row) => string | number | null;
  readonly isAmount?: boolean;
}

// A spreadsheet keeps numbers as doubles: fifteen digits are safe.
const MOST_DIGITS = 15;

const NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** A workbook (Office Open XML) with one sheet: a line of names, and a line for each row. */
export function toXlsx<Row>(
  sheetName: string,
  columns: readonly SheetColumn<Row>[],
  rows: readonly Row[],
): Uint8Array {
  return zip([
    ["[Content_Types].xml", contentTypes()],
    ["_rels/.rels", relation("officeDocument", "xl/workbook.xml")],
    ["xl/workbook.xml", workbook(sheetName)],
    ["xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")],
    ["xl/worksheets/sheet1.xml", sheet(columns, rows)],
  ]);
}

const contentTypes = (): string =>
  `${HEADER}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
  `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
  `<Override PartName="/xl/workbook.xml" ContentType="${MAIN}.sheet.main+xml"/>` +
  `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${MAIN}.worksheet+xml"/></Types>`;

const relation = (type: string, target: string): string =>
  `${HEADER}<Relationships xmlns="${RELATIONS}">` +
  `<Relationship Id="rId1" Type="${OFFICE}/${type}" Target="${target}"/></Relationships>`;

const workbook = (name: string): string =>
  `${HEADER}<workbook xmlns="${NAMESPACE}" xmlns:r="${OFFICE}"><sheets>` +
  `<sheet name="${escape(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`;

function sheet<Row>(columns: readonly SheetColumn<Row>[], rows: readonly Row[]): string {
  const names = columns.map(({ name }) => textCell(name)).join("");
  const lines = rows.map((row) => columns.map((column) => cellOf(column, row)).join(""));
  const data = [names, ...lines].map((cells) => `<row>${cells}</row>`).join("");
  return `${HEADER}<worksheet xmlns="${NAMESPACE}"><sheetData>${data}</sheetData></worksheet>`;
}

function cellOf<Row>({ cell, isAmount = false }: SheetColumn<Row>, row: Row): string {
  const value = cell(row);
  if (value === null) return "<c/>";
  const text = String(value);
  const isNumber = typeof value === "number" || (isAmount && fits(text));
  return isNumber ? `<c><v>${text}</v></c>` : textCell(text);
}

const fits = (amount: string): boolean =>
  /^-?\d+(\.\d+)?$/.test(amount) && amount.replace(/\D/g, "").length <= MOST_DIGITS;

/** A text never becomes a formula: it is an inline string. */
const textCell = (text: string): string =>
  `<c t="inlineStr"><is><t xml:space="preserve">${escape(text)}</t></is></c>`;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

// Control characters have no place in XML, not even escaped.
const escape = (text: string): string =>
  text
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? "")
    .replaceAll(/(?![\t\n\r])\p{Cc}/gu, "");

type File = readonly [name: string, content: string];

const VERSION = 20;
const DEFLATED = 8;
const UTF8_NAMES = 0x08_00;
// 1 January 1980, the first day that the format has: the same report is the same file.
const DATE = 0x21;

/** A ZIP archive (APPNOTE 6.3): each file deflated, then the directory of all. */
function zip(files: readonly File[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const entry = entryOf(name, Buffer.from(content, "utf8"));
    const local = Buffer.concat([signature(0x04_03_4b_50), entry.header, entry.name, entry.data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([
        signature(0x02_01_4b_50),
        Buffer.from([VERSION, 0]),
        entry.header,
        place,
        entry.name,
      ]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...parts, central, endOf(files.length, central.length, offset)]);
}

function entryOf(name: string, content: Buffer) {
  const data = deflateRawSync(content);
  const named = Buffer.from(name, "utf8");
  const header = Buffer.alloc(26);
  header.writeUInt16LE(VERSION, 0);
  header.writeUInt16LE(UTF8_NAMES, 2);
  header.writeUInt16LE(DEFLATED, 4);
  header.writeUInt16LE(DATE, 8);
  header.writeUInt32LE(crc32(content), 10);
  header.writeUInt32LE(data.length, 14);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt16LE(named.length, 22);
  return { header, name: named, data };
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function endOf(files: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06_05_4b_50, 0);
  end.writeUInt16LE(files, 8);
  end.writeUInt16LE(files, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
