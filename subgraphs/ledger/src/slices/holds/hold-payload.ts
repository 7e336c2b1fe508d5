import {
  formatAmount,
  parseAmount,
  type HoldCaptured as HoldCapturedPayload,
  type HoldExpired as HoldExpiredPayload,
  type HoldPlaced as HoldPlacedPayload,
  type HoldVoided as HoldVoidedPayload,
} from "@allfunds/platform";
import type { HoldEvent } from "./hold-events.ts";

export type HoldPayload =
  | HoldPlacedPayload
  | HoldCapturedPayload
  | HoldVoidedPayload
  | HoldExpiredPayload;

/** A hold's event as it is stored and published. */
export function toHoldPayload(event: HoldEvent): HoldPayload {
  const { currency } = event;
  const text = (minor: bigint): string => formatAmount(minor, currency);
  switch (event.type) {
    case "HoldPlaced": {
      const { type: _type, amountMinor, expiresAt, ...rest } = event;
      return { ...rest, amount: text(amountMinor), expiresAt: expiresAt?.toISOString() ?? null };
    }
    case "HoldCaptured": {
      const { type: _type, amountMinor, remainingMinor, ...rest } = event;
      return { ...rest, amount: text(amountMinor), remaining: text(remainingMinor) };
    }
    case "HoldVoided":
    case "HoldExpired": {
      const { type: _type, releasedMinor, ...rest } = event;
      return { ...rest, released: text(releasedMinor) };
    }
  }
}

/** The way back, type by type. */
export const HOLD_EVENT_OF: {
  readonly [Type in HoldEvent["type"]]: (payload: unknown) => HoldEvent;
} = {
  HoldPlaced: (payload) => {
    const { amount, expiresAt, ...rest } = payload as HoldPlacedPayload;
    return {
      ...rest,
      type: "HoldPlaced",
      amountMinor: parseAmount(amount, rest.currency),
      expiresAt: expiresAt === null ? null : new Date(expiresAt),
    };
  },
  HoldCaptured: (payload) => {
    const { amount, remaining, ...rest } = payload as HoldCapturedPayload;
    return {
      ...rest,
      type: "HoldCaptured",
      amountMinor: parseAmount(amount, rest.currency),
      remainingMinor: parseAmount(remaining, rest.currency),
    };
  },
  HoldVoided: (payload) => {
    const { released, ...rest } = payload as HoldVoidedPayload;
    return { ...rest, type: "HoldVoided", releasedMinor: parseAmount(released, rest.currency) };
  },
  HoldExpired: (payload) => {
    const { released, ...rest } = payload as HoldExpiredPayload;
    return { ...rest, type: "HoldExpired", releasedMinor: parseAmount(released, rest.currency) };
  },
};
