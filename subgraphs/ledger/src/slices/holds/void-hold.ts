import { requireAccountState, requireFund, type BookState } from "../../engine/book-state.ts";
import { Findings, checkText } from "../../engine/input-rules.ts";
import type { HoldVoided } from "./hold-events.ts";
import { requireActiveHold } from "./hold-state.ts";

/** The order to set free what a hold still reserves. */
export interface VoidHold {
  readonly kind: "VoidHold";
  readonly fundId: string;
  readonly holdId: string;
  /** The hold's account, as the hold says. */
  readonly accountId: string;
  readonly reason: string | null;
}

export function decideVoidHold(command: VoidHold, state: BookState): [HoldVoided] {
  const { fundId, holdId, reason } = command;
  const findings = new Findings();
  if (reason !== null) checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  requireFund(state, fundId);
  const { accountId, remainingMinor } = requireActiveHold(state, holdId);
  const { currency } = requireAccountState(state, accountId);
  const releasedMinor = remainingMinor;
  return [{ type: "HoldVoided", holdId, fundId, accountId, currency, releasedMinor, reason }];
}
