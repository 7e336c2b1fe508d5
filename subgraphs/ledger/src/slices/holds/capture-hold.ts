import { AppError, formatAmount, invalidInput, parseAmount } from "@allfunds/platform";
import { normalSide, oppositeSide } from "../accounts/account-type.ts";
import { refuseContra } from "../accounts/contra-account.ts";
import type { BookEvent } from "../../engine/book-event.ts";
import {
  requireAccountState,
  requireFund,
  type AccountState,
  type BookState,
} from "../../engine/book-state.ts";
import { evolve } from "../../engine/evolve.ts";
import { decidePostTransaction } from "../transactions/post-transaction.ts";
import type { HoldCaptured, HoldVoided } from "./hold-events.ts";
import { requireActiveHold, type HoldState } from "./hold-state.ts";

/** The order to turn a hold, or a part of it, into a transaction. */
export interface CaptureHold {
  readonly kind: "CaptureHold";
  readonly fundId: string;
  readonly holdId: string;
  /** The hold's account, as the hold says. */
  readonly accountId: string;
  /** Decimal string; all that is left when absent. */
  readonly amount: string | undefined;
  /** The other side; the one the hold names when absent. */
  readonly contraAccountId: string | undefined;
  /** Set free what this capture leaves. */
  readonly releaseRest: boolean;
  readonly transactionId: string;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** First the hold lets go, then the transaction takes what it reserved, then the rest is set free. */
export function decideCaptureHold(command: CaptureHold, state: BookState): BookEvent[] {
  requireFund(state, command.fundId);
  const hold = requireActiveHold(state, command.holdId);
  const account = requireAccountState(state, hold.accountId);
  const captured = decideCapture(command, hold, account);
  const draft = state.fork();
  evolve(draft, captured);
  const posted = decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId: command.fundId,
      transactionId: command.transactionId,
      effectiveDate: command.effectiveDate,
      description: command.description,
      reference: command.reference,
      metadata: command.metadata,
      source: { kind: "CAPTURE", holdId: hold.id },
      entries: takingEntries(captured, account, contraOf(command, hold, account, state)),
    },
    draft,
  );
  if (!command.releaseRest || captured.remainingMinor === 0n) return [captured, ...posted];
  return [captured, ...posted, releaseOf(captured)];
}

function decideCapture(
  { fundId, holdId, transactionId, amount }: CaptureHold,
  hold: HoldState,
  { id: accountId, currency }: AccountState,
): HoldCaptured {
  const amountMinor = amount === undefined ? hold.remainingMinor : parseAmount(amount, currency);
  if (amountMinor <= 0n) throw invalidInput("amount", "must be greater than zero");
  if (amountMinor > hold.remainingMinor) {
    throw new AppError(
      "HOLD_EXCEEDED",
      `The hold reserves only ${formatAmount(hold.remainingMinor, currency)} ${currency}.`,
      { violations: [{ path: "amount", message: "is more than the hold reserves" }] },
    );
  }
  return {
    type: "HoldCaptured",
    holdId,
    fundId,
    accountId,
    currency,
    transactionId,
    amountMinor,
    remainingMinor: hold.remainingMinor - amountMinor,
  };
}

function contraOf(
  command: CaptureHold,
  hold: HoldState,
  account: AccountState,
  state: BookState,
): string {
  const contraId = command.contraAccountId ?? hold.contraAccountId;
  if (contraId === null) {
    throw invalidInput("contraAccountId", "must be given, because the hold names none");
  }
  refuseContra(contraId, account, state);
  return contraId;
}

function takingEntries(
  { amountMinor, currency }: HoldCaptured,
  account: AccountState,
  contraId: string,
) {
  const amount = formatAmount(amountMinor, currency);
  const growing = normalSide(account.type);
  return [
    { accountId: contraId, side: growing, amount },
    { accountId: account.id, side: oppositeSide(growing), amount },
  ];
}

const releaseOf = (captured: HoldCaptured): HoldVoided => ({
  type: "HoldVoided",
  holdId: captured.holdId,
  fundId: captured.fundId,
  accountId: captured.accountId,
  currency: captured.currency,
  releasedMinor: captured.remainingMinor,
  reason: "Rest of a capture",
});
