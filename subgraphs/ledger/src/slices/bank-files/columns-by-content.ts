import { CURRENCY_CODES, readAmountText } from "./bank-amount.ts";
import { dateFormatsOf } from "./bank-date.ts";
import { isAmount, SAMPLE_ROWS, type ColumnRole } from "./columns.ts";
import { isOut, isPlainDirection, stateOf } from "./csv-words.ts";
import type { Rows, TableRow } from "./file-table.ts";

/**
 * The roles of a table whose names are in no known language: only those that balances prove, which follow from one row
 * to the next by its amount. Rows without a date stand before and after the table.
 */
export function rolesByBalance(rows: Rows): Map<ColumnRole, number> | undefined {
  const dated = Array.from(rows.slice(0, SAMPLE_ROWS)).filter(({ cells }) => cells.some(isDate));
  const roles = rolesByContent(dated, isAmount);
  return roles.has("date") && roles.has("balance") ? roles : undefined;
}

const isDate = (cell: string): boolean => dateFormatsOf([cell]).length > 0;
/** Where nothing proves it, a number without decimals may be anything. */
const isPlainAmount = (cell: string): boolean => /[.,-]|^0$/.test(cell) && isAmount(cell);

/** The roles of a table without a header, by what its columns hold. */
export function rolesByContent(
  rows: Rows,
  mayMove: (cell: string) => boolean = isPlainAmount,
): Map<ColumnRole, number> {
  const sample = Array.from(rows.slice(0, SAMPLE_ROWS));
  const width = Math.max(0, ...sample.map(({ cells }) => cells.length));
  const roles = new Map<ColumnRole, number>();
  const amounts: number[] = [];
  const texts: { at: number; signs: number }[] = [];
  for (let at = 0; at < width; at += 1) {
    const cells = sample.map((row) => row.cells[at] ?? "").filter((cell) => !isNothing(cell));
    // States are no text: what is not booked must not be posted.
    if (cells.length === 0 || isOfStates(cells)) continue;
    if (dateFormatsOf(cells).length > 0) {
      if (!roles.has("date")) roles.set("date", at);
      else if (!roles.has("valueDate")) roles.set("valueDate", at);
    } else if (cells.every(mayMove)) amounts.push(at);
    else if (cells.every((cell) => CURRENCY_CODES.has(cell))) {
      if (!roles.has("currency")) roles.set("currency", at);
    } else if (cells.every((cell) => /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(cell)))
      roles.set("accountIban", at);
    else texts.push({ at, signs: cells.join("").match(/\p{L}/gu)?.length ?? 0 });
  }
  for (const [role, at] of amountsAmong(withSides(sample), amounts)) roles.set(role, at);
  const longest = texts.toSorted((one, other) => other.signs - one.signs)[0];
  if (longest !== undefined) roles.set("description", longest.at);
  return roles;
}

/** Some banks write a dash where nothing moved. */
const isNothing = (cell: string): boolean => /^[-–—]*$/.test(cell);

const isOfStates = (cells: readonly string[]): boolean =>
  [true, false].every((state) => cells.some((cell) => stateOf(cell) === state)) &&
  cells.every((cell) => stateOf(cell) !== undefined);

/** A row, and the side that a column of nothing but debits and credits gives its amount. */
interface SidedRow extends TableRow {
  readonly isOut: boolean;
}

function withSides(rows: readonly TableRow[]): SidedRow[] {
  const width = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const places = Array.from({ length: width }, (_, at) => at);
  const side = places.find((at) => rows.every(({ cells }) => isPlainDirection(cells[at] ?? "")));
  return rows.map(({ line, cells }) => ({
    line,
    cells,
    isOut: side !== undefined && isOut(cells[side] ?? "") === true,
  }));
}

/**
 * Of several columns of amounts one is the amount and one the balance that follows it: the only pair in which the
 * balances lead along the amounts; or two are debits and credits, of which each row has one. The one column with a
 * minus is the amount when nothing leads.
 */
function amountsAmong(
  rows: readonly SidedRow[],
  columns: readonly number[],
): [ColumnRole, number][] {
  if (columns.length < 2) return columns.map((at) => ["amount", at]);
  // Three columns that agree prove more than two: of the first row no balance before it shows what it moved.
  const sides = sidesAmong(rows, columns);
  if (sides.length > 0) return sides;
  const pairs = pairsOf(columns).map(([amount, balance]) => ({ amount, balance }));
  const proven = pairs.filter(
    ({ amount, balance }) =>
      rows.every((row) => isFilled(row, amount)) &&
      isNoCount(rows, amount) &&
      leadsAlong(rows, (row) => movedIn(row, amount), balance),
  );
  const [only, second] = proven;
  if (
    only !== undefined &&
    (second === undefined || proven.every((each) => each.amount === only.amount))
  )
    return [
      ["amount", only.amount],
      ["balance", (proven.at(-1) ?? only).balance],
    ];
  const signedSides = signedSidesAmong(rows, columns);
  if (signedSides.length > 0) return signedSides;
  const signed = columns.filter((at) => rows.some(({ cells }) => (cells[at] ?? "").includes("-")));
  return signed.length === 1 ? [["amount", signed[0] ?? 0]] : [];
}

