interface OfHold {
  readonly holdId: string;
  readonly fundId: string;
  readonly accountId: string;
  readonly currency: string;
}

/** Part of an account's balance was reserved. */
export interface HoldPlaced extends OfHold {
  readonly type: "HoldPlaced";
  /** Minor units, positive. */
  readonly amountMinor: bigint;
  /** Where captures go unless they say otherwise. */
  readonly contraAccountId: string | null;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** From then on it reserves nothing; null when it stands until it is captured or voided. */
  readonly expiresAt: Date | null;
}

/** A part of a hold, or all of it, became a transaction: the next event of the book. */
export interface HoldCaptured extends OfHold {
  readonly type: "HoldCaptured";
  readonly transactionId: string;
  /** Minor units captured by this event. */
  readonly amountMinor: bigint;
  /** Minor units still reserved after it. */
  readonly remainingMinor: bigint;
}

/** What a hold still reserved was set free by order. */
export interface HoldVoided extends OfHold {
  readonly type: "HoldVoided";
  readonly releasedMinor: bigint;
  readonly reason: string | null;
}

/** What a hold still reserved was set free by the passing of time. */
export interface HoldExpired extends OfHold {
  readonly type: "HoldExpired";
  readonly releasedMinor: bigint;
}

export type HoldEvent = HoldPlaced | HoldCaptured | HoldVoided | HoldExpired;
