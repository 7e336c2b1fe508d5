import { invalidInput } from "@allfunds/contract/errors";
import { CsvRecords, type CsvRecord } from "./csv-records.ts";
import { hasNoNumber, type PriceCsvMapping } from "./price-rows.ts";
import { timeReader } from "./price-time.ts";

/** What is given of a mapping; the file decides the rest. */
export type GivenMapping = {
  readonly [Part in keyof PriceCsvMapping]?: PriceCsvMapping[Part] | null | undefined;
};

/** A mapping for a file that is not there yet. */
export const withDefaults = (given: GivenMapping): PriceCsvMapping => ({
  ...given,
  date: given.date ?? "date",
  close: given.close ?? "close",
  dateFormat: given.dateFormat ?? "YYYY-MM-DD",
  timeZone: given.timeZone ?? "UTC",
  decimalSeparator: given.decimalSeparator ?? ".",
  delimiter: given.delimiter ?? ",",
});

const DELIMITERS = [";", "\t", ",", "|"];

// As files of exchanges, data vendors and banks name them, in English, German, French, Spanish and Italian; the first
// that a file has counts. A close adjusted for later events is no price of its day.
const NAMES = {
  date: "date datum fecha data time timestamp datetime day tag jour handelstag tradedate pricedate navdate valuationdate",
  close:
    "close closingprice closeprice closelast last lastprice settle price schlusskurs schluss kurs cours cloture clôture dernier cierre último ultimo chiusura prezzo nav navpershare rate value wert",
  open: "open openingprice openprice eröffnungskurs eröffnung erster ouverture apertura",
  high: "high highprice hoch höchst tageshoch höchstkurs haut plushaut máximo maximo massimo",
  low: "low lowprice tief tiefst tagestief tiefstkurs bas plusbas mínimo minimo",
  volume: "volume vol volumen stück umsatz",
} as const;

/** The widths of days and months do not matter where the formats before them fit none of the dates. */
const DATE_FORMATS = [
  "YYYY-MM-DD",
  "YYYYMMDD",
  "YYYY/MM/DD",
  "YYYY.MM.DD",
  // With points the day always comes first.
  "DD.MM.YYYY",
  "D.M.YYYY",
  ...["/", "-"].flatMap((sign) => [
    `DD${sign}MM${sign}YYYY`,
    `MM${sign}DD${sign}YYYY`,
    `D${sign}M${sign}YYYY`,
    `M${sign}D${sign}YYYY`,
  ]),
  "MMM D, YYYY",
  "MMM DD, YYYY",
  "D MMM YYYY",
  "D-MMM-YYYY",
  "YYYY-MM-DDTHH:mm:ssZ",
  "YYYY-MM-DD HH:mm:ssZ",
  "YYYY-MM-DD HH:mm:ss",
  "YYYY-MM-DD HH:mm",
];

/**
 * How a file of prices is written, by all of its rows and what is given beforehand. INVALID_INPUT names the part of
 * the mapping that has to be given where the file can be read in two ways, or in none.
 */
export function detectMapping(content: string, given: GivenMapping): PriceCsvMapping {
  const delimiter = given.delimiter ?? delimiterOf(content);
  const [header, ...rows] = recordsOf(content, delimiter);
  if (header === undefined || rows.length === 0) throw invalidInput("content", "holds no price");
  const names = header.fields.map((name) => name.trim());
  const cellsOf = (name: string): string[] => {
    const column = names.indexOf(name);
    return rows.map(({ fields }) => (fields[column] ?? "").trim());
  };
  const date = given.date ?? requireName(names, "date");
  const close = given.close ?? requireName(names, "close");
  return {
    delimiter,
    date,
    close,
    open: given.open ?? nameOf(names, "open"),
    high: given.high ?? nameOf(names, "high"),
    low: given.low ?? nameOf(names, "low"),
    volume: given.volume ?? nameOf(names, "volume"),
    timeZone: given.timeZone ?? "UTC",
    dateFormat: given.dateFormat ?? dateFormatOf(cellsOf(date)),
    decimalSeparator: given.decimalSeparator ?? separatorOf(cellsOf(close), delimiter),
  };
}

function recordsOf(content: string, delimiter: string): CsvRecord[] {
  const reader = new CsvRecords(delimiter);
  return [...reader.push(content), ...reader.end()];
}

/** The sign that cuts the first line into the most columns. */
function delimiterOf(content: string): string {
  const first = /\S[^\r\n]*/.exec(content)?.[0] ?? "";
  const columns = (sign: string) => first.split(sign).length;
  return DELIMITERS.reduce((best, sign) => (columns(sign) > columns(best) ? sign : best));
}

type Part = keyof typeof NAMES;

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

function nameOf(names: readonly string[], part: Part): string | undefined {
  for (const known of NAMES[part].split(" ")) {
    const found = names.filter((name) => plain(name) === known);
    if (found.length > 1) throw invalidInput(`csv.${part}`, `is needed: ${found.join(" or ")}`);
    if (found[0] !== undefined) return found[0];
  }
  return undefined;
}

function requireName(names: readonly string[], part: Part): string {
  const name = nameOf(names, part);
  if (name !== undefined) return name;
  const listed = names.map((each) => `"${each.slice(0, 40)}"`).join(", ");
  throw invalidInput(`csv.${part}`, `is needed: the file has the columns ${listed.slice(0, 200)}`);
}

function dateFormatOf(cells: readonly string[]): string {
  const [sample = ""] = cells;
  const shown = `"${sample.slice(0, 30)}"`;
  const fitting = DATE_FORMATS.filter((format) => {
    const { read } = timeReader(format, "UTC");
    return cells.every((cell) => read(cell) !== null);
  });
  const [first, ...others] = fitting;
  if (first === undefined)
    throw invalidInput("csv.dateFormat", `is needed: not all dates are written like ${shown}`);
  // Formats that read all dates the same are the same here.
  const timesOf = (format: string) => {
    const { read } = timeReader(format, "UTC");
    return cells.map((cell) => read(cell)?.ms).join();
  };
  const times = timesOf(first);
  const other = others.find((format) => timesOf(format) !== times);
  if (other === undefined) return first;
  throw invalidInput("csv.dateFormat", `is needed: ${shown} can be ${first} or ${other}`);
}

const GROUPED = /^\d{1,3}([.,])\d{3}$/;

/** Each price votes, but for those that read as a thousand or as a fraction with three digits. */
function separatorOf(cells: readonly string[], delimiter: string): string {
  const votes = new Set<string>();
  const open = new Set<string>();
  for (const cell of cells) {
    const signs = cell.match(/[.,]/g) ?? [];
    const [first, last] = [signs[0], signs.at(-1)];
    if (first === undefined || last === undefined || hasNoNumber(cell)) continue;
    if (first !== last) votes.add(last);
    else if (signs.length > 1) votes.add(first === "." ? "," : ".");
    else if (GROUPED.test(cell)) open.add(first);
    else votes.add(first);
  }
  if (votes.size === 1) return [...votes][0] ?? ".";
  if (votes.size > 1)
    throw invalidInput("csv.decimalSeparator", "is needed: prices of the file differ in it");
  // A comma between commas is always of a quoted number, and a point is what most files write decimals with.
  if (open.size === 0 || (open.size === 1 && open.has(".") && delimiter === ",")) return ".";
  const [sample = ""] = cells.filter((cell) => GROUPED.test(cell));
  throw invalidInput(
    "csv.decimalSeparator",
    `is needed: "${sample}" can be a thousand or a fraction`,
  );
}
