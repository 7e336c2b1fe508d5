import { AppError } from "@allfunds/platform";
import type { BookEvent } from "../../engine/book-event.ts";
import type { BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/idempotency.ts";
import type { TransactionPosted } from "../transactions/transaction-posted.ts";
import { limitOf } from "./approval-limits.ts";
import type { Asker } from "./asker.ts";
import type { PostingCommand } from "./posting-command.ts";
import type { ProposedTotal, TransactionProposed } from "./proposal-events.ts";

/**
 * What a posting command leads to: its events, or, when they debit more than a limit allows to one
 * person, nothing but a proposal. Whatever else it would have done, such as using up a hold, waits too.
 */
export function requireApproval(
  command: PostingCommand,
  events: readonly BookEvent[],
  state: BookState,
  asker: Asker,
): readonly BookEvent[] {
  const limits = state.fund?.approvalLimits;
  if (limits === undefined) return events;
  const posted = events.find((event) => event.type === "TransactionPosted");
  if (posted === undefined) return events;
  const totals = debitsOf(posted).map(({ currency, amountMinor }): ProposedTotal => {
    const limitMinor = limitOf(limits, currency);
    const isAbove = limitMinor !== null && amountMinor > limitMinor;
    return { currency, amountMinor, limitMinor: isAbove ? limitMinor : null };
  });
  if (totals.every(({ limitMinor }) => limitMinor === null)) return events;
  const proposed = propose(command, posted, totals, asker);
  if (state.proposal(proposed.proposalId) !== undefined) throw proposedAlready();
  return [proposed];
}

export const proposalIdOf = (transactionId: string): string =>
  uuidOfText(`proposal ${transactionId}`);

/** Whoever chooses the id of a transaction may propose it once. */
export const proposedAlready = (): AppError =>
  new AppError("ALREADY_EXISTS", "A transaction with this id was proposed already.");

function propose(
  command: PostingCommand,
  { transactionId, fundId, effectiveDate, description, reference, entries }: TransactionPosted,
  totals: readonly ProposedTotal[],
  { actor, owner }: Asker,
): TransactionProposed {
  return {
    type: "TransactionProposed",
    // Follows from the command, so that deciding it once more leads to the same proposal.
    proposalId: proposalIdOf(transactionId),
    fundId,
    transactionId,
    maker: actor,
    makerOwner: owner,
    effectiveDate,
    description,
    reference,
    totals,
    legs: entries.map(({ accountId, side, amountMinor, currency }) => ({
      accountId,
      side,
      amountMinor,
      currency,
    })),
    command,
  };
}

/** Debits by currency, in the order the currencies appear. */
export function debitsOf({
  entries,
}: Pick<TransactionPosted, "entries">): { currency: string; amountMinor: bigint }[] {
  const sums = new Map<string, bigint>();
  for (const { side, currency, amountMinor } of entries) {
    if (side === "DEBIT") sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor);
  }
  return [...sums].map(([currency, amountMinor]) => ({ currency, amountMinor }));
}
