import { isAmount, isScaled, plainName, rolesOf, SAMPLE_ROWS } from "./columns.ts";
import { hundredthsOf } from "./columns-by-content.ts";
import type { Columns } from "./csv-columns.ts";
import type { Rows, TableRow } from "./file-table.ts";
import { invalidStatement, type WantedAccount } from "./statement.ts";

const UNIT = String.raw`(?:thousands?|teur|tchf|tusd|keur|tausend|milliers|miles de|migliaia|duizend(?:en)?|tys|millions?|millionen|mio)`;
/** What is in thousands is named, or nothing stands behind the unit but a currency. */
const IN_THOUSANDS = new RegExp(
  String.raw`\b(?:amounts?|figures|values|betr[äa]ge|angaben|werte|montants?|importes|valores|importi|bedragen|kwoty)\b[^,;|]{0,30}?\b${UNIT}\b` +
    String.raw`|\b(?:in|en|w)\s+(?:[a-z]{3}\s+)?${UNIT}\b\.?(?:\s+(?:of\s+)?[a-z]{3})?\s*(?:[).,:;]|$)` +
    String.raw`|\b(?:in|en) T€|\(000s?\)|['’]000\b`,
  "iu",
);
const HUNDREDTHS = /^(cts?|cents?|centimes?|centavos|rp|rappen|pence|gr|groszy)$/;

/** Amounts in cents or thousands, and those whose cents stand in a column of their own, would be posted as others. */
export function refuseScaled(
  columns: Columns,
  header: TableRow | undefined,
  before: Rows,
  { currency }: WantedAccount,
): void {
  const unit = (name: string): Error =>
    invalidStatement(`${name.slice(0, 80)} has amounts in another unit than ${currency}.`);
  for (const role of ["amount", "debit", "credit"] as const) {
    const name = header?.cells[columns.get(role) ?? -1] ?? "";
    if (isScaled(name)) throw unit(`The column "${name}"`);
  }
  const cents = header?.cells.find((name) => HUNDREDTHS.test(plainName(name)));
  if (cents !== undefined)
    throw invalidStatement(
      `The column "${cents}" has the hundredths of amounts in ${currency}; put them behind the amounts.`,
    );
  const note = Array.from(before)
    .flatMap(({ cells }) => cells)
    .find((cell) => cell.length < 200 && IN_THOUSANDS.test(cell));
  if (note !== undefined) throw unit(`The table below "${note}"`);
}

/** The amount is what is left of it: nothing is added to it. */
const IS_LEFT =
  /^(net|netto|net amount|nettobetrag|(billing|billed|account|settlement|posted) amount)\b/;

/**
 * A column that has what the amount and a third one come to, as with a tax or a tip, may be what was moved; so may one
 * that differs from the amount in nothing but the number or the case of its name.
 */
export function totalIn(
  header: TableRow | undefined,
  rows: Rows,
  columns: Columns,
): string | undefined {
  const amount = columns.get("amount");
  if (header === undefined || amount === undefined) return undefined;
  const taken = new Set(columns.values());
  const sample = Array.from(rows.slice(0, SAMPLE_ROWS));
  const others = header.cells.flatMap((name, at) =>
    name !== "" &&
    !isSide(name) &&
    at !== amount &&
    !taken.has(at) &&
    sample.some((row) => isMoney(row, at))
      ? [at]
      : [],
  );
  const nameOf = (at: number): string => `"${(header.cells[at] ?? "").slice(0, 40)}"`;
  const stem = stemOf(header.cells[amount] ?? "");
  const twin = others.find(
    (at) =>
      stemOf(header.cells[at] ?? "") === stem &&
      sample.some((row) => valueAt(row, at) !== valueAt(row, amount)),
  );
  if (twin !== undefined) return `The column ${nameOf(twin)} has the name of the amount`;
  if (IS_LEFT.test(plainName(header.cells[amount] ?? ""))) return undefined;
  for (const total of others)
    for (const part of others)
      if (part !== total && addsUp(sample, amount, part, total))
        return `The column ${nameOf(total)} has what the amount and ${nameOf(part)} come to`;
  return undefined;
}

const isSide = (name: string): boolean =>
  ["debit" as const, "credit" as const].some((role) => rolesOf([name]).has(role));

const stemOf = (name: string): string => plainName(name).replace(/ ?\d$/, "");

const isMoney = ({ cells }: TableRow, at: number): boolean =>
  /\d/.test(cells[at] ?? "") && isAmount(cells[at] ?? "");

const valueAt = ({ cells }: TableRow, at: number): bigint | undefined => {
  const cell = cells[at] ?? "";
  return cell === "" ? 0n : hundredthsOf(cell);
};

/** Whether one column is in every row the sum of two others, and in one row at least more than the first of them. */
function addsUp(rows: readonly TableRow[], one: number, other: number, sum: number): boolean {
  let isMore = false;
  for (const row of rows) {
    const [first, second, total] = [one, other, sum].map((at) => valueAt(row, at));
    if (first === undefined || second === undefined || total !== first + second) return false;
    isMore ||= second !== 0n;
  }
  return isMore;
}
