import { randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import {
  minorUnits,
  money,
  post,
  type BankStatement,
  type Fund,
  type StatementLine,
  type Transaction,
} from "./books.ts";
import { codedError } from "./coded-error.ts";
import { accountValue } from "./ledger-resolvers.ts";

type StatementFile = Pick<Graph.ImportStatementInput, "accountId" | "contentBase64" | "splits">;

/** The rows "date,description,amount" of a file. */
function rowsOf({ contentBase64 }: StatementFile): string[] {
  const text = Buffer.from(contentBase64 ?? "", "base64").toString();
  return text.trim().split("\n").slice(1);
}

/** Compares a row with what the account's statements posted. */
function readRow(fund: Fund, accountId: string, row: string, number: number): StatementLine {
  const [effectiveDate = "", description = "", amount = ""] = row.split(",");
  const known = fund.statements
    .filter((each) => each.accountId === accountId && each.undoReason === null)
    .flatMap(({ lines }) => lines)
    .filter(({ transaction }) => transaction !== null);
  const same = known.find((line) => line.row === row);
  const alike = known.find(
    (line) => line.effectiveDate === effectiveDate && line.amount === amount,
  );
  const verdict = same ? "DUPLICATE" : alike ? "POSSIBLE_DUPLICATE" : "NEW";
  const earlier = (same ?? alike)?.transaction ?? null;
  const line = { number, row, effectiveDate, description, amount, verdict, earlier } as const;
  return { ...line, decision: null, transaction: null };
}

/** What an import of a file would do. */
export function previewCsv(fund: Fund, file: StatementFile) {
  const { currency } = fund;
  const lines = rowsOf(file).map((row, at) => readRow(fund, file.accountId, row, at + 1));
  const count = (wanted: Graph.StatementLineVerdict) =>
    lines.filter(({ verdict }) => verdict === wanted).length;
  return {
    format: "CSV" as const,
    encoding: "utf-8",
    csv: null,
    iban: null,
    lineCount: lines.length,
    newLines: count("NEW"),
    duplicates: count("DUPLICATE"),
    possibleDuplicates: count("POSSIBLE_DUPLICATE"),
    skipped: 0,
    openingBalance: null,
    closingBalance: null,
    breaks: [],
    lines: lines.map((line) => ({
      fileLine: line.number + 1,
      effectiveDate: line.effectiveDate,
      bookingDate: line.effectiveDate,
      amount: { amount: line.amount, currency },
      description: line.description,
      counterparty: null,
      reference: null,
      takesBack: false,
      verdict: line.verdict,
      earlierTransactionId: line.earlier?.id ?? null,
      contraAccountId: null,
      parts: partsOf(fund, file, line.number),
    })),
  };
}

/** Where a line goes that the form splits. */
const partsOf = ({ accounts, currency }: Fund, { splits }: StatementFile, number: number) =>
  (splits?.find(({ line }) => line === number)?.parts ?? []).map(({ accountId, amount }) => {
    const account = accounts.find(({ id }) => id === accountId);
    if (account === undefined) throw new Error(`There is no account ${accountId}.`);
    return { account: accountValue(account), amount: { amount, currency }, dimensions: [] };
  });

/** Posts the new lines of a file; duplicates and possible duplicates are left out. */
export function importCsv(fund: Fund, file: StatementFile): BankStatement {
  const { accountId } = file;
  const lines = rowsOf(file).map((row, at) => readRow(fund, accountId, row, at + 1));
  for (const line of lines) {
    if (line.verdict === "NEW") line.transaction = postLine(fund, accountId, line);
  }
  const statement = { id: randomUUID(), accountId, lines, undoReason: null };
  fund.statements.push(statement);
  return statement;
}

function postLine(fund: Fund, accountId: string, line: StatementLine, isUndo = false): Transaction {
  const capital = fund.accounts.find(({ code }) => code === "3000");
  if (!capital) throw new Error("The fund has no unit capital to post against.");
  const isReceipt = line.amount.startsWith("-") === isUndo;
  const amount = line.amount.replace("-", "");
  return post(fund, {
    effectiveDate: line.effectiveDate,
    description: line.description,
    entries: [
      { accountId, side: isReceipt ? "DEBIT" : "CREDIT", amount },
      { accountId: capital.id, side: isReceipt ? "CREDIT" : "DEBIT", amount },
    ],
  }).transaction;
}

/** Reverses what an import posted, unless a part of it was reversed already. */
export function undoStatement(
  fund: Fund,
  statement: BankStatement,
  reason: string,
  reversed: ReadonlySet<string>,
): void {
  const posted = statement.lines.filter(({ transaction }) => transaction !== null);
  const touched = posted.flatMap(({ transaction }) =>
    transaction !== null && reversed.has(transaction.id) ? [transaction] : [],
  );
  if (touched.length > 0) {
    const message = `${touched.length} of its transactions were reversed since.`;
    const violations = touched.map(({ id }) => ({
      path: `transaction ${id}`,
      message: "was reversed since",
    }));
    throw codedError("ALREADY_REVERSED", message, { violations });
  }
  for (const line of posted) postLine(fund, statement.accountId, line, true);
  statement.undoReason = reason;
}

/** The lines with these numbers, which must be possible duplicates that are not posted. */
function openLines({ lines }: BankStatement, numbers: readonly number[]): StatementLine[] {
  return numbers.map((number) => {
    const line = lines.find((each) => each.number === number);
    if (line?.verdict === "POSSIBLE_DUPLICATE" && line.transaction === null) return line;
    const message = `Line ${number} was not left out as a possible duplicate.`;
    throw codedError("STATEMENT_INVALID", message);
  });
}

export function confirmLines(fund: Fund, statement: BankStatement, numbers: readonly number[]) {
  for (const line of openLines(statement, numbers)) {
    line.transaction = postLine(fund, statement.accountId, line);
    line.decision = "CONFIRMED";
  }
}

export function rejectLines(statement: BankStatement, numbers: readonly number[]): void {
  for (const line of openLines(statement, numbers)) line.decision = "REJECTED";
}

/** A statement of the fund's last payments, with one line that may be a duplicate of the last. */
export function sampleStatement(fund: Fund, accountId: string): BankStatement {
  const paid = fund.transactions.slice(-3).flatMap((transaction) => {
    const entry = transaction.entries.find(({ account }) => account.id === accountId);
    return entry === undefined ? [] : [{ transaction, entry }];
  });
  const lines = paid.map(({ transaction, entry }, at): StatementLine => {
    const { effectiveDate, description } = transaction;
    const signed = entry.side === "DEBIT" ? entry.amount : -entry.amount;
    const { amount } = money(signed, entry.account.currency);
    const row = [effectiveDate, description, amount].join(",");
    const verdict = "NEW" as const;
    const number = at + 1;
    const line = { number, row, effectiveDate, description, amount, verdict, transaction };
    return { ...line, earlier: null, decision: null };
  });
  const last = lines.at(-1);
  if (last === undefined) throw new Error("The fund has no payments of this account.");
  const description = `${last.description} (booked)`;
  const alike: StatementLine = {
    ...last,
    number: lines.length + 1,
    row: [last.effectiveDate, description, last.amount].join(","),
    description,
    verdict: "POSSIBLE_DUPLICATE",
    earlier: last.transaction,
    transaction: null,
  };
  return { id: randomUUID(), accountId, lines: [...lines, alike], undoReason: null };
}

/** What a statement moves, in minor units. */
export const totalOf = ({ lines }: BankStatement): bigint =>
  lines.reduce((total, { amount }) => {
    const size = minorUnits(amount.replace("-", ""));
    return amount.startsWith("-") ? total - size : total + size;
  }, 0n);
