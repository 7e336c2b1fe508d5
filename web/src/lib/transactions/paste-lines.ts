import { signOf } from "../money/money.ts";
import { readAmount } from "../money/read-amount.ts";
import { MAXIMUM_LINES, type JournalLine } from "./journal-form.ts";

interface PastedAccount {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly currency: string;
}

/**
 * Reads cells of a spreadsheet as lines: the account by its code or name, then debit and credit, or one amount
 * with a sign, where above zero is a debit. Headings are left out. A line whose account is not found is kept
 * without one. Undefined for a text that is no table. `point` is the decimal sign of the reader.
 */
export function readPastedLines(
  text: string,
  accounts: readonly PastedAccount[],
  point: string,
): JournalLine[] | undefined {
  if (!text.includes("\t")) return undefined;
  const lines = text
    .split(/\r?\n/)
    .filter((row) => row.trim() !== "")
    .map((row) => readRow(row.split("\t"), accounts, point))
    .filter((line) => line !== undefined);
  return lines.length === 0 ? undefined : lines.slice(0, MAXIMUM_LINES);
}

function readRow(
  cells: readonly string[],
  accounts: readonly PastedAccount[],
  point: string,
): JournalLine | undefined {
  const [named = "", first = "", second] = cells.map((cell) => cell.trim());
  const account = find(named, accounts);
  const isAmount = (text: string) => readAmount(text, account?.currency, point) !== undefined;
  if (!isAmount(first) && !isAmount(second ?? "")) return undefined;
  const accountId = account?.id ?? "";
  const isZero = (text: string) => signOf(readAmount(text, account?.currency, point) ?? "0") === 0;
  if (second === undefined) return { accountId, ...bySign(first, account?.currency, point) };
  return { accountId, debit: isZero(first) ? "" : first, credit: isZero(second) ? "" : second };
}

/** One signed amount as a debit or, below zero and without its sign, a credit. */
function bySign(
  text: string,
  currency: string | undefined,
  point: string,
): Pick<JournalLine, "debit" | "credit"> {
  const amount = readAmount(text, currency, point) ?? "";
  const isCredit = signOf(amount) < 0;
  return {
    debit: isCredit ? "" : text,
    credit: isCredit ? amount.slice(1).replace(".", point) : "",
  };
}

function find(text: string, accounts: readonly PastedAccount[]): PastedAccount | undefined {
  const wanted = text.toLowerCase();
  return accounts.find(({ code, name }) =>
    [code, name, `${code} ${name}`].some((each) => each.toLowerCase() === wanted),
  );
}
