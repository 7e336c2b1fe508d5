import { AppError } from "@allfunds/platform";
import type { BookState } from "../../engine/book-state.ts";

export const HOLD_STATUSES = {
  ACTIVE: "ACTIVE",
  CAPTURED: "CAPTURED",
  VOIDED: "VOIDED",
  EXPIRED: "EXPIRED",
} as const;
export type HoldStatus = keyof typeof HOLD_STATUSES;

/** What deciding on a hold needs to know. */
export interface HoldState {
  readonly id: string;
  readonly accountId: string;
  readonly contraAccountId: string | null;
  /** Minor units still reserved; zero unless ACTIVE. */
  readonly remainingMinor: bigint;
  readonly expiresAt: Date | null;
  readonly status: HoldStatus;
}

/** When it ends by itself, in milliseconds since 1970; never when it is over or has no end. */
export const endOf = ({ status, expiresAt }: HoldState): number =>
  status === "ACTIVE" && expiresAt !== null ? expiresAt.getTime() : Number.POSITIVE_INFINITY;

export const isDue = (hold: HoldState, now: Date): boolean => endOf(hold) <= now.getTime();

/** A hold of this book that still reserves something; HOLD_NOT_ACTIVE when it was used up or set free. */
export function requireActiveHold(state: BookState, id: string): HoldState {
  const hold = state.hold(id);
  if (hold === undefined) throw new AppError("HOLD_NOT_FOUND", `There is no hold ${id}.`);
  if (hold.status !== "ACTIVE") {
    throw new AppError("HOLD_NOT_ACTIVE", `The hold is ${hold.status.toLowerCase()} already.`);
  }
  return hold;
}
