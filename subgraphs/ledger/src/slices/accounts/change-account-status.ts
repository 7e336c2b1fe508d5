import { AppError, formatAmount } from "@allfunds/platform";
import {
  requireAccountState,
  requireFund,
  type AccountState,
  type BookState,
} from "../../engine/book-state.ts";
import { Findings, checkText } from "../../engine/input-rules.ts";
import type { AccountStatusChanged } from "./account-status-changed.ts";

/** The orders that decide whether an account takes entries. */
export interface ChangeAccountStatus {
  readonly kind: "FreezeAccount" | "UnfreezeAccount" | "CloseAccount";
  readonly fundId: string;
  readonly accountId: string;
  readonly reason: string;
}

/** No events when the account is as wanted already; a closed one stays closed. */
export function decideChangeAccountStatus(
  command: ChangeAccountStatus,
  state: BookState,
): AccountStatusChanged[] {
  const { kind, fundId, accountId, reason } = command;
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  requireFund(state, fundId);
  const account = requireAccountState(state, accountId);
  const change = { accountId, fundId, reason };
  if (kind === "CloseAccount") {
    if (account.status === "CLOSED") return [];
    refuseUnlessEmpty(account);
    return [{ type: "AccountClosed", ...change }];
  }
  if (account.status === "CLOSED") {
    throw new AppError("ACCOUNT_CLOSED", `Account ${account.code} is closed.`);
  }
  if (kind === "FreezeAccount") {
    return account.status === "FROZEN" ? [] : [{ type: "AccountFrozen", ...change }];
  }
  return account.status === "OPEN" ? [] : [{ type: "AccountUnfrozen", ...change }];
}

function refuseUnlessEmpty({ code, currency, balanceMinor, heldMinor }: AccountState): void {
  if (balanceMinor === 0n && heldMinor === 0n) return;
  const balance = formatAmount(balanceMinor, currency);
  const held = formatAmount(heldMinor, currency);
  throw new AppError(
    "ACCOUNT_NOT_EMPTY",
    `Account ${code} has a balance of ${balance} ${currency}, of which ${held} are held.`,
  );
}
