import { AppError } from "@allfunds/contract/errors";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice, type ReplayContext } from "../../engine/slice.ts";
import { refuseUnlessOpen, requireAccount } from "../accounts/account.ts";
import { wantPosting } from "../transactions/transaction.ts";
import {
  decideCaptureHold,
  decidePlaceHold,
  decideVoidHold,
  dueExpiries,
  evolveHold,
  HOLD,
  NEXT_EXPIRY,
  refuseUnavailable,
  requireActiveHold,
  storedCaptureHold,
  wantHold,
  type HoldCaptured,
  type HoldCommand,
  type HoldEvent,
  type HoldExpired,
  type HoldPlaced,
  type HoldVoided,
} from "./hold.ts";
import { refuseFarDate } from "../value-dates/value-date.ts";

function checkPlaced(state: BookState, { accountId, amountMinor }: HoldPlaced): void {
  const account = requireAccount(state, accountId);
  refuseUnlessOpen(account, "accountId");
  refuseUnavailable(account, amountMinor);
}

function checkCaptured(
  state: BookState,
  { holdId, amountMinor, remainingMinor }: HoldCaptured,
): void {
  const hold = requireActiveHold(state, holdId);
  if (
    amountMinor > 0n &&
    hold.remainingMinor - amountMinor === remainingMinor &&
    remainingMinor >= 0n
  )
    return;
  throw new AppError("HOLD_EXCEEDED", `Hold ${holdId} was captured beyond what it reserved.`);
}

function checkReleased(
  state: BookState,
  { holdId, releasedMinor }: HoldVoided | HoldExpired,
): void {
  if (requireActiveHold(state, holdId).remainingMinor === releasedMinor) return;
  throw new AppError("HOLD_EXCEEDED", `Hold ${holdId} released another amount than it reserved.`);
}

function checkExpired(state: BookState, event: HoldExpired, { place }: ReplayContext): void {
  checkReleased(state, event);
  const { expiresAt } = requireActiveHold(state, event.holdId);
  if (expiresAt !== null && expiresAt <= place.recordedAt) return;
  throw new AppError("HOLD_NOT_ACTIVE", `Hold ${event.holdId} expired before its time.`);
}

export const HOLDS = defineSlice<HoldCommand, HoldEvent>({
  name: "holds",
  tables: [HOLD],
  derived: [NEXT_EXPIRY],
  due: dueExpiries,
  commands: {
    PlaceHold: {
      needs: ({ holdId }, want, clientChoseId) => {
        if (clientChoseId) wantHold(want, holdId);
      },
      decide: decidePlaceHold,
    },
    CaptureHold: {
      needs: (command, want, clientChoseId) => {
        wantHold(want, command.holdId);
        wantPosting(command, want, clientChoseId);
      },
      decide: (command, state, { now }) => {
        refuseFarDate(state, command, now);
        return decideCaptureHold(command, state);
      },
      stored: (json) => storedCaptureHold.parse(json),
    },
    VoidHold: { needs: ({ holdId }, want) => wantHold(want, holdId), decide: decideVoidHold },
    ExpireHolds: { decide: () => [] },
  },
  events: {
    HoldPlaced: {
      codec: codecOf<HoldPlaced>("HoldPlaced", {
        amounts: { amountMinor: "amount" },
        times: ["expiresAt"],
      }),
      evolve: evolveHold,
      check: checkPlaced,
    },
    HoldCaptured: {
      codec: codecOf<HoldCaptured>("HoldCaptured", {
        amounts: { amountMinor: "amount", remainingMinor: "remaining" },
      }),
      evolve: evolveHold,
      check: checkCaptured,
    },
    HoldVoided: {
      codec: codecOf<HoldVoided>("HoldVoided", { amounts: { releasedMinor: "released" } }),
      evolve: evolveHold,
      check: checkReleased,
    },
    HoldExpired: {
      codec: codecOf<HoldExpired>("HoldExpired", { amounts: { releasedMinor: "released" } }),
      evolve: evolveHold,
      check: checkExpired,
    },
  },
  constraints: {
    hold_pkey: () => new AppError("ALREADY_EXISTS", "A hold with this id exists already."),
  },
});
