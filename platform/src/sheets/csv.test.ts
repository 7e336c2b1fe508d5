import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column } from "./cell.ts";
import { textOfCell, toCsv, writeCsv } from "./csv.ts";

type Row = readonly [text: string, figure: string];
const COLUMNS: readonly Column<Row>[] = [
  { name: "text", cell: ([text]) => text },
  { name: "figure", cell: ([, figure]) => figure, kind: "amount" },
];

/** Reads RFC 4180 by its grammar, as a client would. */
function readCsv(csv: string): string[][] {
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
  const rows: string[][] = [[]];
  for (const [, text = "", end] of csv.matchAll(cell)) {
    rows.at(-1)?.push(text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

const formula = fc
  .tuple(
    fc.constantFrom("=", "+", "-", "@", "\t", "\r", "\n", " =", "\t+", "＝", "'=", "''-"),
    fc.string(),
  )
  .map((parts) => parts.join(""));

describe("a CSV answer", () => {
  it("reads back as it was written, cell by cell", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: "grapheme" }), formula), { maxLength: 4 }),
        (texts) => {
          const [header, ...rows] = readCsv(
            toCsv(
              COLUMNS,
              texts.map((text) => [text, "-1.00"]),
            ),
          );
          expect(header).toEqual(["text", "figure"]);
          expect(rows.map(([text = ""]) => textOfCell(text))).toEqual(texts);
        },
      ),
    );
  });

  it("disarms a free text that a spreadsheet would run as a formula", () => {
    fc.assert(
      fc.property(formula, (text) => {
        const cell = readCsv(toCsv(COLUMNS, [[text, "1.00"]]))[1]?.[0];
        expect(cell).toBe(`'${text}`);
      }),
    );
  });

  it("leaves negative amounts unchanged", () => {
    expect(toCsv(COLUMNS, [["Fee", "-1250.00"]])).toBe("text,figure\r\nFee,-1250.00\r\n");
  });

  it("begins with a byte order mark when it is written for spreadsheets", async () => {
    const rows = (async function* () {
      yield [{ kind: "text" as const, value: "é" }];
    })();
    const chunks: Uint8Array[] = [];
    for await (const chunk of writeCsv(rows)) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("\ufeffé\r\n");
  });
});
