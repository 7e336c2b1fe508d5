import { OWN_MARK } from "./bank-amount.ts";
import type { FileTable, TableRow } from "./file-table.ts";
import { StatementFaults, invalidStatement, type FaultPlace } from "./statement.ts";
import { ambiguous } from "./csv-votes.ts";
import { at, children, readXml, textAt, type XmlElement } from "./xml.ts";
import { ZipArchive } from "./zip.ts";

/** A table of a workbook: the rows that are not empty, every cell as text. */
export interface Sheet extends Pick<FileTable, "rows" | "startsIn1904"> {
  readonly name: string;
}

/** A row has this many columns at most, as the program's own sheets have. */
const MOST_COLUMNS = 16_384;

/**
 * Reads one sheet of an Excel workbook (ECMA-376): the one named, else the only one with cells. Dates are written as
 * `YYYY-MM-DD`, decided by the style of their cell; numbers with a decimal point. Workbooks with formulas or macros
 * are refused: what they show is not what they hold.
 */
export function readWorkbook(bytes: Uint8Array, sheetName: string | undefined): Sheet {
  const archive = new ZipArchive(bytes);
  if (archive.names.some((name) => /vbaproject/i.test(name)))
    throw invalidStatement("The workbook has macros; save it without them (.xlsx).");
  const workbook = xmlOf(archive, "xl/workbook.xml");
  if (workbook === undefined)
    throw invalidStatement("The file is a ZIP archive and no workbook; unpack it first.");
  const targets = targetsOf(archive);
  const faults = new StatementFaults();
  const context = {
    faults,
    strings: stringsOf(archive),
    styles: stylesOf(archive),
    startsIn1904: /^(1|true)$/.test(at(workbook, "workbookPr")?.attributes.get("date1904") ?? ""),
  };
  const listed = children(at(workbook, "sheets"), "sheet").map((sheet) => ({
    name: sheet.attributes.get("name") ?? "",
    path: targets.get(relationOf(sheet)) ?? "",
    isHidden: /hidden/i.test(sheet.attributes.get("state") ?? ""),
  }));
  const wanted = listed.filter(({ name, isHidden }) =>
    sheetName === undefined ? !isHidden : name === sheetName,
  );
  const { startsIn1904 } = context;
  const sheets = wanted.map(({ name, path }) => ({
    name,
    startsIn1904,
    rows: rowsOf(archive, path, context),
  }));
  faults.refuseIfAny();
  return chooseSheet(
    sheets.filter(({ rows }) => rows.length > 0),
    listed.map(({ name }) => name),
  );
}

function chooseSheet(sheets: readonly Sheet[], names: readonly string[]): Sheet {
  const [first, second] = sheets;
  const list = names.join(", ").slice(0, 300);
  if (first === undefined) throw invalidStatement(`No sheet with cells was found among: ${list}.`);
  if (second === undefined) return first;
  throw ambiguous("csv.sheet", `The workbook has several sheets with cells: ${list}.`);
}

const relationOf = (sheet: XmlElement): string =>
  [...sheet.attributes].find(([name]) => /(^|:)id$/.test(name))?.[1] ?? "";

function xmlOf(archive: ZipArchive, name: string): XmlElement | undefined {
  const text = archive.textOf(name);
  return text === undefined ? undefined : readXml(text, {});
}

/** Where each sheet is, by the id that the workbook gives it. */
function targetsOf(archive: ZipArchive): ReadonlyMap<string, string> {
  const relations = children(xmlOf(archive, "xl/_rels/workbook.xml.rels"), "Relationship");
  return new Map(
    relations.map(({ attributes }) => {
      const target = attributes.get("Target") ?? "";
      return [
        attributes.get("Id") ?? "",
        target.startsWith("/") ? target.slice(1) : `xl/${target}`,
      ];
    }),
  );
}

/** The texts that cells refer to by their number; a text may be in pieces of several styles. */
function stringsOf(archive: ZipArchive): readonly string[] {
  const strings: string[] = [];
  const text = archive.textOf("xl/sharedStrings.xml");
  if (text !== undefined) readXml(text, { si: (item) => void strings.push(textIn(item)) });
  return strings;
}

const textIn = (item: XmlElement): string =>
  [...children(item, "t"), ...children(item, "r").flatMap((run) => children(run, "t"))]
    .map(({ text }) => text)
    .join("");

/** Number formats of dates and times that have a number and no text (ECMA-376 part 1, 18.8.30). */
const isDateFormat = (id: number): boolean =>
  (id >= 14 && id <= 22) ||
  (id >= 27 && id <= 36) ||
  (id >= 45 && id <= 47) ||
  (id >= 50 && id <= 58);

/** How a sheet shows a number. */
interface CellStyle {
  readonly isDate: boolean;
  /** A sign that is shown around the number without being part of it. */
  readonly before: string;
  readonly after: string;
}

/** The styles of cells, by their number. */
function stylesOf(archive: ZipArchive): readonly CellStyle[] {
  const styles = xmlOf(archive, "xl/styles.xml");
  const own = new Map(
    children(at(styles, "numFmts"), "numFmt").map(({ attributes }) => [
      Number(attributes.get("numFmtId")),
      attributes.get("formatCode") ?? "",
    ]),
  );
  return children(at(styles, "cellXfs"), "xf").map(({ attributes }) => {
    const id = Number(attributes.get("numFmtId") ?? 0);
    const code = own.get(id);
    return code === undefined
      ? { isDate: isDateFormat(id), before: "", after: "" }
      : { isDate: isDateCode(code), ...signsIn(code) };
  });
}

