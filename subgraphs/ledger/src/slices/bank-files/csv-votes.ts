import { AppError } from "@allfunds/contract/errors";
import { currencyScale } from "@allfunds/contract/money";
import {
  DECIMAL_SEPARATORS,
  minorOf,
  parseBankAmount,
  readAmountText,
  type DecimalSeparator,
} from "./bank-amount.ts";
import { areCounted, dateFormatsOf, dateReader } from "./bank-date.ts";
import { isOut } from "./csv-words.ts";
import type { Rows, TableRow } from "./file-table.ts";
import { AmountKeeper } from "./packed-lines.ts";
import type { FaultPlace, StatementFaults } from "./statement.ts";

/** The cells of a row that say how much, and which way; empty where there is no such column. */
export type AmountCells = Readonly<Record<AmountRole, string>>;
type AmountRole = "amount" | "debit" | "credit" | "fee" | "direction";

export type Minus = "REPEATS_SIDE" | "TAKES_BACK";

/** A cell that votes on how all of its kind are written. */
export interface Written {
  readonly row: Pick<TableRow, "line">;
  readonly text: string;
  /** Rows that have the same text; 1 when it is left out. */
  readonly times?: number;
}

/** What all rows together leave open, the person who sends the file decides. */
export const ambiguous = (field: string, message: string): AppError =>
  new AppError("STATEMENT_AMBIGUOUS", `${message} Say which in ${field}.`, {
    violations: [{ path: field, message }],
  });

/** Shows nothing of how others are written: years stand in front of months nowhere else. */
const IS_ISO = /^\d{4}-\d{2}-\d{2}(?!\d)/;

/**
 * The format in which every row has a date, where ISO dates among others count as they are; when there is none, the one in which most have, so that the others are
 * faults.
 */
export function chooseDateFormat(all: readonly Written[]): string {
  const others = all.filter(({ text }) => !IS_ISO.test(text));
  const written = others.length === 0 ? all : others;
  if (areCounted(written.map(({ text }) => text)))
    throw ambiguous(
      "csv.dateFormat",
      `"${written[0]?.text}" in line ${written[0]?.row.line} may be a day that a spreadsheet counted (SERIAL, or SERIAL1904).`,
    );
  const [format, ...further] = dateFormatsOf(written.map(({ text }) => text));
  if (format === undefined) return commonFormatOf(written);
  const one = dateReader(format);
  for (const other of further) {
    const two = dateReader(other);
    const open = written.find(({ text }) => one(text) !== two(text));
    if (open !== undefined)
      throw ambiguous(
        "csv.dateFormat",
        `Every date can be read as ${format} and as ${other}: "${open.text}" in line ${open.row.line} is ${one(open.text)} or ${two(open.text)}.`,
      );
  }
  return format;
}

/** Where years are counted in another way too, two digits of one may be of either: 69 is 2026 in Thailand, 8 in Japan. */
export function ofThisEra(format: string, currency: string): string {
  if (!/^(JPY|THB|TWD)$/.test(currency) || format.includes("YYYY")) return format;
  throw ambiguous(
    "csv.dateFormat",
    `The years have two digits, and may be of another calendar; ${format} reads them as of this one.`,
  );
}

function commonFormatOf(written: readonly Written[]): string {
  const votes = new Map<string, number>();
  for (const { text, times = 1 } of written)
    for (const format of dateFormatsOf([text])) votes.set(format, (votes.get(format) ?? 0) + times);
  const [common = "YYYY-MM-DD"] = [...votes].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  return common;
}

/** Three digits behind a mark are thousands where the currency has no decimals. */
const isGroup = (digits: string, separator: DecimalSeparator, currency: string): boolean =>
  currencyScale(currency) === 0 && new RegExp(`\\${separator}\\d{3}$`).test(digits);

/** The decimal separator with which every cell is an amount; the one with fewer faults when none is. */
export function chooseSeparator(written: Iterable<Written>, currency: string): DecimalSeparator {
  let [pointFaults, commaFaults] = [0, 0];
  let open: Written | undefined;
  for (const each of written) {
    const digits = readAmountText(each.text)?.digits;
    const [point, comma] = DECIMAL_SEPARATORS.map((separator) =>
      digits === undefined || isGroup(digits, separator, currency)
        ? undefined
        : minorOf(digits, currency, separator),
    );
    if (point === undefined) pointFaults += 1;
    if (comma === undefined) commaFaults += 1;
    if (point !== comma) open ??= each;
  }
  if (pointFaults !== commaFaults) return pointFaults < commaFaults ? "." : ",";
  if (open === undefined) return ".";
  throw ambiguous(
    "csv.decimalSeparator",
    `Every amount can be read with a decimal point and with a decimal comma: "${open.text}" in line ${open.row.line}.`,
  );
}

