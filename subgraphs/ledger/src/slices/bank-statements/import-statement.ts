import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { CommandPort, CommandRequest } from "../../engine/command-bus.ts";
import type { Verdict } from "../../engine/decide.ts";
import type { AccountObject } from "../accounts/account-object.ts";
import { MAX_REPORTED, cleanText, type BankStatementLine } from "../bank-files/statement.ts";
import type { ContraAccount } from "../contra-accounts/contra-account.ts";
import type { PostStatementLine } from "./statement-line.ts";
import { accountByRule, directionOf, type StatementRule } from "./statement-rule.ts";

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

/** The key under which a line is posted once, whatever files it comes in. */
export const lineKey = (accountId: string, fingerprint: string): string =>
  `statement ${accountId} ${fingerprint}`;

/** A line of a statement, and what makes it the same line in another file. */
export interface NamedLine {
  readonly line: BankStatementLine;
  readonly fingerprint: string;
}

export const nameLines = (lines: readonly BankStatementLine[]): NamedLine[] => {
  const names = fingerprints(lines);
  return lines.map((line, at) => ({ line, fingerprint: names[at] ?? "" }));
};

/**
 * Posts lines of a statement, all or none of them, each once whatever files it comes in: a line's fingerprint is
 * its idempotency key, so that a repeat or an overlap adds nothing twice.
 */
export async function importLines(
  books: CommandPort<PostStatementLine>,
  context: RequestContext,
  target: ImportTarget,
  named: readonly NamedLine[],
): Promise<ImportOutcome> {
  const orders = named.map(({ line, fingerprint }) => toOrder(target, line, fingerprint));
  if (orders.length === 0) return { posted: 0, proposed: 0, duplicates: 0 };
  const verdicts = await books.executeEach(context, target.account.fundId, orders, true, true);
  refuseWhole(named, verdicts);
  let [posted, proposed] = [0, 0];
  for (const verdict of verdicts) {
    if (verdict.replayed === true) continue;
    if (verdict.accepted) posted += 1;
    else proposed += 1;
  }
  return { posted, proposed, duplicates: orders.length - posted - proposed };
}

/** A refused line refuses the file: each with its reason, without those that only share its fate. */
function refuseWhole(named: readonly NamedLine[], verdicts: readonly Verdict[]): void {
  const refused = verdicts.flatMap((verdict, at) =>
    verdict.accepted ||
    verdict.refusal.code === "APPROVAL_REQUIRED" ||
    verdict.refusal.code === "BULK_REFUSED"
      ? []
      : [{ fileLine: named[at]?.line.fileLine ?? 0, refusal: verdict.refusal }],
  );
  const [first] = refused;
  if (first === undefined) return;
  const others = refused.length === 1 ? "" : `, and ${refused.length - 1} more lines`;
  throw new AppError(
    first.refusal.code,
    `Line ${first.fileLine}: ${first.refusal.message}${others}`,
    {
      cause: first.refusal,
      violations: refused.slice(0, MAX_REPORTED).map(({ fileLine, refusal }) => ({
        path: `line ${fileLine}`,
        message: refusal.message,
      })),
    },
  );
}

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
    key: lineKey(account.id, fingerprint),
    // Which import brings a line first does not make it another line.
    content: fingerprint,
  };
}

/** The account of a rule, else receipts for what came in and payments for what went out. */
export function contraOf(target: ImportTarget, line: BankStatementLine): ContraAccount {
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
