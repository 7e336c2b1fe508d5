import { AppError } from "@allfunds/contract/errors";
import { toCsv } from "@allfunds/platform/sheets/csv";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FundFileKind } from "./file-fields.ts";
import { readFundFile, type FileReading } from "./fund-file.ts";

const TRADES = "Trade date;Settlement date;Side;ISIN;Quantity;Price;Costs;Reference";
const trade = (cells: string): string => `${TRADES}\n${cells}\n`;

const read = (kind: FundFileKind, content: string, reading: FileReading = {}) =>
  readFundFile(kind, content, reading).lines.map(({ line, values }) => ({
    line,
    ...Object.fromEntries(values),
  }));

/** The code of a refusal, and where it finds a fault. */
function refusal(kind: FundFileKind, content: string, reading: FileReading = {}): unknown {
  try {
    return readFundFile(kind, content, reading).lines;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.code, ...(error.violations ?? []).map(({ path }) => path)];
  }
}

test("reads trades whose dates and decimals are written as in Germany", () => {
  const file = trade("30.09.2026;02.10.2026;buy;IE00B4L5Y983;1.250,5;92,50;4,90;'=T-1");
  expect(read("TRADES", file)).toEqual([
    {
      line: 2,
      tradeDate: "2026-09-30",
      settlementDate: "2026-10-02",
      side: "BUY",
      isin: "IE00B4L5Y983",
      quantity: "1250.5",
      price: "92.5",
      costs: "4.9",
      reference: "=T-1",
    },
  ]);
});

test("reads a column by the title that is named for it, and a source that no column has", () => {
  const file = "Kurs,Tag,Papier,Währung\n92.50,2026-09-30,IE00B4L5Y983,EUR\n";
  const columns = new Map([
    ["price", "Kurs"],
    ["date", "Tag"],
    ["isin", "Papier"],
    ["currency", "Währung"],
  ]);
  expect(read("PRICES", file, { columns, defaults: new Map([["source", "X"]]) })).toMatchObject([
    { line: 2, price: "92.5", date: "2026-09-30", currency: "EUR", source: "X" },
  ]);
  expect(refusal("PRICES", file)).toEqual(["FILE_INVALID", "content"]);
  expect(refusal("PRICES", file, { columns: new Map([["nav", "Kurs"]]) })).toEqual([
    "FILE_INVALID",
    "content",
  ]);
});

test("refuses a file whole and names every line that is wrong", () => {
  const lines = [
    "30.09.2026;02.10.2026;BUY;IE00B4L5Y983;10;92,50;;A",
    "31.09.2026;02.10.2026;BUY;IE00B4L5Y983;10;92,50;;B",
    "30.09.2026;02.10.2026;HOLD;IE00B4L5Y983;10;92,50;;C",
    "30.09.2026;02.10.2026;BUY;;ten;92,50;;A",
  ];
  expect(refusal("TRADES", trade(lines.join("\n")))).toEqual([
    "FILE_INVALID",
    "line 3, column 1",
    "line 4, column 3",
    "line 5, column 4",
    "line 5, column 5",
    "line 5",
  ]);
});

test.each<[what: string, kind: FundFileKind, content: string, places: string[]]>([
  ["an empty file", "TRADES", " \n", ["content"]],
  ["a header without lines", "TRADES", TRADES, ["content"]],
  ["a truncated file", "TRADES", trade("30.09.2026;02.10.2026;BUY;IE00B"), ["line 2"]],
  ["a quote that does not end", "PRICES", 'isin,date,price,currency,source\n"A', ["content"]],
  ["dates of either order", "PRICES", prices("01/02/2026", "1.5"), ["dateFormat"]],
  ["decimals of either form", "PRICES", prices("2026-01-31", "1.234"), ["decimalSeparator"]],
  ["an XML that breaks off", "EXCHANGE_RATES", "<Envelope><Cube>", ["line 1, column 17"]],
  ["an XML without rates", "EXCHANGE_RATES", "<Envelope/>", ["line 1"]],
])("refuses %s", (_what, kind, content, places) => {
  expect(refusal(kind, content)).toEqual(["FILE_INVALID", ...places]);
});

function prices(date: string, price: string): string {
  return `isin,date,price,currency,source\nIE00B4L5Y983,${date},${price},EUR,X\n`;
}

test("refuses a file with more lines than one command takes", () => {
  const line = "30.09.2026;02.10.2026;BUY;IE00B4L5Y983;10;92,50;;\n";
  expect(refusal("TRADES", `${TRADES}\n${line.repeat(1_001)}`)).toEqual([
    "FILE_INVALID",
    "content",
  ]);
});

