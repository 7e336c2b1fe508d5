import { AppError, formatAmount, invalidInput, parseAmount } from "@allfunds/platform";
import { refuseUnlessOpen } from "../accounts/account-status.ts";
import { refuseContra } from "../accounts/contra-account.ts";
import { requireAccountState, requireFund, type BookState } from "../../engine/book-state.ts";
import { Findings, checkMetadata, checkText, checkUuid } from "../../engine/input-rules.ts";
import type { HoldPlaced } from "./hold-events.ts";

/** The order to reserve a part of an account's balance. */
export interface PlaceHold {
  readonly kind: "PlaceHold";
  readonly fundId: string;
  readonly holdId: string;
  readonly accountId: string;
  /** Decimal string, positive, in the account's currency. */
  readonly amount: string;
  readonly contraAccountId: string | null;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly expiresAt: Date | null;
}

export function decidePlaceHold(command: PlaceHold, state: BookState, now: Date): [HoldPlaced] {
  check(command, now);
  requireFund(state, command.fundId);
  const account = requireAccountState(state, command.accountId);
  refuseUnlessOpen(account, "accountId");
  if (state.hold(command.holdId) !== undefined) {
    throw new AppError("ALREADY_EXISTS", `A hold with the id ${command.holdId} exists already.`);
  }
  if (command.contraAccountId !== null) refuseContra(command.contraAccountId, account, state);
  const { currency, minimumMinor, balanceMinor, heldMinor } = account;
  const amountMinor = parseAmount(command.amount, currency);
  if (amountMinor <= 0n) throw invalidInput("amount", "must be greater than zero");
  const freeMinor = balanceMinor - heldMinor;
  if (minimumMinor !== null && freeMinor - amountMinor < minimumMinor) {
    throw new AppError(
      "INSUFFICIENT_FUNDS",
      `Only ${formatAmount(freeMinor - minimumMinor, currency)} ${currency} of account ${account.code} can be held.`,
      { violations: [{ path: "amount", message: "is more than can be held" }] },
    );
  }
  const { kind: _kind, amount: _amount, ...said } = command;
  return [{ ...said, type: "HoldPlaced", currency, amountMinor }];
}

function check(command: PlaceHold, now: Date): void {
  const findings = new Findings();
  checkUuid(findings, "id", command.holdId);
  checkText(findings, "description", command.description, { min: 1, max: 500 });
  if (command.reference !== null) {
    checkText(findings, "reference", command.reference, { min: 1, max: 140 });
  }
  checkMetadata(findings, "metadata", command.metadata);
  if (command.expiresAt !== null && command.expiresAt <= now) {
    findings.add("expiresAt", "must lie in the future");
  }
  findings.refuseIfAny();
}
