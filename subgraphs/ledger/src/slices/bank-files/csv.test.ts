import { AppError } from "@allfunds/contract/errors";
import { describe, expect, test } from "vitest";
import type { CsvMapping } from "./csv-mapping.ts";
import { parseTable } from "./csv.ts";
import { tableOf } from "./file-table.ts";

const parseCsvStatement = (content: string, mapping: CsvMapping, currency: string) =>
  parseTable(tableOf(content, mapping.delimiter), mapping, { account: undefined, currency });
const MAPPING: CsvMapping = {
  date: "Date",
  description: "Text",
  amount: "Amount",
  debit: undefined,
  credit: undefined,
  reference: "Ref",
  counterparty: undefined,
  currency: undefined,
  dateFormat: "YYYY-MM-DD",
  decimalSeparator: ".",
  delimiter: ",",
};
const HEAD = "Date,Text,Amount,Ref";

const read = (lines: readonly string[], mapping: Partial<CsvMapping> = {}) =>
  parseCsvStatement([HEAD, ...lines].join("\n"), { ...MAPPING, ...mapping }, "EUR");
const refusal = (work: () => unknown): AppError => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("a CSV statement", () => {
  test("gives a line per booking, with quotes and a byte order mark understood", () => {
    const content = `\ufeff${HEAD}\r\n2026-01-02,"Rent, January",-800.00,R1\r\n2026-01-03,Gift,10,\r\n`;
    expect(parseCsvStatement(content, MAPPING, "EUR").lines).toMatchObject([
      { fileLine: 2, amountMinor: -80000n, description: "Rent, January", reference: "R1" },
      { fileLine: 3, amountMinor: 1000n, effectiveDate: "2026-01-03", reference: null },
    ]);
  });

  test("is turned round when the newest line comes first", () => {
    const { lines } = read(["2026-01-03,b,1,2", "2026-01-02,a,1,1"]);
    expect(Array.from(lines, ({ description }) => description)).toEqual(["a", "b"]);
  });

  test("leaves out lines that move nothing and counts them", () => {
    const { lines, skipped } = read(["2026-01-02,Information,0.00,1", "2026-01-02,a,1,2"]);
    expect([lines.length, skipped]).toEqual([1, 1]);
  });

  test("takes separate columns for debit and credit, with or without a minus", () => {
    const mapping = {
      ...MAPPING,
      amount: undefined,
      debit: "Out",
      credit: "In",
      reference: undefined,
    };
    for (const minus of ["", "-"]) {
      const content = `Date,Text,Out,In\n2026-01-02,a,${minus}5.00,\n2026-01-02,b,${minus}6.00,\n2026-01-02,c,,7.00`;
      const { lines } = parseCsvStatement(content, mapping, "EUR");
      expect(Array.from(lines, ({ amountMinor }) => amountMinor)).toEqual([-500n, -600n, 700n]);
    }
  });

  test("cleans texts of line breaks and falls back when there is none", () => {
    const { lines } = read(['2026-01-02,"two\nlines",1,1', "2026-01-02,,1,2"]);
    expect(Array.from(lines, ({ description }) => description)).toEqual([
      "two lines",
      "Statement line",
    ]);
  });

  test("is refused whole, with every faulty line named", () => {
    const error = refusal(() =>
      read(["2026-01-02,a,1,1", "02.01.2026,b,1,2", "2026-01-02,c,x,3", "2026-01-02,d,,4"]),
    );
    expect(error.code).toBe("STATEMENT_INVALID");
    expect(error.violations?.map(({ path }) => path)).toEqual([
      "line 3, column 1",
      "line 4, column 3",
      "line 5, column 3",
    ]);
  });

  test.each<[string, string, () => unknown]>([
    ["a row with a column too many", "STATEMENT_INVALID", () => read(["2026-01-02,a,1,1,9"])],
    ["an open quote", "STATEMENT_INVALID", () => read(['2026-01-02,"a,1,1'])],
    ["no lines", "STATEMENT_INVALID", () => read([])],
    [
      "a column that is not there",
      "INVALID_INPUT",
      () => read(["2026-01-02,a,1,1"], { amount: "Betrag" }),
    ],
    ["no amount mapped", "INVALID_INPUT", () => read(["2026-01-02,a,1,1"], { amount: undefined })],
    [
      "debit without credit",
      "INVALID_INPUT",
      () => read(["2026-01-02,a,1,1"], { amount: undefined, debit: "Amount" }),
    ],
    [
      "another currency",
      "CURRENCY_MISMATCH",
      () => read(["2026-01-02,a,1,USD"], { currency: "Ref" }),
    ],
  ])("with %s is refused with %s", (_name, code, work) => {
    expect(refusal(work).code).toBe(code);
  });
});
