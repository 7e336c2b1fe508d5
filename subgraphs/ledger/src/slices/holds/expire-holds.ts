import { currentAccount, type BookState } from "../../engine/book-state.ts";
import type { HoldExpired } from "./hold-events.ts";

/**
 * The order to record which holds have expired. It does nothing of its own, because every command
 * first expires the holds that are due; it only loads them.
 */
export interface ExpireHolds {
  readonly kind: "ExpireHolds";
  readonly fundId: string;
  /** Accounts with holds that are due. */
  readonly accountIds: readonly string[];
}

const NONE: readonly HoldExpired[] = [];

/** The holds in the state whose time is over at `now`. */
export function dueExpiries(state: BookState, now: Date): readonly HoldExpired[] {
  const due = state.holdsDue(now);
  if (due.length === 0) return NONE;
  const fundId = state.fund?.id ?? "";
  return due.map(({ id, accountId, remainingMinor }) => ({
    type: "HoldExpired",
    holdId: id,
    fundId,
    accountId,
    currency: currentAccount(state, accountId).currency,
    releasedMinor: remainingMinor,
  }));
}
