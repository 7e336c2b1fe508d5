import { readdirSync, readFileSync } from "node:fs";
import { AppError } from "@allfunds/contract/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { corpusIn } from "./corpus/corpus.fixture.ts";
import { tableOf } from "./file-table.ts";
import { decodeFile } from "./file-text.ts";
import { LongFile, MOST_PLAIN, wholeOf, type LongText } from "./long-file.ts";
import { LineKeeper } from "./packed-lines.ts";
import { readBankFile, STATEMENT_FORMATS, type FileReading, type ReadFile } from "./read-file.ts";
import type { BankStatementLine } from "./statement.ts";
import { readXml, type XmlElement } from "./xml.ts";
import { isZip } from "./zip.ts";

/** A text in pieces, cut after these numbers of characters, over and over. */
function inPieces(text: string, lengths: readonly number[]): LongText {
  function* pieces(): Generator<string> {
    let at = 0;
    for (let step = 0; at < text.length; step += 1) {
      const length = lengths[step % lengths.length] ?? 1;
      yield text.slice(at, at + length);
      at += length;
    }
  }
  return { head: text, pieces, release: () => undefined };
}

const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });
const signs = (...all: readonly string[]) =>
  fc.array(fc.constantFrom(...all), { maxLength: 60 }).map((parts) => parts.join(""));

/** What is read, or that it is refused. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

describe("a file in pieces, wherever they are cut,", () => {
  test("has the same rows as the whole file", () => {
    const text = signs('"', ",", "a", "é", "\n", "\r", "\r\n", " ", "1.5", '"x\ny"');
    fc.assert(
      fc.property(text, cuts, (whole, lengths) => {
        const read = outcome(() => tableOf(inPieces(whole, lengths), ",").rows);
        expect(read).toEqual(outcome(() => tableOf(whole, ",").rows));
      }),
    );
  });

  test("has the same elements as the whole document", () => {
    const text = signs(
      "<a>",
      "</a>",
      '<b c="d>e"/>',
      "<!--x-->",
      "<![CDATA[<y>]]>",
      "&amp;",
      "t\n",
    );
    const shape = ({ name, line, text: inner, members }: XmlElement): unknown => [
      name,
      line,
      inner,
      members.map(shape),
    ];
    fc.assert(
      fc.property(text, cuts, (inner, lengths) => {
        const whole = `<r>${inner}</r>`;
        const read = outcome(() => shape(readXml(inPieces(whole, lengths), {})));
        expect(read).toEqual(outcome(() => shape(readXml(whole, {}))));
      }),
    );
  });

  test("is decoded like the whole file, in whatever encoding", () => {
    for (const encoding of ["utf8", "latin1", "utf16le"] as const) {
      const bytes = Buffer.from("Büro;Zürich;1,50\n".repeat(200), encoding);
      const file = new LongFile(500);
      for (let at = 0; at < bytes.length; at += 301) file.add(bytes.subarray(at, at + 301));
      const [long, short] = [decodeFile(file), decodeFile(bytes)];
      expect([long.encoding, wholeOf(long.text) === short.text]).toEqual([short.encoding, true]);
    }
  });
});

const FOLDER = new URL("corpus/", import.meta.url);
const CORPUS = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".txt"))
  .flatMap((name) => corpusIn(readFileSync(new URL(name, FOLDER), "utf8")));

/** All that was read of a file, or the refusal with its places. */
function readingIn(content: Uint8Array | LongFile, reading: FileReading): unknown {
  try {
    const { format, statement } = readBankFile(content, reading);
    return { format, ...statement, lines: Array.from(statement.lines, plain) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.code, error.message, error.violations];
  }
}

test("every file of the corpus is read in pieces as it is read whole", () => {
  const read = new Set<string>();
  for (const { name, bytes, reading } of CORPUS) {
    if (isZip(bytes)) continue;
    const whole = readingIn(bytes, reading);
    // The format is found in the first piece, which is longer than the pieces here.
    const format = Array.isArray(whole) ? reading.format : (whole as ReadFile).format;
    // So is the delimiter of delimited text, whose rows are compared above.
    if (format === undefined || format === "CSV") continue;
    read.add(format);
    for (const length of [7, 64]) {
      const file = new LongFile(length);
      for (let at = 0; at < bytes.length; at += length) file.add(bytes.subarray(at, at + length));
      expect([name, readingIn(file, { ...reading, format })]).toEqual([name, whole]);
    }
  }
  expect([...read].sort()).toEqual(
    Object.keys(STATEMENT_FORMATS)
      .filter((format) => format !== "XLSX" && format !== "CSV")
      .sort(),
  );
});

const lineOf = (at: number): BankStatementLine => ({
  fileLine: at + 2,
  amountMinor: BigInt(at) - 7n,
  effectiveDate: "2026-01-02",
  bookingDate: "2026-01-03",
  description: `Line ${at}`,
  reference: at % 3 === 0 ? null : `R${at}`,
  counterparty: at % 2 === 0 ? undefined : "Müller",
  reversal: at % 5 === 0,
  details: at % 7 === 0 ? {} : { purpose: "SALA" },
});

