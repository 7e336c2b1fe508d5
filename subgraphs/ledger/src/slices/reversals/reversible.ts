import type { EntrySide } from "@allfunds/platform";
import { oppositeSide } from "../accounts/account-type.ts";
import type { TransactionPosted } from "../transactions/transaction-posted.ts";

/** What of a transaction on one side of one account has not been reversed yet. */
export interface LegLeft {
  readonly accountId: string;
  /** Side of the original. */
  readonly side: EntrySide;
  readonly currency: string;
  readonly leftMinor: bigint;
}

/** A transaction as far as it can still be reversed. */
export interface Reversible {
  readonly id: string;
  readonly isReversal: boolean;
  readonly legs: readonly LegLeft[];
}

interface Leg {
  readonly accountId: string;
  readonly side: EntrySide;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** A transaction nothing of which was reversed yet; entries on one side of one account are one leg. */
export function reversibleOf(id: string, isReversal: boolean, entries: readonly Leg[]): Reversible {
  const legs = new Map<string, LegLeft>();
  for (const { accountId, side, currency, amountMinor } of entries) {
    const name = `${accountId} ${side}`;
    const leftMinor = (legs.get(name)?.leftMinor ?? 0n) + amountMinor;
    legs.set(name, { accountId, side, currency, leftMinor });
  }
  return { id, isReversal, legs: [...legs.values()] };
}

/** What is left after a reversal with these entries. */
export const reduce = (reversible: Reversible, entries: readonly Leg[]): Reversible => ({
  ...reversible,
  legs: reversible.legs.map((leg) => ({
    ...leg,
    leftMinor: leg.leftMinor - takenFrom(leg, entries),
  })),
});

/** How much of a leg these reversing entries take back. */
export const takenFrom = (leg: LegLeft, entries: readonly Leg[]): bigint =>
  entries
    .filter(({ accountId, side }) => accountId === leg.accountId && side === oppositeSide(leg.side))
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);

/** The transaction that a posting takes back, null for all others. */
export const reversedId = ({ source }: Pick<TransactionPosted, "source">): string | null =>
  source.kind === "REVERSAL" ? source.reverses : null;
