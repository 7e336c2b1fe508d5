import { inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { textCell as text, type Cell } from "./cell.ts";
import { writeWorkbook } from "./workbook.ts";

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** The files of an archive, found by its directory as other programs do. */
function unzip(zip: Buffer): Map<string, string> {
  const end = zip.lastIndexOf(Buffer.from("PK\u0005\u0006"));
  const files = new Map<string, string>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 8); left > 0; left -= 1) {
    const [packed, nameBytes] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const start = zip.readUInt32LE(at + 42) + 30 + nameBytes;
    const name = zip.toString("utf8", at + 46, at + 46 + nameBytes);
    files.set(name, inflateRawSync(zip.subarray(start, start + packed)).toString());
    at += 46 + nameBytes;
  }
  return files;
}

test("writes a workbook with texts, amounts and dates, sheet after sheet", async () => {
  const rows: Cell[][] = [
    [text("=1+1 & <b>"), { kind: "amount", value: "12.50" }, { kind: "date", value: "2026-11-29" }],
    [
      text("\u0001"),
      { kind: "amount", value: "1234567890123456.78" },
      { kind: "amount", value: "" },
    ],
  ];
  const files = unzip(
    await bytesOf(writeWorkbook({ name: 'A "B"', headings: [text("Head")], rows, maxRows: 2 })),
  );
  const [first, second] = [1, 2].map((n) => files.get(`xl/worksheets/sheet${n}.xml`) ?? "");
  expect(first).toContain('<t xml:space="preserve">=1+1 &amp; &lt;b&gt;</t>');
  expect(first).toContain('<c s="1"><v>12.50</v></c><c s="2"><v>46355</v></c>');
  expect(second).toContain(">Head<");
  expect(second).toContain('<t xml:space="preserve">1234567890123456.78</t>');
  expect(second).toContain("\ufffd");
  expect(files.get("xl/workbook.xml")).toContain('name="A &quot;B&quot; 2"');
  expect([...files.keys()].at(-1)).toBe("[Content_Types].xml");
});
