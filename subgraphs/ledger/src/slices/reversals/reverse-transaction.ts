import { AppError, formatAmount, invalidInput, parseAmount } from "@allfunds/platform";
import { oppositeSide } from "../accounts/account-type.ts";
import { requireFund, type BookState } from "../../engine/book-state.ts";
import { decidePostTransaction, type RequestedEntry } from "../transactions/post-transaction.ts";
import type { TransactionPosted } from "../transactions/transaction-posted.ts";
import { takenFrom, type LegLeft, type Reversible } from "./reversible.ts";

/** The order to take a transaction back by its opposite, wholly or in part. */
export interface ReverseTransaction {
  readonly kind: "ReverseTransaction";
  readonly fundId: string;
  readonly reverses: string;
  /** The accounts of the transaction to reverse. */
  readonly accountIds: readonly string[];
  readonly transactionId: string;
  /** Decimal string: so much of a transaction with two legs. All that is left when this and `entries` are absent. */
  readonly amount: string | undefined;
  /** The reversing entries themselves, for a part of any other transaction. */
  readonly entries: readonly RequestedEntry[] | undefined;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function decideReverseTransaction(
  command: ReverseTransaction,
  state: BookState,
): [TransactionPosted] {
  requireFund(state, command.fundId);
  const original = requireReversible(state, command.reverses);
  const [posted] = decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId: command.fundId,
      transactionId: command.transactionId,
      effectiveDate: command.effectiveDate,
      description: command.description,
      reference: command.reference,
      metadata: command.metadata,
      source: { kind: "REVERSAL", reverses: original.id },
      entries: reversingEntries(command, original),
    },
    state,
  );
  refuseBeyond(original, posted);
  return [posted];
}

function requireReversible(state: BookState, id: string): Reversible {
  const original = state.reversible(id);
  if (original === undefined) {
    throw new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${id}.`);
  }
  if (original.isReversal) {
    throw invalidInput("transactionId", "is itself a reversal; post what is meant instead");
  }
  if (original.legs.every(({ leftMinor }) => leftMinor === 0n)) {
    throw new AppError("ALREADY_REVERSED", "Nothing of this transaction is left to reverse.");
  }
  return original;
}

function reversingEntries(
  { amount, entries }: ReverseTransaction,
  { legs }: Reversible,
): readonly RequestedEntry[] {
  if (amount !== undefined && entries !== undefined) {
    throw invalidInput("amount", "cannot be given together with entries");
  }
  if (entries !== undefined) return entries;
  const open = legs.filter(({ leftMinor }) => leftMinor > 0n);
  if (amount === undefined) return open.map((leg) => opposite(leg, leg.leftMinor));
  const [one, other] = open;
  if (one === undefined || other === undefined || open.length > 2 || !isPair(one, other)) {
    throw invalidInput("amount", "needs a transaction with two entries; give entries instead");
  }
  const minor = parseAmount(amount, one.currency);
  return [opposite(one, minor), opposite(other, minor)];
}

const isPair = (one: LegLeft, other: LegLeft): boolean =>
  one.currency === other.currency && one.side !== other.side;

const opposite = ({ accountId, side, currency }: LegLeft, minor: bigint): RequestedEntry => ({
  accountId,
  side: oppositeSide(side),
  amount: formatAmount(minor, currency),
});

function refuseBeyond({ legs }: Reversible, { entries }: TransactionPosted): void {
  for (const [index, entry] of entries.entries()) {
    const leg = legs.find(
      ({ accountId, side }) => accountId === entry.accountId && side === oppositeSide(entry.side),
    );
    if (leg !== undefined && takenFrom(leg, entries) <= leg.leftMinor) continue;
    const left = leg === undefined ? "nothing" : formatAmount(leg.leftMinor, leg.currency);
    throw new AppError("REVERSAL_EXCEEDED", `Only ${left} ${entry.currency} is left to reverse.`, {
      violations: [{ path: `entries.${index}.amount`, message: "is more than is left to reverse" }],
    });
  }
}
