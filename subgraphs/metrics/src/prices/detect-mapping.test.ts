import { describe, expect, test } from "vitest";
import { detectMapping, type GivenMapping } from "./detect-mapping.ts";
import { parsePrices } from "./parse-prices.ts";

const NOW = new Date("2026-06-30T12:00:00Z");

function readAsWritten(content: string, given: GivenMapping = {}) {
  const { rows, withoutPrice } = parsePrices(content, detectMapping(content, given), NOW);
  return [...rows.map(({ time, close }) => `${time} ${close}`), `${withoutPrice} left out`];
}

function refusalOf(content: string, given: GivenMapping = {}): string {
  try {
    return readAsWritten(content, given).join();
  } catch (error) {
    return (error as { violations: { path: string }[] }).violations[0]?.path ?? String(error);
  }
}

const YAHOO = `Date,Open,High,Low,Close,Adj Close,Volume
2026-01-02,1.00,2.00,0.50,1.50,1.40,1000
2026-01-05,null,null,null,null,null,null
2026-01-06,1.50,2.00,1.00,1.80,1.70,900
`;

describe("a file of prices is read as it is written", () => {
  test.each([
    ["the form of the defaults", "date,close\n2026-01-02,1.5\n", ["2026-01-02 1.5", "0 left out"]],
    [
      "Yahoo's, whose close is not adjusted and whose holidays are null",
      YAHOO,
      ["2026-01-02 1.50", "2026-01-06 1.80", "1 left out"],
    ],
    [
      "with semicolons, German names, dates and numbers",
      "Datum;Erster;Hoch;Tief;Schlusskurs;Stücke;Volumen\n02.01.2026;18.200,10;18.300,00;18.100,50;18.234,56;1.234;9.999\n05.01.2026;990,10;1.001,00;980,50;999,56;1.234;9.999\n",
      ["2026-01-02 18234.56", "2026-01-05 999.56", "0 left out"],
    ],
    [
      "Stooq's, with names in brackets",
      "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\nX,D,20260102,000000,1,2,1,1.5,100,0\n",
      ["2026-01-02 1.5", "0 left out"],
    ],
    [
      "a central bank's, which writes a point for a holiday",
      "DATE,VALUE\n2026-01-01,.\n2026-01-02,3.5\n",
      ["2026-01-02 3.5", "1 left out"],
    ],
    [
      "American dates, of which one has no thirteenth month",
      'Date,"Close/Last"\n01/05/2026,101.10\n01/13/2026,"1,100.25"\n',
      ["2026-01-05 101.10", "2026-01-13 1100.25", "0 left out"],
    ],
    [
      "European dates without leading zeros",
      "date\tprice\n5/1/2026\t1.10\n13/1/2026\t1.20\n",
      ["2026-01-05 1.10", "2026-01-13 1.20", "0 left out"],
    ],
    [
      "Swiss numbers and volumes of thousands",
      "Date;Close;Volume\n2026-01-02;1'234.50;1,234\n2026-01-05;999.25;999\n",
      ["2026-01-02 1234.50", "2026-01-05 999.25", "0 left out"],
    ],
    [
      "French names and spaces in numbers",
      "Date;Ouverture;Clôture\n02/01/2026;7 800,10;7 850,20\n13/01/2026;7 800,10;7 900,00\n",
      ["2026-01-02 7850.20", "2026-01-13 7900.00", "0 left out"],
    ],
    [
      "names of months, newest first",
      'Date,Price\n"Jan 13, 2026",1.20\n"Jan 5, 2026",1.10\n',
      ["2026-01-13 1.20", "2026-01-05 1.10", "0 left out"],
    ],
    [
      "one day that is the same in both orders",
      "date,close\n01/01/2026,1.5\n02/02/2026,1.6\n",
      ["2026-01-01 1.5", "2026-02-02 1.6", "0 left out"],
    ],
    [
      "rates with three decimals between commas",
      "date,rate\n2026-01-02,1.085\n2026-01-05,1.090\n",
      ["2026-01-02 1.085", "2026-01-05 1.090", "0 left out"],
    ],
    [
      "instants in UTC",
      "timestamp,close\n2026-01-02T09:00:00Z,1.5\n",
      ["2026-01-02T09:00:00Z 1.5", "0 left out"],
    ],
  ])("%s", (_name, content, expected) => {
    expect(readAsWritten(content)).toEqual(expected);
  });

  test("what is given decides where the file can be read in two ways", () => {
    const content = "Day,Mid,Close\n03/04/2026,2.5,1.5\n";
    expect(readAsWritten(content, { dateFormat: "DD/MM/YYYY" })[0]).toBe("2026-04-03 1.5");
    expect(readAsWritten(content, { dateFormat: "MM/DD/YYYY", close: "Mid" })[0]).toBe(
      "2026-03-04 2.5",
    );
  });
});

describe("never guesses, and names what has to be given:", () => {
  test.each([
    ["days and months that can change places", "date,close\n03/04/2026,1.5\n", "csv.dateFormat"],
    ["dates of two forms", "date,close\n2026-01-02,1\n02.01.2026,1\n", "csv.dateFormat"],
    [
      "a thousand or a fraction",
      "date;close\n2026-01-02;1.234\n2026-01-05;1.240\n",
      "csv.decimalSeparator",
    ],
    [
      "a thousand or a fraction in quotes",
      'date,close\n2026-01-02,"1,234"\n',
      "csv.decimalSeparator",
    ],
    [
      "prices of two notations",
      "date;close\n2026-01-02;1.5\n2026-01-05;1,5\n",
      "csv.decimalSeparator",
    ],
    ["no closing price", "date,bid\n2026-01-02,1\n", "csv.close"],
    ["only an adjusted price", "date,adj close\n2026-01-02,1\n", "csv.close"],
    ["two closing prices", "date,close,Close\n2026-01-02,1,2\n", "csv.close"],
    ["no date", "close\n1\n", "csv.date"],
    ["no row", "date,close\n", "content"],
    ["no price in any row", "date,close\n2026-01-02,\n", "content"],
  ])("%s", (_name, content, path) => {
    expect(refusalOf(content)).toBe(path);
  });
});
