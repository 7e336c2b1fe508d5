import { deflateRawSync } from "node:zlib";
import { AppError } from "@allfunds/contract/errors";
import { describe, expect, test } from "vitest";
import { zipOf } from "./corpus/zip-of.fixture.ts";
import { readBankFile } from "./read-file.ts";

const refusalOf = (content: Uint8Array | string): string => {
  try {
    readBankFile(content, { format: undefined, csv: {}, currency: "EUR", account: undefined });
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "read";
};

const WORKBOOK =
  '<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>';
const RELATIONS =
  '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>';
const workbookOf = (sheet: string | Uint8Array, more: readonly [string, string][] = []) =>
  zipOf(
    new Map<string, string | Uint8Array>([
      ["xl/workbook.xml", WORKBOOK],
      ["xl/_rels/workbook.xml.rels", RELATIONS],
      ["xl/worksheets/sheet1.xml", sheet],
      ...more,
    ]),
  );
const statement = (body: string): string =>
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>${body}</BkToCstmrStmt></Document>`;

/** An archive that states the size of its only file falsely. */
function understated(): Uint8Array {
  const bytes = Buffer.from(workbookOf(Buffer.alloc(16 * 1024 * 1024, 32)));
  const central = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt32LE(1_000, central + 24);
  return bytes;
}

// Each is refused at once: a reader that expanded it would run out of the time that a test has.
describe("a hostile file is refused:", () => {
  const laughs = Array.from(
    { length: 9 },
    (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
  );
  test.each<[string, string | Uint8Array, RegExp]>([
    [
      "a billion laughs",
      `<!DOCTYPE d [<!ENTITY l0 "ha">${laughs.join("")}]>${statement("<Stmt><Id>&l9;</Id></Stmt>")}`,
      /DOCTYPE/,
    ],
    ["an external entity", `<!DOCTYPE d SYSTEM "file:///etc/passwd">${statement("")}`, /DOCTYPE/],
    ["an entity of its own within the document", statement("<!ENTITY a 'b'><Stmt/>"), /DOCTYPE/],
    ["elements nested without end", statement("<a>".repeat(100_000)), /nested too deep/],
    ["markup that never ends", statement(`<Stmt a="${"x".repeat(1_000_000)}`), /does not end/],
    ["spaces in a tag without end", statement(`<Stmt ${" ".repeat(1_000_000)}`), /does not end/],
    [
      "a workbook that unpacks to far more",
      workbookOf(Buffer.alloc(16 * 1024 * 1024, 32)),
      /unpacks/,
    ],
    ["a workbook that hides how much it unpacks to", understated(), /unpacks/],
    [
      "an archive within an archive",
      zipOf(new Map([["a.zip", zipOf(new Map([["b", "c"]]))]])),
      /no workbook/,
    ],
    ["an archive of nothing", zipOf(new Map()), /not a text|no workbook|damaged/],
    ["an archive cut off", workbookOf("<worksheet/>").slice(0, 200), /damaged/],
    ["an old workbook", Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), /old kind/],
    [
      "a column that no sheet has",
      workbookOf(
        '<worksheet><sheetData><row r="1"><c r="ZZZZ1"><v>1</v></c></row></sheetData></worksheet>',
      ),
      /too many columns/,
    ],
    [
      "OFX that opens a transaction and never ends it",
      `<OFX><STMTRS><CURDEF>EUR${"<STMTTRN><TRNAMT>1".repeat(20_000)}</OFX>`,
      /DTPOSTED/,
    ],
    [
      "an amount of digits without end",
      `Date,Text,Amount\n2026-01-10,A,${"1'".repeat(40_000)}x`,
      /amount/,
    ],
    ["a date without end", `Date,Text,Amount\n${"1/".repeat(40_000)},A,1.00`, /date/],
    ["bytes that are packed, and no archive", deflateRawSync(Buffer.alloc(10_000)), /./],
  ])("%s", (_name, content, message) => {
    expect(refusalOf(content)).toMatch(message);
  });
});
