import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CsvRecords } from "./csv-records.ts";
import { RowFaults } from "./parse-prices.ts";
import { PriceLines } from "./price-lines.ts";
import { PriceRows } from "./price-rows.ts";
import type { PriceCsvMapping, StagedRow } from "./price-rows.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const HEAD_BYTES = 19;

const mapping = (dateFormat: string, decimalSeparator = "."): PriceCsvMapping => ({
  date: "time",
  open: "open",
  high: "high",
  low: "low",
  close: "close",
  volume: "volume",
  dateFormat,
  decimalSeparator,
  delimiter: ";",
});
const HEADER = "time;open;high;low;close;volume;note\n";

/** The rows as the server reads them: what COPY's binary format means. */
function decode(bytes: Buffer): { ms: number; parts: (string | null)[] }[] {
  const rows = [];
  let at = HEAD_BYTES;
  while (bytes.readInt16BE(at) === 7) {
    at += 2;
    const fields = Array.from({ length: 7 }, () => {
      const length = bytes.readInt32BE(at);
      at += 4 + Math.max(length, 0);
      return length < 0 ? null : bytes.subarray(at - length, at);
    });
    const time = fields[0]!;
    const ms =
      time.length === 4
        ? Date.UTC(2000, 0, 1) + time.readInt32BE() * 86_400_000
        : Date.UTC(2000, 0, 1) + Number(time.readBigInt64BE()) / 1_000;
    rows.push({ ms, parts: fields.slice(1, 6).map((field) => field && decimalOf(field)) });
  }
  expect(bytes.readInt16BE(at)).toBe(-1);
  expect(at + 2).toBe(bytes.length);
  return rows;
}

function decimalOf(field: Buffer): string {
  const [count, weight, scale] = [
    field.readInt16BE(0),
    field.readInt16BE(2),
    field.readUInt16BE(6),
  ];
  const groups = Array.from({ length: count }, (_, index) => field.readInt16BE(8 + 2 * index));
  expect(groups[0]).not.toBe(0);
  expect(groups.at(-1)).not.toBe(0);
  const group = (place: number) => String(groups[weight - place] ?? 0).padStart(4, "0");
  let integer = "";
  for (let place = Math.max(weight, 0); place >= 0; place -= 1) integer += group(place);
  let fraction = "";
  for (let place = -1; fraction.length < scale; place -= 1) fraction += group(place);
  const digits = integer.replace(/^0+(?=\d)/, "");
  return scale === 0 ? digits : `${digits}.${fraction.slice(0, scale)}`;
}

const normal = (text: string | null) => text && text.replace(/^0+(?=\d)/, "");

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
const decimal = fc.oneof(
  digits(21),
  fc.tuple(digits(6), digits(13)).map((parts) => parts.join(".")),
  fc.constantFrom("", "0", "0.0000", " 1.5", "1.5 ", "-1", "1e3", ".5", "5.", "1,5", "NaN", "ä"),
);
const price = fc.integer({ min: 1, max: 99_999_999 }).map((cents) => (cents / 10_000).toString());
const bar = fc.tuple(price, price, price, price).map((prices) => {
  const [low, open, close, high] = [...prices].sort((a, b) => Number(a) - Number(b));
  return [open, high, low, close];
});
const time = fc.oneof(
  fc
    .integer({ min: 0, max: NOW / 1_000 + 99 })
    .map((second) => new Date(second * 1_000).toISOString()),
  fc.constantFrom("2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00.1239Z", ""),
);
const line = fc
  .tuple(time, fc.oneof(bar, fc.tuple(decimal, decimal, decimal, decimal)), decimal)
  .map(([at, parts, volume]) => [at, ...parts, volume, "no"].join(";"));
const file = fc.tuple(
  fc.array(
    fc.oneof(
      { weight: 9, arbitrary: line },
      fc.constantFrom("", " ", "a;b", '"2024-01-01T00:00:00Z";1;1;1;1;1;"x;y"'),
    ),
  ),
  fc.constantFrom("\n", "\r\n"),
  fc.integer({ min: 1, max: 99 }),
);

function readInPieces(content: string, map: PriceCsvMapping, length: number) {
  const lines = new PriceLines(map, NOW);
  const bytes = Buffer.from(content);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += length) {
    parts.push(...lines.push(bytes.subarray(at, at + length)));
  }
  parts.push(...lines.end());
  return { lines, rows: decode(Buffer.concat(parts)) };
}

/** The same file read as texts. */
function readAsTexts(content: string, map: PriceCsvMapping) {
  const records = new CsvRecords(map.delimiter);
  const complete = records.push(content);
  const [header, ...lines] = [...complete, ...records.end()];
  const reader = new PriceRows(map, header);
  const faults = new RowFaults();
  const rows: StagedRow[] = [];
  let withoutPrice = 0;
  for (const record of lines) {
    const row = reader.read(record, NOW);
    if (row === null) withoutPrice += 1;
    else if (typeof row === "string") faults.add(record.line, row);
    else if (faults.count === 0) rows.push(row);
  }
  return { faults, rows, count: lines.length - withoutPrice, withoutPrice };
}

test("a file cut anywhere holds the rows and the faults that its texts hold", () => {
  const map = mapping("YYYY-MM-DDTHH:mm:ssZ");
  fc.assert(
    fc.property(file, ([body, lineEnd, length]) => {
      const content = HEADER + body.join(lineEnd);
      const { lines, rows } = readInPieces(content, map, length);
      const expected = readAsTexts(content, map);
      expect(lines.count).toBe(expected.count);
      expect(lines.withoutPrice).toBe(expected.withoutPrice);
      expect(lines.faults.violations).toEqual(expected.faults.violations);
      expect(rows).toEqual(
        expected.rows.map(({ ms, open, high, low, close, volume }) => ({
          ms,
          parts: [open, high, low, close, volume].map(normal),
        })),
      );
    }),
  );
});

test.each([
  ["DD.MM.YYYY", ",", "03.01.2000;1,5;2;1;1,50;7", { ms: Date.UTC(2000, 0, 3), close: "1.50" }],
  [
    "D/M/YYYY",
    ".",
    "3/1/2000;;;;12345678.00009;",
    { ms: Date.UTC(2000, 0, 3), close: "12345678.00009" },
  ],
  ["X", ".", "946684801;;;;0.000000000001;", { ms: 946_684_801_000, close: "0.000000000001" }],
])("a price written %s with %s is read", (format, separator, text, expected) => {
  const { rows } = readInPieces(`\uFEFF${HEADER}${text};\n`, mapping(format, separator), 5);
  expect({ ms: rows[0]?.ms, close: rows[0]?.parts[3] }).toEqual(expected);
});
