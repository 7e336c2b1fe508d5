import { CURRENCY_CODES, meansCurrency, readAmountText } from "./bank-amount.ts";
import { SAMPLE_ROWS, type ColumnRole } from "./columns.ts";
import type { Rows, TableRow } from "./file-table.ts";

type Found = Map<ColumnRole, number>;

const CODED =
  /^(?:(?<before>[A-Z]{3}) (?<name>.+)|(?<stem>.+?)[ (]+(?<behind>[A-Z]{3}|\p{Sc})\)?)$/u;

/** The name of a column of amounts, and the currency it has in front or behind: `Betrag EUR`, `Amount (USD)`. */
function codedName(name: string): { readonly stem: string; readonly code: string } | undefined {
  const { before, name: rest, stem, behind } = CODED.exec(name.trim())?.groups ?? {};
  const code = before ?? behind ?? "";
  if (!CURRENCY_CODES.has(code) && !/\p{Sc}/u.test(code)) return undefined;
  return { stem: (rest ?? stem ?? "").toLowerCase(), code };
}

/** Of columns with one name in several currencies the one in the account's. */
export function chooseCurrency(found: Found, names: readonly string[], currency: string): void {
  for (const role of ["amount", "debit", "credit", "balance"] as const) {
    const at = found.get(role);
    const own = codedName(names[at ?? -1] ?? "");
    if (own === undefined || meansCurrency(own.code, currency)) continue;
    const twin = names.findIndex((name) => {
      const other = codedName(name);
      return other?.stem === own.stem && meansCurrency(other.code, currency);
    });
    if (twin !== -1) found.set(role, twin);
  }
}

export const isFilled = (at: number, row: TableRow): boolean => (row.cells[at] ?? "") !== "";

/**
 * Of a signed amount and two columns of debit and credit, the amount counts when it is filled in every row and has the
 * sizes of the two: it may be of another currency, or a part of them.
 */
export function keepFilledAmount(found: Found, body: Rows): void {
  const [amount, debit, credit] = [found.get("amount"), found.get("debit"), found.get("credit")];
  if (amount === undefined || debit === undefined || credit === undefined) return;
  const isOther = (row: TableRow): boolean => {
    const sides = [debit, credit].filter((at) => isFilled(at, row) && sizeIn(at, row) !== "");
    return sides.length > 0 && !sides.some((at) => sizeIn(at, row) === sizeIn(amount, row));
  };
  if (body.some(isOther)) found.delete("amount");
}

const hasMinus = (at: number) => (row: TableRow) =>
  readAmountText(row.cells[at] ?? "")?.negative === true;

/** Amounts may stand twice, without signs and with them: those with signs count. */
export function keepSignedAmount(found: Found, body: Rows): void {
  const amount = found.get("amount");
  if (amount === undefined || found.has("direction")) return;
  const sample = body.slice(0, SAMPLE_ROWS);
  if (sample.some(hasMinus(amount))) return;
  const isSame = (at: number) => (row: TableRow) =>
    sizeIn(at, row) === sizeIn(amount, row) && isFilled(at, row) === isFilled(amount, row);
  const taken = new Set(found.values());
  for (let at = 0; at < (sample.at(0)?.cells.length ?? 0); at += 1)
    if (!taken.has(at) && sample.some(hasMinus(at)) && body.every(isSame(at))) {
      found.set("amount", at);
      return;
    }
}

/** The digits of an amount but for zeros around them; empty for nothing. */
const sizeIn = (at: number, row: TableRow): string =>
  (readAmountText(row.cells[at] ?? "")?.digits ?? "")
    .replace(/[.,\u066b]0*$|^0+(?=\d)|\D/gu, "")
    .replace(/^0+$/, "");
