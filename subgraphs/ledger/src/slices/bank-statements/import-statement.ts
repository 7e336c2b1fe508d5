import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { CommandPort, CommandRequest } from "../../engine/command-bus.ts";
import type { AccountObject } from "../accounts/account-object.ts";
import { cleanText, type BankStatement, type BankStatementLine } from "../bank-files/statement.ts";
import type { ContraAccount } from "../contra-accounts/contra-account.ts";
import type { PostStatementLine } from "./statement-line.ts";
import { accountByRule, directionOf, type StatementRule } from "./statement-rule.ts";

// Other writers of the book get their turn between two chunks.
const CHUNK_LINES = 250;

export interface ImportTarget {
  readonly importId: string;
  readonly account: AccountObject;
  readonly receiptsAccountId: string | undefined;
  readonly paymentsAccountId: string | undefined;
  readonly rules: readonly StatementRule[];
}

export interface ImportOutcome {
  readonly posted: number;
  readonly duplicates: number;
  /** Lines above a limit: they wait for another person. */
  readonly proposed: number;
}

/**
 * What makes a line the same line in another file: the bank's own number where it gives one, else the
 * text, always with date and amount. Equal lines of one file are distinguished by counting them.
 */
export function fingerprints(lines: readonly BankStatementLine[]): string[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const name =
      line.reference === null ? ["text", line.description] : ["reference", line.reference];
    const content = JSON.stringify([...name, line.effectiveDate, line.amountMinor.toString()]);
    const occurrence = (seen.get(content) ?? 0) + 1;
    seen.set(content, occurrence);
    return `${content}#${occurrence}`;
  });
}

/**
 * Posts the lines of a statement, each once whatever files it comes in: a line's fingerprint is its
 * idempotency key, so that a repeat, an overlap or a resumed import adds nothing twice.
 */
export async function importLines(
  books: CommandPort<PostStatementLine>,
  context: RequestContext,
  target: ImportTarget,
  statement: BankStatement,
): Promise<ImportOutcome> {
  const names = fingerprints(statement.lines);
  const orders = statement.lines.map((line, index) => toOrder(target, line, names[index] ?? ""));
  let [posted, proposed] = [0, 0];
  for (let start = 0; start < orders.length; start += CHUNK_LINES) {
    const chunk = orders.slice(start, start + CHUNK_LINES);
    const verdicts = await books.executeEach(context, target.account.fundId, chunk, false);
    for (const [index, verdict] of verdicts.entries()) {
      if (verdict.replayed === true) continue;
      if (verdict.accepted) posted += 1;
      else if (verdict.refusal.code === "APPROVAL_REQUIRED") proposed += 1;
      else throw refusedLine(statement.lines[start + index], verdict.refusal);
    }
  }
  return { posted, proposed, duplicates: orders.length - posted - proposed };
}

const refusedLine = (line: BankStatementLine | undefined, refusal: AppError): AppError =>
  new AppError(refusal.code, `Line ${line?.fileLine ?? 0}: ${refusal.message}`, { cause: refusal });

function toOrder(
  target: ImportTarget,
  line: BankStatementLine,
  fingerprint: string,
): CommandRequest<PostStatementLine> {
  const { account, importId } = target;
  const { counterparty, bookingDate, reversal, details } = line;
  return {
    bookId: account.fundId,
    command: {
      kind: "PostStatementLine",
      fundId: account.fundId,
      transactionId: newId(),
      accountId: account.id,
      amountMinor: line.amountMinor,
      effectiveDate: line.effectiveDate,
      description: line.description,
      reference: line.reference === null ? null : cleanText(line.reference, 140) || null,
      counterparty,
      metadata: {
        importId,
        bookingDate,
        ...(counterparty === undefined ? {} : { counterparty }),
        ...(reversal ? { reversal } : {}),
        ...details,
      },
      importId,
      contra: contraOf(target, line),
    },
    key: `statement ${account.id} ${fingerprint}`,
    // Which import brings a line first does not make it another line.
    content: fingerprint,
  };
}

/** The account of a rule, else receipts for what came in and payments for what went out. */
function contraOf(target: ImportTarget, line: BankStatementLine): ContraAccount {
  const { currency } = target.account;
  const byRule = accountByRule(target.rules, line);
  return directionOf(line) === "IN"
    ? {
        accountId: byRule ?? target.receiptsAccountId,
        own: {
          freshId: newId(),
          code: `UNALLOCATED-RECEIPTS-${currency.replace("/", ".")}`,
          name: "Unallocated receipts",
          type: "INCOME",
        },
      }
    : {
        accountId: byRule ?? target.paymentsAccountId,
        own: {
          freshId: newId(),
          code: `UNALLOCATED-PAYMENTS-${currency.replace("/", ".")}`,
          name: "Unallocated payments",
          type: "EXPENSE",
        },
      };
}

/** The accounts an import works on must fit together before its first line is posted. */
export function checkTarget(account: AccountObject, contras: readonly AccountObject[]): void {
  if (account.type !== "ASSET" && account.type !== "LIABILITY") {
    throw invalidInput("accountId", "must be an asset or a liability to have a bank statement");
  }
  for (const contra of contras) {
    if (contra.fundId !== account.fundId) {
      throw new AppError("ACCOUNT_NOT_FOUND", `The fund has no account ${contra.id}.`);
    }
    if (contra.id === account.id)
      throw invalidInput("accountId", "cannot be its own contra account");
    if (contra.currency !== account.currency) {
      throw new AppError(
        "CURRENCY_MISMATCH",
        `Account ${contra.code} is kept in ${contra.currency}, not in ${account.currency}.`,
      );
    }
  }
}