const plain = (line: BankStatementLine): BankStatementLine => ({
  fileLine: line.fileLine,
  amountMinor: line.amountMinor,
  effectiveDate: line.effectiveDate,
  bookingDate: line.bookingDate,
  description: line.description,
  reference: line.reference,
  counterparty: line.counterparty,
  reversal: line.reversal,
  details: line.details,
});

test("lines beyond those of one request are what they were, in whatever order they are read", () => {
  const keeper = new LineKeeper();
  const count = MOST_PLAIN + 1_300;
  for (let at = 0; at < count; at += 1) keeper.add(lineOf(at));
  for (const at of [0, count - 1, MOST_PLAIN, MOST_PLAIN + 600, MOST_PLAIN + 1]) {
    const line = keeper.all.at(at);
    expect(line && plain(line)).toEqual(lineOf(at));
  }
});

/** A long file of each format whose readers keep lines in packed form. */
const LONG: Readonly<Record<string, (at: number) => string>> = {
  MT940: (at) => `:61:2601${10 + (at % 20)}C${at + 1},50NMSCR${at}\n:86:Invoice ${at}\n`,
  OFX: (at) =>
    `<STMTTRN><DTPOSTED>202601${10 + (at % 20)}<TRNAMT>${at + 1}.50<FITID>R${at}<MEMO>Invoice ${at}</STMTTRN>\n`,
  BAI2: (at) => `16,195,${at + 1}50,Z,R${at},,Invoice ${at}/\n`,
  QIF: (at) => `D2026-01-${10 + (at % 20)}\nT${at + 1}.50\nMInvoice ${at}\n^\n`,
};
const AROUND: Readonly<Record<string, readonly [head: string, tail: string]>> = {
  MT940: [":20:START\n:25:X/1\n:60F:C260101EUR0,\n", "-\n"],
  OFX: ["<OFX><STMTRS><CURDEF>EUR<ACCTID>1\n", "</STMTRS></OFX>"],
  BAI2: ["01,A,B,260131,0000,1,80,,2/\n02,B,A,1,260131,,EUR,2/\n03,1,EUR,/\n", ""],
  QIF: ["!Type:Bank\n", ""],
};

test.each(Object.keys(LONG))("a long file of %s has all of its lines", (format) => {
  const count = MOST_PLAIN + 700;
  const [head, tail] = AROUND[format] ?? ["", ""];
  const file = new LongFile(2 ** 16);
  const texts = Array.from({ length: count }, (_, at) => LONG[format]?.(at) ?? "");
  const end =
    format === "BAI2" ? `49,${(count * (count + 1) * 100) / 2 + count * 50},${count}/\n` : "";
  file.add(Buffer.from(head));
  for (let at = 0; at < count; at += 500) file.add(Buffer.from(texts.slice(at, at + 500).join("")));
  file.add(Buffer.from(`${end}${tail}`));
  const reading = { format: undefined, csv: {}, currency: "EUR", account: undefined };
  const { format: found, statement } = readBankFile(file, reading);
  expect([found, statement.lines.length]).toEqual([format, count]);
  for (const at of [0, MOST_PLAIN, count - 1]) {
    const line = statement.lines.at(at);
    expect([line?.amountMinor, line?.description]).toEqual([
      BigInt((at + 1) * 100 + 50),
      `Invoice ${at}`,
    ]);
  }
});

const oddCells = (at: number): string[] => [
  `a\u001f${at}`,
  "b\u001e",
  at % 2 === 0 ? "\u001d" : "é,",
];

const oddRow = (at: number): string => `"${oddCells(at).join('","')}"`;

test("cells may hold the signs that packed rows are written with", () => {
  const count = MOST_PLAIN + 1_100;
  const { rows } = tableOf(Array.from({ length: count }, (_, at) => oddRow(at)).join("\n"), ",");
  for (const at of [0, MOST_PLAIN + 511, MOST_PLAIN + 512, count - 1])
    expect(rows.at(at)?.cells).toEqual(oddCells(at));
});

test("a long file has all of its lines, with their places in the file", () => {
  const rows = Array.from(
    { length: MOST_PLAIN + 600 },
    (_, at) =>
      `2026-01-${10 + (at % 20)},"Invoice ${at}\nof a customer whose name is long",${at + 1}.50`,
  );
  const file = new LongFile();
  file.add(Buffer.from(`Date,Text,Amount\n${rows.join("\n")}\n`));
  const { statement } = readBankFile(file, {
    format: undefined,
    csv: {},
    currency: "EUR",
    account: undefined,
  });
  expect(statement.lines).toHaveLength(rows.length);
  const last = statement.lines.at(-1);
  expect([last?.fileLine, last?.amountMinor]).toEqual([
    rows.length * 2 + 1,
    BigInt(rows.length * 100 + 50),
  ]);
  expect(last?.description).toBe(`Invoice ${rows.length - 1} of a customer whose name is long`);
});