/** Whole numbers of one size lead along whatever is counted, such as numbers of documents. */
const isNoCount = (rows: readonly TableRow[], at: number): boolean => {
  const cells = rows.map((row) => row.cells[at] ?? "");
  const sizes = new Set(cells.map((cell) => sizeOf(hundredthsOf(cell) ?? 0n)));
  return sizes.size > 1 || cells.some((cell) => /[.,]\d{2}\b/.test(cell));
};

const isFilled = ({ cells }: TableRow, at: number): boolean => (cells[at] ?? "") !== "";
const moves = ({ cells }: TableRow, at: number): boolean => /[1-9]/.test(cells[at] ?? "");

const pairsOf = (columns: readonly number[]): [number, number][] =>
  columns.flatMap((one) =>
    columns.filter((at) => at !== one).map((at): [number, number] => [one, at]),
  );

/** Debits, credits and the balance that leads along both: the only three columns of which that is true. */
function sidesAmong(rows: readonly SidedRow[], columns: readonly number[]): [ColumnRole, number][] {
  const proven = pairsOf(columns).flatMap(([debit, credit]) => {
    if (!rows.every((row) => moves(row, debit) !== moves(row, credit))) return [];
    const moved = ({ cells }: TableRow): bigint =>
      (hundredthsOf(cells[credit] ?? "") ?? 0n) - sizeOf(hundredthsOf(cells[debit] ?? "") ?? 0n);
    return columns
      .filter((at) => at !== debit && at !== credit && leadsAlong(rows, moved, at))
      .map((balance) => ({ debit, credit, balance }));
  });
  const [only, second] = proven;
  return only === undefined || second !== undefined
    ? []
    : [
        ["debit", only.debit],
        ["credit", only.credit],
        ["balance", only.balance],
      ];
}

const sizeOf = (amount: bigint): bigint => (amount < 0n ? -amount : amount);

/** Of two columns each row has one, and all of one have a minus and none of the other. */
function signedSidesAmong(
  rows: readonly TableRow[],
  columns: readonly number[],
): [ColumnRole, number][] {
  const found = pairsOf(columns).find(([debit, credit]) =>
    rows.every(
      (row) =>
        moves(row, debit) !== moves(row, credit) &&
        isNegative(row, debit) === moves(row, debit) &&
        !isNegative(row, credit),
    ),
  );
  const isEach = found?.every((at) => rows.some((row) => moves(row, at)));
  if (columns.length !== 2 || found === undefined || isEach !== true) return [];
  return [
    ["debit", found[0]],
    ["credit", found[1]],
  ];
}

const isNegative = ({ cells }: TableRow, at: number): boolean =>
  readAmountText(cells[at] ?? "")?.negative === true;

const movedIn = ({ cells, isOut: out }: SidedRow, at: number): bigint => {
  const size = hundredthsOf(cells[at] ?? "") ?? 0n;
  return out && size > 0n ? -size : size;
};

/** Hundredths of an amount whose last mark before one or two digits is the decimal one. */
export const hundredthsOf = (cell: string): bigint | undefined => {
  const read = readAmountText(cell);
  if (read === undefined) return undefined;
  const { digits, negative } = read;
  const [end = "", one = "", other = ""] =
    /(?:[.,](\d{1,2})|\u066b(\d{1,2})\d*)$/u.exec(digits) ?? [];
  const whole = digits.slice(0, digits.length - end.length).replace(/\D/g, "");
  const minor = BigInt(`${whole}${(one || other).padEnd(2, "0")}`);
  return negative ? -minor : minor;
};

/** Whether each balance is the one before it and what was moved, in this order of the rows or the other. */
function leadsAlong(
  rows: readonly SidedRow[],
  moved: (row: SidedRow) => bigint,
  balance: number,
): boolean {
  if (rows.length < 2) return false;
  const steps = rows.map((row) => ({
    moved: moved(row),
    reached: hundredthsOf(row.cells[balance] ?? ""),
  }));
  // A row without a balance is no proof: nothing is not zero.
  return [steps, steps.toReversed()].some((inOrder) =>
    inOrder.every(({ moved: by, reached }, at) => {
      const before = at === 0 ? 0n : inOrder[at - 1]?.reached;
      return reached !== undefined && before !== undefined && (at === 0 || reached === before + by);
    }),
  );
}
