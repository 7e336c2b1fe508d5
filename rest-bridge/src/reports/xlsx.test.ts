/// <reference types="node" />
import { inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { toXlsx } from "./xlsx.ts";

const COLUMNS = [
  { name: "name", cell: ({ name }: Row) => name },
  { name: "amount", cell: ({ amount }: Row) => amount, isAmount: true },
];

interface Row {
  readonly name: string;
  readonly amount: string | null;
}

/** The files of an archive, found by the directory at its end. */
function filesOf(archive: Uint8Array): Map<string, string> {
  const bytes = Buffer.from(archive);
  const end = bytes.length - 22;
  expect(bytes.readUInt32LE(end)).toBe(0x06_05_4b_50);
  const files = new Map<string, string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 8); count > 0; count -= 1) {
    expect(bytes.readUInt32LE(at)).toBe(0x02_01_4b_50);
    const [size, nameLength] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const data = bytes.readUInt32LE(at + 42) + 30 + nameLength;
    files.set(name, inflateRawSync(bytes.subarray(data, data + size)).toString("utf8"));
    at += 46 + nameLength;
  }
  return files;
}

const text = (of: string): string =>
  `<c t="inlineStr"><is><t xml:space="preserve">${of}</t></is></c>`;

test("a workbook has a sheet whose texts are no formulas and whose amounts keep every digit", () => {
  const rows: Row[] = [
    { name: "=1+1 <&>", amount: "-12.50" },
    { name: "ä\u0007", amount: "12345678901234567.89" },
    { name: "", amount: null },
  ];
  const files = filesOf(toXlsx("Report", COLUMNS, rows));
  expect([...files.keys()]).toContain("[Content_Types].xml");
  expect(files.get("xl/workbook.xml")).toContain('name="Report"');
  expect(files.get("xl/worksheets/sheet1.xml")).toContain(
    `<row>${text("name")}${text("amount")}</row>` +
      `<row>${text("=1+1 &lt;&amp;&gt;")}<c><v>-12.50</v></c></row>` +
      `<row>${text("ä")}${text("12345678901234567.89")}</row>` +
      `<row>${text("")}<c/></row>`,
  );
});
