import { readFileSync, readdirSync } from "node:fs";
import { AppError } from "@allfunds/contract/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import { withPlainDigits } from "./bank-amount.ts";
import { corpusIn, type CorpusCase } from "./corpus/corpus.fixture.ts";
import { readBankFile } from "./read-file.ts";
import { decodeFile } from "./file-text.ts";
import { wholeOf } from "./long-file.ts";
import { ZipArchive, isZip } from "./zip.ts";

/** One seed in an ordinary run; `npm run fuzz` gives a new one for each pass, and draws more. */
const DRAWS = {
  seed: Number(process.env["TEST_SEED"] ?? 1),
  numRuns: process.env["TEST_FUZZ"] === undefined ? 80 : 3_000,
};

const FOLDER = new URL("corpus/", import.meta.url);
const CASES: readonly CorpusCase[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".txt"))
  .flatMap((name) => corpusIn(readFileSync(new URL(name, FOLDER), "utf8")));

/** Pieces that mean something to one of the readers. */
const PIECES = [
  "\n",
  "\r",
  ",",
  ";",
  "\t",
  '"',
  "-",
  "(",
  ")",
  "1",
  "0",
  ".",
  "'",
  "&",
  "<",
  ">",
  "</",
  "<!",
  "]]>",
  "\u0000",
  ":61:",
  ":86:",
  "16,",
  "88,",
  "^\n",
  "<STMTTRN>",
  "</STMTTRN>",
  "EUR",
  "DR",
  "2026-01-10",
  "/",
  "?20",
  "\ufeff",
  "€",
].map((piece) => Buffer.from(piece));

interface Change {
  readonly at: number;
  readonly length: number;
  readonly kind: "insert" | "delete" | "repeat" | "byte" | "splice" | "cut";
  readonly piece: number;
}

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 200 }),
  kind: fc.constantFrom<Change["kind"]>("insert", "delete", "repeat", "byte", "splice", "cut"),
  piece: fc.nat(1_000_000),
});

function apply(bytes: Buffer, { at, length, kind, piece }: Change): Buffer {
  const place = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case "insert":
      return Buffer.concat([before, PIECES[piece % PIECES.length] ?? Buffer.alloc(0), after]);
    case "delete":
      return Buffer.concat([before, after.subarray(length)]);
    case "repeat":
      return Buffer.concat([before, ...Array(length).fill(after.subarray(0, 40)), after]);
    case "byte":
      return Buffer.concat([before, Buffer.from([piece % 256]), after.subarray(1)]);
    case "splice":
      return Buffer.concat([before, Buffer.from(CASES[piece % CASES.length]?.bytes ?? [])]);
    case "cut":
      return before;
  }
}

/** Digits without the zeros at both ends: those of `1.234,50`, `1234.5` and 123450 are the same. */
const core = (digits: string): string => digits.replace(/\D/g, "").replace(/^0+|0+$/g, "");

function textOf(bytes: Uint8Array): string {
  if (!isZip(bytes)) return wholeOf(decodeFile(bytes).text);
  const archive = new ZipArchive(bytes);
  return archive.names.map((name) => archive.textOf(name) ?? "").join("\n");
}

/** The digits of every amount that the text could hold, whatever the marks between them mean. */
function amountsIn(text: string): Set<string> {
  const amounts = new Set<string>();
  for (const run of text.match(/\d(?:[\d.,'’\u00b4\u02b9\u02bc\u2018 \u00a0\u202f]*\d)?/gu) ?? []) {
    const parts = run.split(/\D/u);
    for (let from = 0; from < parts.length; from += 1)
      for (let to = from + 1; to <= Math.min(parts.length, from + MOST_PARTS); to += 1)
        amounts.add(core(parts.slice(from, to).join("")));
  }
  return amounts;
}
const MOST_PARTS = 8;

/** Whether the text has the date, in any order of its parts, with a month's number or name. */
function hasDate(text: string, iso: string): boolean {
  const [year = "", month = "", day = ""] = iso.split("-");
  const [y, m, d] = [`(?:${year}|${year.slice(2)})`, `0?${Number(month)}`, `0?${Number(day)}`];
  const name = String.raw`\p{L}{3,12}\.?`;
  const spaced = [
    [y, m, d],
    [d, m, y],
    [m, d, y],
  ].map((parts) => parts.join(String.raw`[^\d\n]{1,3}`));
  // A name may stand right beside numbers, as in `15Jan2026`.
  const named = [
    [d, name, y],
    [name, d, y],
    [y, name, d],
  ].map((parts) => parts.join(String.raw`[^\d\n]{0,4}`));
  const compact = [`${year}${month}${day}`, `${day}${month}${year}`, `${month}${day}${year}`];
  const short = `${year.slice(2)}${month}${day}`;
  return new RegExp([...spaced, ...named, ...compact, short].join("|"), "u").test(text);
}

const CODES: ReadonlySet<string> = new Set([
  "STATEMENT_INVALID",
  "STATEMENT_AMBIGUOUS",
  "CURRENCY_MISMATCH",
  "INVALID_INPUT",
  "INVALID_AMOUNT",
]);

/** What is wrong with the reading of a changed file; undefined when it is read as it is, or refused with a code. */
function faultOf(bytes: Buffer, { reading }: CorpusCase): string | undefined {
  try {
    const { statement, format, mapping } = readBankFile(bytes, reading);
    // Fees are added to amounts; numbers of a workbook are rounded to what a sheet shows.
    if (mapping?.fee !== undefined || format === "XLSX") return undefined;
    const text = withPlainDigits(textOf(bytes).normalize("NFKC")).replaceAll("\u066b", ".");
    const amounts = amountsIn(text);
    const invented = statement.lines.find(
      ({ amountMinor, effectiveDate }) =>
        !amounts.has(core(`${amountMinor}`)) || !hasDate(text, effectiveDate),
    );
    if (invented === undefined) return undefined;
    return `${invented.effectiveDate} ${invented.amountMinor} is not in the file`;
  } catch (error) {
    if (error instanceof AppError && CODES.has(error.code)) return undefined;
    return error instanceof Error ? error.stack : String(error);
  }
}

const MOST_CPU_MS = 2_000;

test("a file that was changed is read as it is, or refused with a code, at once", () => {
  fc.assert(
    fc.property(
      fc.nat(CASES.length - 1),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      (at, changes) => {
        const [original] = CASES.slice(at);
        if (original === undefined) throw new Error("the corpus is empty");
        const bytes = changes.reduce(apply, Buffer.from(original.bytes));
        const start = process.cpuUsage();
        expect(faultOf(bytes, original)).toBeUndefined();
        const { user, system } = process.cpuUsage(start);
        expect((user + system) / 1000).toBeLessThan(MOST_CPU_MS);
      },
    ),
    DRAWS,
  );
});
