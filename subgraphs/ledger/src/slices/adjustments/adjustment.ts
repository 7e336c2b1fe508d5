import { AppError } from "@allfunds/contract/errors";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import { z } from "zod";
import type { DomainEvent } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { Findings, checkDate, checkText } from "../../engine/input-rules.ts";
import { defineSlice } from "../../engine/slice.ts";
import {
  evolveAccountOpened,
  normalSide,
  oppositeSide,
  requireAccount,
  type AccountState,
} from "../accounts/account.ts";
import {
  resolveContra,
  storedContra,
  type ContraAccount,
} from "../contra-accounts/contra-account.ts";
import { refuseFarDate, type ClientValueDate } from "../value-dates/value-date.ts";
import { requireFund } from "../funds/fund.ts";
import { decidePostTransaction } from "../transactions/transaction.ts";

/** The command to bring an account to a stated balance by an adjusting transaction, never by overwriting. */
export interface AdjustBalance {
  readonly kind: "AdjustBalance";
  readonly fundId: string;
  readonly accountId: string;
  /** Wanted balance on the account's normal side, a decimal string; may be negative. */
  readonly balance: string;
  readonly reason: string;
  readonly effectiveDate: string;
  /** Refused with VERSION_CONFLICT unless the account is at this version. */
  readonly expectedVersion?: number | undefined;
  readonly contra: ContraAccount;
  readonly transactionId: string;
  readonly confirmsFarDate?: ClientValueDate["confirmsFarDate"];
}

/** No events when the account has the balance already. */
function decideAdjustBalance(command: AdjustBalance, state: BookState): DomainEvent[] {
  const findings = new Findings();
  checkText(findings, "reason", command.reason, { min: 1, max: 500 });
  checkDate(findings, "effectiveDate", command.effectiveDate);
  findings.refuseIfAny();
  requireFund(state, command.fundId);
  const account = accountAtVersion(command, state);
  const differenceMinor = parseAmount(command.balance, account.currency) - account.balanceMinor;
  if (differenceMinor === 0n) return [];

  const contra = resolveContra(command.contra, account, state);
  const draft = state.fork();
  if (contra.opening !== undefined) evolveAccountOpened(draft, contra.opening);
  const posted = decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId: command.fundId,
      transactionId: command.transactionId,
      effectiveDate: command.effectiveDate,
      description: command.reason,
      reference: null,
      metadata: {},
      source: { kind: "ADJUSTMENT" },
      entries: adjustingEntries(account, contra.accountId, differenceMinor).map((entry) => ({
        ...entry,
        dimensions: command.contra.dimensions,
      })),
    },
    draft,
  );
  return contra.opening === undefined ? posted : [contra.opening, ...posted];
}

function accountAtVersion(command: AdjustBalance, state: BookState): AccountState {
  const account = requireAccount(state, command.accountId);
  if (command.expectedVersion !== undefined && command.expectedVersion !== account.version) {
    throw new AppError(
      "VERSION_CONFLICT",
      `The account is at version ${account.version}, not ${command.expectedVersion}.`,
    );
  }
  return account;
}

function adjustingEntries(account: AccountState, contraId: string, differenceMinor: bigint) {
  const grows = differenceMinor > 0n;
  const amount = formatAmount(grows ? differenceMinor : -differenceMinor, account.currency);
  const growing = normalSide(account.type);
  const side = grows ? growing : oppositeSide(growing);
  return [
    { accountId: account.id, side, amount },
    { accountId: contraId, side: oppositeSide(side), amount },
  ];
}

const storedAdjustBalance = z.object({
  kind: z.literal("AdjustBalance"),
  fundId: z.string(),
  accountId: z.string(),
  balance: z.string(),
  reason: z.string(),
  effectiveDate: z.string(),
  expectedVersion: z.number().optional(),
  contra: storedContra,
  transactionId: z.string(),
});

export const ADJUSTMENTS = defineSlice<AdjustBalance, never>({
  name: "adjustments",
  commands: {
    AdjustBalance: {
      decide: (command, state, { now }) => {
        refuseFarDate(state, command, now);
        return decideAdjustBalance(command, state);
      },
      stored: (json) => storedAdjustBalance.parse(json),
    },
  },
  events: {},
});
