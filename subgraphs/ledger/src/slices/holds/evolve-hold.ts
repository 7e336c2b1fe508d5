import { changeAccount, currentAccount, type BookState } from "../../engine/book-state.ts";
import type { HoldEvent } from "./hold-events.ts";
import type { HoldState, HoldStatus } from "./hold-state.ts";

/** Folds what happened to a hold into it and into what its account has on hold. */
export function evolveHold(draft: BookState, event: HoldEvent): void {
  switch (event.type) {
    case "HoldPlaced":
      draft.putHold({
        id: event.holdId,
        accountId: event.accountId,
        contraAccountId: event.contraAccountId,
        remainingMinor: event.amountMinor,
        expiresAt: event.expiresAt,
        status: "ACTIVE",
      });
      holdMore(draft, event.accountId, event.amountMinor);
      return;
    case "HoldCaptured":
      leave(draft, event.holdId, event.remainingMinor, "CAPTURED");
      holdMore(draft, event.accountId, -event.amountMinor);
      return;
    case "HoldVoided":
      leave(draft, event.holdId, 0n, "VOIDED");
      holdMore(draft, event.accountId, -event.releasedMinor);
      return;
    case "HoldExpired":
      leave(draft, event.holdId, 0n, "EXPIRED");
      holdMore(draft, event.accountId, -event.releasedMinor);
  }
}

/** A hold with nothing left has the status of what took the last of it. */
function leave(draft: BookState, id: string, remainingMinor: bigint, last: HoldStatus): void {
  const hold: HoldState | undefined = draft.hold(id);
  if (hold === undefined) throw new Error(`hold ${id} is missing from the state of its book`);
  draft.putHold({ ...hold, remainingMinor, status: remainingMinor === 0n ? last : "ACTIVE" });
}

function holdMore(draft: BookState, accountId: string, changeMinor: bigint): void {
  const { heldMinor } = currentAccount(draft, accountId);
  changeAccount(draft, accountId, { heldMinor: heldMinor + changeMinor });
}
