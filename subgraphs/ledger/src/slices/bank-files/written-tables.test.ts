import { AppError } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readBankFile } from "./read-file.ts";

/** One seed in an ordinary run; `npm run fuzz` gives a new one for each pass, and draws more. */
const DRAWS = {
  seed: Number(process.env["TEST_SEED"] ?? 1),
  numRuns: process.env["TEST_FUZZ"] === undefined ? 80 : 3_000,
};

interface WrittenLine {
  readonly day: number;
  readonly minor: bigint;
  readonly text: string;
}

const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const isoOf = (day: number): string =>
  new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10);

/** How a bank may write a date. */
const DATES: readonly ((iso: string) => string)[] = [
  (iso) => iso,
  (iso) => `${iso.slice(8)}.${iso.slice(5, 7)}.${iso.slice(0, 4)}`,
  (iso) => `${iso.slice(8)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}`,
  (iso) => `${iso.slice(5, 7)}/${iso.slice(8)}/${iso.slice(0, 4)}`,
  (iso) => `${Number(iso.slice(8))}.${Number(iso.slice(5, 7))}.${iso.slice(2, 4)}`,
  (iso) => iso.replaceAll("-", ""),
  (iso) => `${iso} 12:34:56`,
  (iso) => `${iso.slice(8)} ${MONTHS[Number(iso.slice(5, 7)) - 1]} ${iso.slice(0, 4)}`,
];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** How a bank may write a size, without its sign. */
const SIZES: readonly ((plain: string) => string)[] = [
  (plain) => plain,
  (plain) => plain.replace(".", ","),
  (plain) => grouped(plain, ",", "."),
  (plain) => grouped(plain, ".", ","),
  (plain) => grouped(plain, "'", "."),
  (plain) => grouped(plain, "\u00a0", ","),
  (plain) => plain.replace(/\.?0+$/, ""),
];
const grouped = (plain: string, mark: string, decimal: string): string => {
  const [whole = "", fraction = ""] = plain.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, mark)}${decimal}${fraction}`;
};

/** How a bank may write which way: the cells of a line behind its text, and their header. */
type Way = readonly [readonly string[], (size: string, isOut: boolean) => readonly string[]];
const WAYS: readonly Way[] = [
  [["Amount"], (size, isOut) => [isOut ? `-${size}` : size]],
  [["Betrag"], (size, isOut) => [isOut ? `${size}-` : size]],
  [["Amount"], (size, isOut) => [isOut ? `(${size})` : size]],
  [["Amount"], (size, isOut) => [`${size} ${isOut ? "DR" : "CR"}`]],
  [["Montant"], (size, isOut) => [`${isOut ? "-" : "+"}${size} EUR`]],
  [["Bedrag", "Af Bij"], (size, isOut) => [size, isOut ? "Af" : "Bij"]],
  [["Debit", "Credit"], (size, isOut) => (isOut ? [size, ""] : ["", size])],
  [["Soll", "Haben"], (size, isOut) => (isOut ? [`-${size}`, ""] : ["", size])],
];

interface Dialect {
  readonly delimiter: string;
  readonly date: (iso: string) => string;
  readonly size: (plain: string) => string;
  readonly way: Way;
  readonly hasPreamble: boolean;
  readonly hasFooter: boolean;
  readonly isNewestFirst: boolean;
  readonly ends: string;
}
const dialect: fc.Arbitrary<Dialect> = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t", "|"),
  date: fc.constantFrom(...DATES),
  size: fc.constantFrom(...SIZES),
  way: fc.constantFrom(...WAYS),
  hasPreamble: fc.boolean(),
  hasFooter: fc.boolean(),
  isNewestFirst: fc.boolean(),
  ends: fc.constantFrom("\n", "\r\n", "\r"),
});
const writtenLines = fc
  .array(
    fc.record({
      day: fc.integer({ min: 0, max: 364 }),
      minor: fc.bigInt({ min: -10_000_000n, max: 10_000_000n }).filter((minor) => minor !== 0n),
      text: fc.constantFrom(
        "Rent",
        "Coffee, cake",
        "Miete; Januar",
        'The "Inn"',
        "7",
        "1,234.56",
        "EUR",
      ),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((lines): WrittenLine[] => lines.sort((one, other) => one.day - other.day));

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

function write(
  lines: readonly WrittenLine[],
  { delimiter, date, size, way, ...more }: Dialect,
): string {
  const [names, cellsOf] = way;
  const last = lines.length - 1;
  const inOrder = lines.map((line, at) => (more.isNewestFirst ? (lines[last - at] ?? line) : line));
  const rows = inOrder.map(({ day, minor, text }) => {
    const plain = formatAmount(minor < 0n ? -minor : minor, "EUR");
    return [date(isoOf(day)), text, ...cellsOf(size(plain), minor < 0n)];
  });
  const table = [["Date", "Description", ...names], ...rows]
    .map((row) => row.map(quoted).join(delimiter))
    .join(more.ends);
  const before = more.hasPreamble ? `Account statement${more.ends}${more.ends}` : "";
  const after = more.hasFooter ? `${more.ends}Printed by the bank` : "";
  return `${before}${table}${after}`;
}

/** The lines that are read, each as its date and minor units; undefined where something is asked. */
function linesOf(text: string): string[] | undefined {
  const reading = { format: undefined, csv: {}, currency: "EUR", account: undefined };
  try {
    return Array.from(
      readBankFile(text, reading).statement.lines,
      ({ effectiveDate, amountMinor }) => `${effectiveDate} ${amountMinor}`,
    );
  } catch (error) {
    if (error instanceof AppError && error.code === "STATEMENT_AMBIGUOUS") return undefined;
    throw error;
  }
}

test("a table is read as it was written, or what is open is asked, whatever its dialect", () => {
  fc.assert(
    fc.property(writtenLines, dialect, (lines, how) => {
      const written = lines.map(({ day, minor }) => `${isoOf(day)} ${minor}`);
      const read = linesOf(write(lines, how)) ?? written;
      expect(read).toHaveLength(written.length);
      expect(read).toEqual(expect.arrayContaining(written));
    }),
    DRAWS,
  );
});