const ECB = `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01">
<Cube><Cube time="2026-09-30">
<Cube currency="USD" rate="1.0850"/>
<Cube currency="JPY" rate="163.42"/></Cube>
</Cube></gesmes:Envelope>`;

const withoutLine = (lines: object[]) => lines.map((line) => ({ ...line, line: 0 }));

test("reads the reference rates of the ECB alike from XML and CSV", () => {
  const usd = { base: "EUR", quote: "USD", rate: "1.0850", source: "ECB" };
  const fromXml = read("EXCHANGE_RATES", ECB);
  expect(fromXml).toMatchObject([{ line: 4, date: "2026-09-30", ...usd }, { quote: "JPY" }]);
  const csv = "Date, USD, JPY, ISK, \n30 September 2026, 1.0850, 163.42, N/A, \n";
  expect(withoutLine(read("EXCHANGE_RATES", csv))).toEqual(withoutLine(fromXml));
  const doubled = ECB.replace('currency="JPY" rate="163.42"', 'currency="USD" rate="1.09"');
  expect(refusal("EXCHANGE_RATES", doubled)).toEqual(["FILE_INVALID", "line 5"]);
  expect(refusal("EXCHANGE_RATES", ECB.replace("1.0850", "0.00"))).toEqual([
    "FILE_INVALID",
    "line 4",
  ]);
});

test("reads back what was exported, formulas and every digit included", () => {
  const unit = fc.constantFrom("a", "=", "-", "'", '"', ",", ";", "é", "9", "@");
  const text = fc
    .string({ unit, minLength: 1, maxLength: 12 })
    .filter((each) => !each.startsWith('="'));
  const decimal = fc
    .tuple(fc.nat({ max: 10 ** 12 }), fc.integer({ min: 1, max: 9_999 }))
    .map(([whole, part]) => `${whole}.${String(part).padStart(4, "0")}`.replace(/0+$/, ""));
  const investor = fc.record({ source: text, price: decimal });
  const columns = [
    { name: "isin", cell: () => "IE00B4L5Y983" },
    { name: "date", cell: () => "2026-09-30", kind: "date" as const },
    { name: "price", cell: (row: Row) => row.price, kind: "amount" as const },
    { name: "currency", cell: () => "EUR" },
    { name: "source", cell: (row: Row) => row.source },
  ];
  interface Row {
    readonly source: string;
    readonly price: string;
  }
  fc.assert(
    fc.property(fc.array(investor, { minLength: 1, maxLength: 5 }), (rows) => {
      const file = toCsv(columns, rows);
      const found = read("PRICES", file, { decimalSeparator: ".", delimiter: "," });
      expect(found).toMatchObject(rows);
      expect(found).toHaveLength(rows.length);
    }),
  );
});

test("reads a switch once from its two exported legs, and a transfer with who receives", () => {
  const file = [
    "id,isin,investorId,kind,leg,toIsin,toInvestorId,units,state,reference",
    "1,QSFUNDA00013,I-1,SWITCH,OUT,QSFUNDB00012,,10.0000,DEALT,S-1",
    "2,QSFUNDB00012,I-1,SWITCH,IN,,,,DEALT,S-1",
    "3,QSFUNDA00013,I-1,TRANSFER,,,I-2,5.0000,DEALT,T-1",
  ].join("\r\n");
  const order = { isin: "QSFUNDA00013", investor: "I-1" };
  expect(read("ORDERS", file)).toEqual([
    {
      line: 2,
      ...order,
      kind: "SWITCH",
      leg: "OUT",
      toIsin: "QSFUNDB00012",
      units: "10",
      reference: "S-1",
    },
    { line: 4, ...order, kind: "TRANSFER", toInvestor: "I-2", units: "5", reference: "T-1" },
  ]);
  expect(refusal("ORDERS", "isin,investor,kind,leg\nQSFUNDB00012,I-1,SWITCH,IN")).toEqual([
    "FILE_INVALID",
    "content",
  ]);
});

test("reads or refuses any text, and never fails otherwise", () => {
  const unit = fc.constantFrom(";", ",", '"', "\n", "\r", "<", ">", "=", "1", ".", "é", "\u0000");
  fc.assert(
    fc.property(
      fc.constantFrom<FundFileKind>("TRADES", "EXCHANGE_RATES", "ORDERS", "INVESTORS"),
      fc.string({ unit, maxLength: 200 }),
      (kind, text) => {
        expect(refusal(kind, `${TRADES}\n${text}`)).toBeDefined();
        expect(refusal(kind, text)).toBeDefined();
      },
    ),
  );
});