interface Reading {
  readonly decimalSeparator: DecimalSeparator;
  /** What a minus means where a column or a word makes it a debit already. */
  readonly minus: Minus | undefined;
  readonly currency: string;
  readonly faults: StatementFaults;
  /** Fees are written as what the account loses by them. */
  readonly hasNegativeFees: boolean;
  /** Where the cell of a role is. */
  readonly placeOf: (row: TableRow, role: AmountRole) => FaultPlace;
}

/** The signed amount of each row in minor units, positive came in; undefined where it cannot be read. */
export function signedAmounts(
  rows: Rows,
  cellsOf: (row: TableRow) => AmountCells,
  reading: Reading,
): AmountKeeper {
  const signs = { debit: new SideSigns("debit"), credit: new SideSigns("credit") };
  const amounts = new AmountKeeper();
  for (const row of rows) {
    const read = readCells(cellsOf(row), row, reading);
    signs.debit.add(row, read?.debit);
    signs.credit.add(row, read?.credit);
    amounts.add(read && read.in - read.out);
  }
  if (reading.minus === undefined && !reading.faults.areAny) {
    signs.debit.refuseMixed();
    signs.credit.refuseMixed();
  }
  return amounts;
}

interface ReadCells {
  readonly in: bigint;
  readonly out: bigint;
  /** Debits and credits as they are written, when a column or a word makes them one. */
  readonly debit: bigint | undefined;
  readonly credit: bigint | undefined;
}

function readCells(
  { amount, debit, credit, fee, direction }: AmountCells,
  row: TableRow,
  { decimalSeparator, currency, faults, minus, hasNegativeFees, placeOf: place }: Reading,
): ReadCells | undefined {
  const minor = (text: string, role: AmountRole): bigint | undefined =>
    text === ""
      ? 0n
      : faults.catching(place(row, role), () => parseBankAmount(text, currency, decimalSeparator));
  const [total, out, came, ofFee] = [
    minor(amount, "amount"),
    minor(debit, "debit"),
    minor(credit, "credit"),
    minor(fee, "fee"),
  ];
  if (total === undefined || out === undefined || came === undefined || ofFee === undefined)
    return undefined;
  const charged = hasNegativeFees ? -ofFee : ofFee;
  // A fee may be charged alone.
  if (amount === "" && debit === "" && credit === "" && !/[1-9]/.test(fee))
    faults.add(place(row, "amount"), "the amount is missing");
  if (out !== 0n && came !== 0n)
    faults.add(place(row, "debit"), "both debit and credit are filled");
  const way = direction === "" ? undefined : isOut(direction);
  if (direction !== "" && way === undefined)
    faults.add(
      place(row, "direction"),
      `"${direction.slice(0, 40)}" is neither a debit nor a credit`,
    );
  const sized = (value: bigint): bigint => (value < 0n && minus !== "TAKES_BACK" ? -value : value);
  if (way !== undefined) {
    return way
      ? { in: 0n, out: sized(total) + charged, debit: total, credit: undefined }
      : { in: sized(total), out: charged, debit: undefined, credit: total };
  }
  if (amount !== "") return { in: total, out: charged, debit: undefined, credit: undefined };
  return {
    in: sized(came),
    out: sized(out) + charged,
    debit: debit === "" ? undefined : out,
    credit: credit === "" ? undefined : came,
  };
}

/**
 * The signs in front of debits, or of credits. Some banks write debits with a minus, some without. One minus among
 * debits without may take a debit back, or may not: a file in which both occur is not read.
 */
class SideSigns {
  readonly #side: "debit" | "credit";
  #negative: number | undefined;
  #positive: number | undefined;

  constructor(side: "debit" | "credit") {
    this.#side = side;
  }

  add({ line }: TableRow, minor: bigint | undefined): void {
    if (minor === undefined) return;
    if (minor < 0n) this.#negative ??= line;
    if (minor > 0n) this.#positive ??= line;
  }

  refuseMixed(): void {
    const [side, negative, positive] = [this.#side, this.#negative, this.#positive];
    if (negative === undefined || (positive === undefined && side === "debit")) return;
    throw ambiguous(
      "csv.minus",
      positive === undefined
        ? `Line ${negative} has a negative ${side}.`
        : `Line ${negative} has a negative ${side}, line ${positive} a positive one: the minus may take a ${side} back.`,
    );
  }
}
