import type { StatementLinePartInput } from "../graph/graph-types.generated.ts";
import { readAmount } from "../money/read-amount.ts";

/** A row of a form: so much of a statement line, on an account. */
export interface PartRow {
  /** Number of the line, where a form has several. */
  line: string;
  accountId: string;
  amount: string;
}

export const freshRows = (count: number): PartRow[] =>
  Array.from({ length: count }, () => ({ line: "", accountId: "", amount: "" }));

/** Reads as many rows as the form has, at least `count`. */
export function readRows(form: FormData, count: number): PartRow[] {
  const all = (name: string): string[] =>
    form.getAll(`part.${name}`).map((value) => (typeof value === "string" ? value.trim() : ""));
  const [lines, accounts, amounts] = [all("line"), all("account"), all("amount")];
  const length = Math.max(count, accounts.length);
  return Array.from({ length }, (_, at) => ({
    line: lines[at] ?? "",
    accountId: accounts[at] ?? "",
    amount: amounts[at] ?? "",
  }));
}

/** Rows into which something was entered. */
export const filledRows = (rows: readonly PartRow[]): PartRow[] =>
  rows.filter((row) => row.line !== "" || row.accountId !== "" || row.amount !== "");

/** Whether each row that is not empty has an account and an amount. */
export const areWhole = (rows: readonly PartRow[]): boolean =>
  filledRows(rows).every(({ accountId, amount }) => accountId !== "" && amount !== "");

/** Amounts as people write them, whose figures have this decimal sign. The ledger explains what is none. */
export const toParts = (rows: readonly PartRow[], point: string): StatementLinePartInput[] =>
  filledRows(rows).map(({ accountId, amount }) => ({
    accountId,
    amount: readAmount(amount, undefined, point) ?? amount,
  }));

/** The parts of each line, by its number. */
export const toSplits = (rows: readonly PartRow[], point: string) =>
  [...Map.groupBy(filledRows(rows), ({ line }) => Number(line))].map(([line, own]) => ({
    line,
    parts: toParts(own, point),
  }));
