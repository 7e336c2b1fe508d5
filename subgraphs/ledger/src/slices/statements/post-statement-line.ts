import { AppError, formatAmount } from "@allfunds/platform";
import { resolveContra, type ContraAccount } from "../accounts/contra-account.ts";
import type { BookEvent } from "../../engine/book-event.ts";
import { requireFund, type BookState } from "../../engine/book-state.ts";
import { evolve } from "../../engine/evolve.ts";
import { decidePostTransaction } from "../transactions/post-transaction.ts";

/** The order to post one booked line of a bank statement against its contra account. */
export interface PostStatementLine {
  readonly kind: "PostStatementLine";
  readonly fundId: string;
  readonly transactionId: string;
  /** The bank account. */
  readonly accountId: string;
  /** Signed minor units as the bank sees it: positive came in, negative went out. */
  readonly amountMinor: bigint;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly importId: string;
  readonly contra: ContraAccount;
}

export function decidePostStatementLine(command: PostStatementLine, state: BookState): BookEvent[] {
  requireFund(state, command.fundId);
  const account = state.account(command.accountId);
  if (account === undefined) {
    throw new AppError("ACCOUNT_NOT_FOUND", `There is no account ${command.accountId}.`);
  }
  const contra = resolveContra(command.contra, account, state);
  const draft = state.fork();
  if (contra.opening !== undefined) evolve(draft, contra.opening);
  const cameIn = command.amountMinor > 0n;
  const amount = formatAmount(
    cameIn ? command.amountMinor : -command.amountMinor,
    account.currency,
  );
  const posted = decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId: command.fundId,
      transactionId: command.transactionId,
      effectiveDate: command.effectiveDate,
      description: command.description,
      reference: command.reference,
      metadata: command.metadata,
      source: {
        kind: "STATEMENT",
        importId: command.importId,
        ...(command.counterparty === undefined ? {} : { counterparty: command.counterparty }),
      },
      entries: [
        { accountId: account.id, side: cameIn ? "DEBIT" : "CREDIT", amount },
        { accountId: contra.accountId, side: cameIn ? "CREDIT" : "DEBIT", amount },
      ],
    },
    draft,
  );
  return contra.opening === undefined ? posted : [contra.opening, ...posted];
}
