import { dateReader } from "../bank-files/bank-date.ts";
import { chooseDateFormat } from "../bank-files/csv-votes.ts";
import type { TableRow } from "../bank-files/file-table.ts";
import { StatementFaults } from "../bank-files/statement.ts";
import { children, firstWithin, readXml } from "../bank-files/xml.ts";
import type { FileLine } from "./file-fields.ts";

// The euro's reference rates of the European Central Bank: `eurofxref-daily.xml`, `eurofxref-hist.xml` and their
// CSV with a column for each currency. Units of the currency for one euro, on business days.

const SOURCE = "ECB";
const BASE = "EUR";
const CURRENCY = /^[A-Z]{3}$/;
const RATE = /^\d{1,12}(?:\.\d{1,12})?$/;
/** A currency that had no rate on a day. */
const NONE = new Set(["N/A", "NA", "-", ""]);

export const isRatesDocument = (content: string): boolean => /^\uFEFF?\s*</.test(content);

/** Every rate of the XML document. */
export function readRatesDocument(content: string): FileLine[] {
  const faults = new StatementFaults();
  const root = firstWithin(readXml(content, {}), "Cube");
  const rates = new RateLines(faults);
  for (const day of children(root, "Cube")) {
    const time = day.attributes.get("time") ?? "";
    const date = dateReader("YYYY-MM-DD")(time);
    if (date === undefined) {
      faults.add(day.line, `"${time.slice(0, 40)}" is no date`);
      continue;
    }
    for (const { line, attributes } of children(day, "Cube")) {
      rates.add(line, date, attributes.get("currency") ?? "", attributes.get("rate") ?? "");
    }
  }
  if (rates.lines.length === 0 && !faults.areAny) {
    faults.add(root?.line ?? 1, "has no rates: Cube with time, then Cube with currency and rate");
  }
  faults.refuseIfAny();
  return rates.lines;
}

/** Every rate of the CSV with currencies as columns; undefined when the table is another one. */
export function readRatesTable(
  rows: readonly TableRow[],
  dateFormat: string | undefined,
): FileLine[] | undefined {
  const [header, ...body] = rows;
  if (header === undefined || header.cells[0]?.toLowerCase() !== "date") return undefined;
  // The lines of the files end with a delimiter.
  const currencies = header.cells.slice(1, header.cells.at(-1) === "" ? -1 : undefined);
  if (currencies.length === 0 || !currencies.every((name) => CURRENCY.test(name))) return undefined;
  const faults = new StatementFaults();
  const written = body.map((row) => ({ row, text: row.cells[0] ?? "" }));
  const format = dateFormat ?? chooseDateFormat(written);
  const readDate = dateReader(format);
  const rates = new RateLines(faults);
  for (const { line, cells } of body) {
    const date = readDate(cells[0] ?? "");
    if (cells.length !== header.cells.length) {
      faults.add(line, `has ${cells.length} cells where the header has ${header.cells.length}`);
    } else if (date === undefined) {
      faults.add({ line, column: 1 }, `"${(cells[0] ?? "").slice(0, 40)}" is no date: ${format}`);
    } else {
      for (const [at, currency] of currencies.entries()) {
        const rate = cells[at + 1] ?? "";
        if (!NONE.has(rate)) rates.add(line, date, currency, rate);
      }
    }
  }
  faults.refuseIfAny();
  return rates.lines;
}

/** The rates of a document; one currency has one rate on a day. */
class RateLines {
  readonly lines: FileLine[] = [];
  readonly #faults: StatementFaults;
  readonly #seen = new Set<string>();

  constructor(faults: StatementFaults) {
    this.#faults = faults;
  }

  add(line: number, date: string, quote: string, rate: string): void {
    const shown = rate.slice(0, 40);
    if (!CURRENCY.test(quote)) this.#faults.add(line, `"${quote.slice(0, 40)}" is no currency`);
    else if (!RATE.test(rate) || !/[1-9]/.test(rate)) {
      this.#faults.add(line, `"${shown}" is no rate of ${quote}`);
    } else if (this.#seen.has(`${date} ${quote}`)) {
      this.#faults.add(line, `has a second rate of ${quote} on ${date}`);
    } else {
      this.#seen.add(`${date} ${quote}`);
      const values = { date, base: BASE, quote, rate, source: SOURCE };
      this.lines.push({ line, values: new Map(Object.entries(values)) });
    }
  }
}
