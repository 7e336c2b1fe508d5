import { describe, expect, test } from "vitest";
import { parsePrices } from "./parse-prices.ts";
import type { PriceCsvMapping } from "./price-rows.ts";
import { timeReader } from "./price-time.ts";

const mapping = {
  date: "date",
  close: "close",
  dateFormat: "YYYY-MM-DD",
  decimalSeparator: ".",
  delimiter: ",",
};
const NOW = new Date("2026-06-30T12:00:00Z");
const parse = (content: string, changes: Partial<PriceCsvMapping> = {}) =>
  parsePrices(content, { ...mapping, ...changes }, NOW);
const rowsOf = (...parameters: Parameters<typeof parse>) =>
  parse(...parameters).rows.map(({ time, close }) => [time, close]);

function violationsOf(content: string, changes: Partial<PriceCsvMapping> = {}) {
  try {
    parse(content, changes);
  } catch (error) {
    const { code, violations } = error as { code: string; violations: { path: string }[] };
    return [code, ...violations.map(({ path }) => path)];
  }
  return [];
}

describe("dates", () => {
  test.each([
    ["YYYY-MM-DD", "2000-01-03", "2000-01-03"],
    ["DD.MM.YYYY", "03.01.2000", "2000-01-03"],
    ["D/M/YYYY", "3/1/2000", "2000-01-03"],
    ["MMM D, YYYY", "Jan 3, 2000", "2000-01-03"],
    ["YYYYMMDD", "20000229", "2000-02-29"],
    ["YYYY-MM-DD", "2001-02-29", null],
    ["YYYY-MM-DD", "2001-2-9", null],
    ["DD.MM.YYYY", "03/01/2000", null],
    ["MMM D, YYYY", "Foo 3, 2000", null],
  ])("%s reads %s as %s", (format, text, expected) => {
    expect(timeReader(format, "UTC").read(text)?.text ?? null).toBe(expected);
  });

  test.each(["YYYY-MM", "MM-DD", "DD DD MM YYYY", "", "YYYY-MM-DD HH", "YYYY-MM-DD ss"])(
    "format %j is refused",
    (format) => {
      expect(() => timeReader(format, "UTC")).toThrow("csv.dateFormat");
    },
  );
});

describe("parsePrices", () => {
  test("keeps every decimal as it is written", () => {
    expect(rowsOf("date,open,close\n2000-01-03,1,1455.219971\n2000-01-04,1,0.10\n")).toEqual([
      ["2000-01-03", "1455.219971"],
      ["2000-01-04", "0.10"],
    ]);
  });

  test("reads another separator, a byte order mark, quotes and blank lines", () => {
    const content = '\uFEFFdate;close\r\n\r\n"2000-01-03";"10,5"\r\n';
    expect(rowsOf(content, { delimiter: ";", decimalSeparator: "," })).toEqual([
      ["2000-01-03", "10.5"],
    ]);
  });

  test("a row that is repeated counts once", () => {
    expect(rowsOf("date,close\n2000-01-03,1\n2000-01-03,1\n")).toHaveLength(1);
  });

  test.each([
    ["two prices of one day", "2000-01-03,1\n2000-01-03,2", "content.line.3"],
    ["a date that does not exist", "2000-02-30,1", "content.line.2"],
    ["a day to come", "2026-07-01,1", "content.line.2"],
    ["an exponent", "2000-01-03,1e3", "content.line.2"],
    ["a thousand that can be a fraction", '2000-01-03,"1,000"', "content.line.2"],
    ["zero", "2000-01-03,0.00", "content.line.2"],
    ["a negative price", "2000-01-03,-1", "content.line.2"],
    ["a missing cell", "2000-01-03", "content.line.2"],
  ])("%s refuses the whole file", (_name, rows, path) => {
    expect(violationsOf(`date,close\n${rows}\n`)).toEqual(["INVALID_INPUT", path]);
  });

  test("a close that is missing beside another price refuses the whole file", () => {
    expect(violationsOf("date,open,close\n2000-01-03,1,\n", { open: "open" })).toEqual([
      "INVALID_INPUT",
      "content.line.2",
    ]);
  });

  test("names at most twenty lines", () => {
    const rows = Array.from({ length: 30 }, () => "x,y").join("\n");
    expect(violationsOf(`date,close\n${rows}\n`)).toHaveLength(21);
  });

  test.each([
    ["an unknown column", "day,close\n2000-01-03,1\n", {}, "csv"],
    ["no rows", "date,close\n", {}, "content"],
    ["an odd delimiter", "date,close\n2000-01-03,1\n", { delimiter: ",," }, "csv.delimiter"],
    ["an odd date format", "date,close\n2000-01-03,1\n", { dateFormat: "ISO" }, "csv.dateFormat"],
  ])("%s is refused", (_name, content, changes, path) => {
    expect(violationsOf(content, changes)).toEqual(["INVALID_INPUT", path]);
  });
});