/** What a code shows as it is: quoted, behind a backslash, or on its own; but no colour, fill or width of a sign. */
const SHOWN = /"([^"]*)"|\\(.)|\[[^\]]*\]|[_*].|([^0#?])/g;

/**
 * The signs that a code shows around a number that is not negative: some programs write what was paid as a number
 * without a sign, and leave the minus, the brackets or `Dr` to the format of the cell.
 */
function signsIn(code: string): Pick<CellStyle, "before" | "after"> {
  const [section = ""] = code.match(/^(?:"[^"]*"|\\.|[^;])*/) ?? [];
  const ends = /^((?:"[^"]*"|\\.|\[[^\]]*\]|[_*].|[^0#?])*)[0#?](?:.*[0#?])?(.*)$/s.exec(section);
  const [before, after] = [ends?.[1] ?? "", ends?.[2] ?? ""].map((part) =>
    part.replace(SHOWN, "$1$2$3").trim(),
  );
  return {
    before: /^[-\u2212(]$/u.test(before ?? "") ? (before ?? "") : "",
    after: /^([-\u2212)]|[dc]r\.?)$/iu.test(after ?? "") ? ` ${after}` : "",
  };
}

/** A code such as `dd/mm/yyyy`, without what it quotes, and without colours and locales in brackets. */
const isDateCode = (code: string): boolean =>
  /[dy]/i.test(code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ""));

interface Reading {
  readonly faults: StatementFaults;
  readonly strings: readonly string[];
  readonly styles: readonly CellStyle[];
  readonly startsIn1904: boolean;
}

function rowsOf(archive: ZipArchive, path: string, reading: Reading): TableRow[] {
  const text = archive.textOf(path);
  if (text === undefined) return [];
  const rows: TableRow[] = [];
  readXml(text, {
    row: ({ attributes, members }) => {
      const line = Number(attributes.get("r") ?? rows.length + 1);
      const cells: string[] = [];
      for (const cell of members) {
        if (cell.name !== "c") continue;
        const place = columnOf(cell.attributes.get("r")) ?? cells.length;
        if (place >= MOST_COLUMNS) throw invalidStatement(`Row ${line} has too many columns.`);
        while (cells.length < place) cells.push("");
        cells[place] = cellText(cell, { line, column: place + 1 }, reading);
      }
      if (cells.some((each) => each !== "")) rows.push({ line, cells });
    },
  });
  return rows;
}

/** The place of a column from its name: A is 0, AA is 26. */
function columnOf(reference: string | undefined): number | undefined {
  const name = /^[A-Z]{1,4}/.exec(reference ?? "")?.[0];
  if (name === undefined) return undefined;
  let place = 0;
  for (const sign of name) place = place * 26 + sign.charCodeAt(0) - 64;
  return place - 1;
}

function cellText(cell: XmlElement, place: FaultPlace, reading: Reading): string {
  const { strings, styles, startsIn1904, faults } = reading;
  const refuse = (message: string): string => {
    faults.add(place, message);
    return "";
  };
  if (cell.members.some(({ name }) => name === "f"))
    return refuse("the cell is a formula; save the sheet with values only");
  const type = cell.attributes.get("t") ?? "n";
  const value = textAt(cell, "v") ?? "";
  if (type === "inlineStr") return textIn(at(cell, "is") ?? cell).trim();
  if (value === "") return "";
  if (type === "s") return (strings[Number(value)] ?? "").trim();
  if (type === "str") return value;
  if (type === "d") return value.slice(0, 10);
  if (type === "b") return value === "1" ? "TRUE" : "FALSE";
  if (type !== "n") return refuse(`the cell has the error ${value.slice(0, 20)}`);
  const style = styles[Number(cell.attributes.get("s") ?? 0)];
  const isDate = style?.isDate === true;
  const text = isDate ? dateText(value, startsIn1904) : numberText(value);
  if (text === undefined)
    return refuse(`"${value.slice(0, 40)}" is not ${isDate ? "a date" : "a number"}`);
  // Of a negative number another section of the code is shown.
  const isShownSigned = !isDate && style !== undefined && Number(value) > 0;
  return isShownSigned ? `${style.before}${text}${style.after}` : text;
}

const DAY_MS = 86_400_000;
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);

/** Days since the end of 1899, or since 1904; the part of a day is the time and counts for nothing here. */
function dateText(value: string, startsIn1904: boolean): string | undefined {
  const days = Math.floor(Number(value));
  // The 60th day is one that never was: before it the count is one day off, and no statement is that old.
  if (!(days >= (startsIn1904 ? 0 : 61) && days < 2_958_466)) return undefined;
  return new Date((startsIn1904 ? EPOCH_1904 : EPOCH_1900) + days * DAY_MS)
    .toISOString()
    .slice(0, 10);
}

/** Sheets keep 15 digits of a number. Its own mark stands before the decimals: no point is taken for one of thousands. */
function numberText(value: string): string | undefined {
  const number = Number(value);
  if (!Number.isFinite(number) || Math.abs(number) >= 1e15) return undefined;
  if (Number.isInteger(number)) return number.toFixed(0);
  const digits = Math.max(0, Math.ceil(Math.log10(Math.abs(number))));
  return number
    .toFixed(Math.min(15, Math.max(4, 15 - digits)))
    .replace(/\.?0+$/, "")
    .replace(".", OWN_MARK);
}

/** Old Excel files are not archives: they are refused with a sentence. */
export function refuseOldWorkbook(bytes: Uint8Array): void {
  const mark = [0xd0, 0xcf, 0x11, 0xe0];
  if (mark.every((byte, index) => bytes[index] === byte))
    throw invalidStatement(
      "The file is a workbook of an old kind (.xls) or is encrypted; save it as .xlsx.",
    );
}
