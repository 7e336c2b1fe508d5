import { AppError } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import { z } from "zod";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { Findings, checkText } from "../../engine/input-rules.ts";
import { defineSlice } from "../../engine/slice.ts";
import {
  changeAccount,
  refuseManaged,
  requireAccount,
  type AccountState,
} from "../accounts/account.ts";
import { requireFund } from "../funds/fund.ts";

/** A command that decides whether an account takes entries. */
interface ChangeStatus<Kind extends string> {
  readonly kind: Kind;
  readonly fundId: string;
  readonly accountId: string;
  readonly reason: string;
}

export type AccountStatusCommand =
  | ChangeStatus<"FreezeAccount">
  | ChangeStatus<"UnfreezeAccount">
  | ChangeStatus<"CloseAccount">;

/** An account takes no entries and holds for now, takes them again, or, empty, takes none for ever. */
interface StatusChange<Type extends string> {
  readonly type: Type;
  readonly accountId: string;
  readonly fundId: string;
  readonly reason: string;
  /** Of unfreezing: position of the tenant's own book by whose limit of changes one person did it. */
  readonly limitsAt?: number;
  /** Whether the tenant had a second administrator; absent where that is not known. */
  readonly secondAdministrator?: boolean;
}

export type AccountStatusEvent =
  | StatusChange<"AccountFrozen">
  | StatusChange<"AccountUnfrozen">
  | StatusChange<"AccountClosed">;

const STATUS_AFTER = {
  AccountFrozen: "FROZEN",
  AccountUnfrozen: "OPEN",
  AccountClosed: "CLOSED",
} as const;

const EVENT_OF = {
  FreezeAccount: "AccountFrozen",
  UnfreezeAccount: "AccountUnfrozen",
  CloseAccount: "AccountClosed",
} as const;

/** No events when the account is as wanted already; a closed one stays closed. */
function decideChangeStatus(command: AccountStatusCommand, state: BookState): AccountStatusEvent[] {
  const { kind, fundId, accountId, reason } = command;
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  requireFund(state, fundId);
  const account = requireAccount(state, accountId);
  const type = EVENT_OF[kind];
  if (account.status === STATUS_AFTER[type]) return [];
  refuseStatus(account, type);
  return [{ type, accountId, fundId, reason }];
}

function refuseStatus(account: AccountState, type: keyof typeof STATUS_AFTER): void {
  const { code, currency, status, balanceMinor, heldMinor } = account;
  refuseManaged(account, "accountId");
  if (status === "CLOSED") {
    throw new AppError("ACCOUNT_CLOSED", `Account ${code} is closed.`);
  }
  if (type !== "AccountClosed" || (balanceMinor === 0n && heldMinor === 0n)) return;
  const balance = formatAmount(balanceMinor, currency);
  const held = formatAmount(heldMinor, currency);
  throw new AppError(
    "ACCOUNT_NOT_EMPTY",
    `Account ${code} has a balance of ${balance} ${currency}, of which ${held} are held.`,
  );
}

const statusHandler = <Type extends keyof typeof STATUS_AFTER>(type: Type) => ({
  codec: codecOf<StatusChange<Type>>(type),
  evolve: (draft: BookState, { accountId }: StatusChange<Type>): void =>
    changeAccount(draft, accountId, { status: STATUS_AFTER[type] }),
  check: (state: BookState, { accountId }: StatusChange<Type>): void =>
    refuseStatus(requireAccount(state, accountId), type),
});

/** As it is kept while it waits for approval. */
const storedUnfreezing = z.object({
  kind: z.literal("UnfreezeAccount"),
  fundId: z.string(),
  accountId: z.string(),
  reason: z.string(),
});

export const ACCOUNT_STATUS = defineSlice<AccountStatusCommand, AccountStatusEvent>({
  name: "account status",
  commands: {
    FreezeAccount: { decide: decideChangeStatus },
    UnfreezeAccount: {
      decide: decideChangeStatus,
      stored: (json) => storedUnfreezing.parse(json),
    },
    CloseAccount: { decide: decideChangeStatus },
  },
  events: {
    AccountFrozen: statusHandler("AccountFrozen"),
    AccountUnfrozen: statusHandler("AccountUnfrozen"),
    AccountClosed: statusHandler("AccountClosed"),
  },
});
