import { AppError } from "@allfunds/contract/errors";
import { describe, expect, test } from "vitest";
import type { CsvMapping } from "./csv-mapping.ts";
import { decodeFile } from "./file-text.ts";
import { readBankFile } from "./read-file.ts";

const read = (text: string, csv: CsvMapping = {}, currency = "EUR") =>
  readBankFile(text, { format: undefined, csv, currency, account: undefined });
/** Each line as `date amount text`. */
const linesOf = (text: string, csv: CsvMapping = {}, currency = "EUR"): string[] =>
  Array.from(
    read(text, csv, currency).statement.lines,
    ({ effectiveDate, amountMinor, description }) =>
      `${effectiveDate} ${amountMinor} ${description}`,
  );
const refusalOf = (text: string, csv: CsvMapping = {}): [string, string | undefined] => {
  try {
    read(text, csv);
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.violations?.[0]?.path];
    throw error;
  }
  return ["read", undefined];
};

describe("a bank's CSV is read when", () => {
  test.each<[string, string, readonly string[]]>([
    [
      "a column is debit or credit",
      "Date,Text,Amount,DC\n2026-01-10,Out,100.00,D\n2026-01-11,In,30.00,C",
      ["2026-01-10 -10000 Out", "2026-01-11 3000 In"],
    ],
    [
      "the direction is in Dutch",
      'Datum,Naam / Omschrijving,Af Bij,"Bedrag (EUR)"\n20260110,Huur,Af,"1.234,56"\n20260111,Rente,Bij,"0,10"',
      ["2026-01-10 -123456 Huur", "2026-01-11 10 Rente"],
    ],
    [
      "some lines are pending or reverted",
      "Completed Date,Description,Amount,State\n2026-01-10 09:11:12,A,-1.00,COMPLETED\n2026-01-11 10:00:00,B,-2.00,PENDING\n2026-01-12 11:00:00,C,-4.00,REVERTED",
      ["2026-01-10 -100 A"],
    ],
    [
      "lines stand before the header and after the table",
      "Statement of 2026\nIBAN DE00\n\ndate,description,amount\n2026-11-12,A,7.00\nTotal,,7.00\nPrinted by the bank",
      ["2026-11-12 700 A"],
    ],
    [
      "it is separated by tabs",
      "date\tdescription\tamount\n2026-11-11\tTab\t5.00",
      ["2026-11-11 500 Tab"],
    ],
    [
      "it has no header",
      "10/11/2026,CARD PAYMENT AT A SHOP,-12.50,1012.50\n23/11/2026,SALARY,100.00,1112.50",
      ["2026-11-10 -1250 CARD PAYMENT AT A SHOP", "2026-11-23 10000 SALARY"],
    ],
    [
      "months have names",
      "Date,Description,Paid out,Paid in\n10 Jan 2026,A,5.00,\n11 Feb 2026,B,,6.00",
      ["2026-01-10 -500 A", "2026-02-11 600 B"],
    ],
    [
      "amounts carry signs and words",
      "Date;Text;Amount\n10.01.2026;A;\u20ac 1.234,56\n11.01.2026;B;(5,00)\n12.01.2026;C;7,00-\n13.01.2026;D;8,00 DR\n14.01.2026;E;9,00 EUR",
      [
        "2026-01-10 123456 A",
        "2026-01-11 -500 B",
        "2026-01-12 -700 C",
        "2026-01-13 -800 D",
        "2026-01-14 900 E",
      ],
    ],
    [
      "rows end early or in empty columns",
      "Date,Text,Amount,Note\n2026-01-10,A,1.00\n2026-01-11,B,2.00,,,",
      ["2026-01-10 100 A", "2026-01-11 200 B"],
    ],
    [
      "lines end with carriage returns",
      "Date,Text,Amount\r2026-01-10,A,1.00\r2026-01-11,B,2.00",
      ["2026-01-10 100 A", "2026-01-11 200 B"],
    ],
    [
      "one row decides between day and month",
      "Date,Text,Amount\n03/11/2026,A,1.00\n13/11/2026,B,2.00",
      ["2026-11-03 100 A", "2026-11-13 200 B"],
    ],
    [
      "one row decides between point and comma",
      'Date,Text,Amount\n2026-01-10,A,"1,234"\n2026-01-11,B,2.50',
      ["2026-01-10 123400 A", "2026-01-11 250 B"],
    ],
    [
      "all debits have a minus",
      "Date,Text,Debit,Credit\n2026-01-10,A,-5.00,\n2026-01-11,B,,6.00",
      ["2026-01-10 -500 A", "2026-01-11 600 B"],
    ],
    [
      "fees stand beside the amounts, as the balance shows",
      "Date,Description,Amount,Fee,Balance\n2026-01-10,A,-10.00,0.00,90.00\n2026-01-11,B,-5.00,0.50,84.50",
      ["2026-01-10 -1000 A", "2026-01-11 -550 B"],
    ],
    [
      "the currency is in lower case",
      "Date,Text,Amount,Currency\n2026-01-10,A,1.00,eur",
      ["2026-01-10 100 A"],
    ],
  ])("%s", (_name, text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  test("columns are named by their places, and what was spent is positive", () => {
    const csv = { date: "#1", description: "#2", amount: "#3", positiveIsOut: true };
    expect(linesOf("2026-01-10,A,1.00\n2026-01-11,B,-2.00", csv)).toEqual([
      "2026-01-10 -100 A",
      "2026-01-11 200 B",
    ]);
  });

  test("a minus takes a debit back, and the mapping names it", () => {
    const text = "Date,Text,Debit,Credit\n2026-01-10,A,5.00,\n2026-01-11,B,-2.00,";
    expect(linesOf(text, { minus: "TAKES_BACK" })).toEqual([
      "2026-01-10 -500 A",
      "2026-01-11 200 B",
    ]);
    expect(linesOf(text, { minus: "REPEATS_SIDE" })).toEqual([
      "2026-01-10 -500 A",
      "2026-01-11 -200 B",
    ]);
  });

  test("it has a running balance, whichever end comes first", () => {
    const [first, second] = ["2026-01-10,A,1.00,11.00", "2026-01-11,B,2.00,13.00"];
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const { statement } = read(["Date,Text,Amount,Balance", ...order].join("\n"));
      expect([statement.openingMinor, statement.closingMinor]).toEqual([1000n, 1300n]);
    }
  });

  test("a column that no mapping names marks a line as pending", () => {
    const csv = { date: "Date", description: "Text", amount: "Amount" };
    const text = "Date,Text,Amount,Status\n2026-01-10,A,1.00,Booked\n2026-01-11,B,2.00,Pending";
    expect(linesOf(text, csv)).toEqual(["2026-01-10 100 A"]);
  });
});

describe("a bank's CSV is refused when", () => {
  test.each<[string, string, string, string | undefined]>([
    [
      "day and month fit both ways",
      "date,description,amount\n03/11/2026,A,100.00\n04/12/2026,B,50.00",
      "STATEMENT_AMBIGUOUS",
      "csv.dateFormat",
    ],
    [
      "amounts fit both ways",
      "date;description;amount\n2026-01-10;A;10.500\n2026-01-11;B;7.250",
      "STATEMENT_AMBIGUOUS",
      "csv.decimalSeparator",
    ],
    [
      "two columns have one name",
      "Date,Text,Amount,Ccy,Amount,Ccy\n2026-01-10,In,10.00,EUR,11.00,USD",
      "STATEMENT_AMBIGUOUS",
      "csv.amount",
    ],
    [
      "some debits have a minus",
      "Date,Text,Debit,Credit\n2026-01-10,A,5.00,\n2026-01-11,B,-2.00,",
      "STATEMENT_AMBIGUOUS",
      "csv.minus",
    ],
    [
      "fees may be part of the amounts",
      "Date,Description,Amount,Fee\n2026-01-10,A,-10.00,0.50",
      "STATEMENT_AMBIGUOUS",
      "csv.fee",
    ],
    [
      "amounts without a sign stand beside a direction in unknown words",
      "Date,Text,Amount,Direction\n2026-01-10,A,1.00,Raus\n2026-01-11,B,2.00,Rein",
      "STATEMENT_AMBIGUOUS",
      "csv.direction",
    ],
    [
      "a direction is unknown",
      "Date,Text,Amount,DC\n2026-01-10,A,1.00,D\n2026-01-11,B,2.00,X",
      "STATEMENT_INVALID",
      "line 3, column 4",
    ],
    [
      "a status is unknown",
      "Date,Text,Amount,Status\n2026-01-10,A,1.00,Booked\n2026-01-11,B,2.00,Odd",
      "STATEMENT_INVALID",
      "line 3, column 4",
    ],
    ["no column is a date", "Name,Text,Amount\nx,A,1.00", "STATEMENT_AMBIGUOUS", "csv.date"],
    [
      "an amount is in another currency",
      "Date,Text,Amount\n2026-01-10,A,$1.00",
      "STATEMENT_INVALID",
      "line 2, column 3",
    ],
  ])("%s", (_name, text, code, path) => {
    const csv = text.includes(",DC\n") ? { direction: "DC" } : {};
    expect(refusalOf(text, csv)).toEqual([code, path]);
  });
});

describe("other formats", () => {
  test("MT940 gives lines with the other party, reversals turned, and balances that hold", () => {
    const text = [
      "{1:F01BANKDEFFXXXX0000000000}{2:I940X}{4:",
      ":20:STARTUMS",
      ":25:DE02120300000000202051",
      ":28C:1/1",
      ":60F:C260101EUR100,00",
      ":61:2601020103D12,5NTRFREF1//BANK1",
      ":86:116?00UEBERWEISUNG?20Miete?21 Januar?31DE89370400440532013000?32Haus ",
      "verwaltung?33 Nord",
      ":61:260105RD2,NTRFNONREF",
      ":86:/NAME/Stadtwerke/REMI/Storno/",
      ":62F:C260131EUR89,5",
      "-}",
    ].join("\r\n");
    const { format, statement } = read(text);
    expect(format).toBe("MT940");
    expect(statement).toMatchObject({
      iban: "DE02120300000000202051",
      openingMinor: 10000n,
      closingMinor: 8950n,
      lines: [
        {
          amountMinor: -1250n,
          effectiveDate: "2026-01-02",
          bookingDate: "2026-01-03",
          reference: "BANK1",
          description: "Miete Januar",
          counterparty: "Haus verwaltung Nord",
          details: { counterpartyIban: "DE89370400440532013000" },
        },
        { amountMinor: 200n, reversal: true, description: "Storno", counterparty: "Stadtwerke" },
      ],
    });
    expect(refusalOf(text.replace("EUR89,5", "EUR89,6"))[0]).toBe("STATEMENT_INVALID");
    expect(refusalOf(text.replaceAll("EUR", "USD"))[0]).toBe("CURRENCY_MISMATCH");
  });

  test("OFX is read in both versions", () => {
    const sgml = `OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>4711</BANKACCTFROM>
<BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260110120000[-5:EST]<TRNAMT>-12.50<FITID>F1<NAME>Smith &amp; Co<MEMO>Rent</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>87.50<DTASOF>20260131</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>`;
    for (const text of [
      sgml,
      sgml.replaceAll(
        /<(CURDEF|ACCTID|TRNTYPE|DTPOSTED|TRNAMT|FITID|NAME|MEMO|BALAMT|DTASOF)>([^<\n]*)/g,
        "<$1>$2</$1>",
      ),
    ]) {
      expect(read(text)).toMatchObject({
        format: "OFX",
        statement: {
          iban: "4711",
          closingMinor: 8750n,
          lines: [
            {
              amountMinor: -1250n,
              effectiveDate: "2026-01-10",
              reference: "F1",
              counterparty: "Smith & Co",
              description: "Rent",
            },
          ],
        },
      });
    }
  });

  test("QIF is read once its dates are known", () => {
    const text = "!Type:Bank\nD1/ 5'26\nT-1,200.50\nPShop\nMFood\n^\nD1/25'26\nT10.00\nPPayer\n^\n";
    expect(read(text).format).toBe("QIF");
    expect(linesOf(text)).toEqual(["2026-01-05 -120050 Food", "2026-01-25 1000 Payer"]);
    expect(refusalOf(text.replace("1/25", "1/2"))).toEqual([
      "STATEMENT_AMBIGUOUS",
      "csv.dateFormat",
    ]);
  });
});

describe("the encoding of a file", () => {
  const german = "Empf\u00e4nger;Geb\u00fchr;10,00 \u20ac";
  const polish = "Odsetki za pa\u017adziernik, wp\u0142ata, Gda\u0144sk, \u0141\u00f3d\u017a";
  /** Windows-1250 bytes of the Polish text above. */
  const CP1250: Readonly<Record<string, number>> = {
    "\u017a": 0x9f,
    "\u0142": 0xb3,
    "\u0144": 0xf1,
    "\u0141": 0xa3,
    "\u00f3": 0xf3,
  };
  test.each<[string, Uint8Array, string, string]>([
    ["UTF-8", Buffer.from(german), "utf-8", german],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${german}`), "utf-8", german],
    ["UTF-16 with a mark", Buffer.from(`\ufeff${german}`, "utf16le"), "utf-16le", german],
    ["UTF-16 without a mark", Buffer.from(german, "utf16le"), "utf-16le", german],
    [
      "Windows-1252",
      Uint8Array.from(german, (sign) => (sign === "\u20ac" ? 0x80 : sign.charCodeAt(0))),
      "windows-1252",
      german,
    ],
    [
      "Windows-1250",
      Uint8Array.from(polish, (sign) => CP1250[sign] ?? sign.charCodeAt(0)),
      "windows-1250",
      polish,
    ],
  ])("%s is recognised", (_name, bytes, encoding, text) => {
    expect(decodeFile(bytes)).toEqual({ encoding, text });
  });

  test("a file that is no text is refused", () => {
    expect(() => decodeFile(Uint8Array.of(0x50, 0x4b, 0, 0, 3, 0, 9))).toThrow(/not a text/);
  });
});
