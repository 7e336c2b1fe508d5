import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tableOf } from "./file-table.ts";
import { decodeFile } from "./file-text.ts";
import { LongFile, MOST_PLAIN, wholeOf, type LongText } from "./long-file.ts";
import { LineKeeper } from "./packed-lines.ts";
import { readBankFile } from "./read-file.ts";
import type { BankStatementLine } from "./statement.ts";
import { readXml, type XmlElement } from "./xml.ts";

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
  return { head: text, pieces };
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
    const line = keeper.all[at];
    expect(line && plain(line)).toEqual(lineOf(at));
  }
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
