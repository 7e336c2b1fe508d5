import { AppError, invalidInput } from "@allfunds/contract/errors";
import { isCashAccount, type AccountType } from "@allfunds/contract/events";
import { currencyScale, formatAmount, parseAmount } from "@allfunds/contract/money";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { Findings, checkText, checkUuid } from "../../engine/input-rules.ts";
import { defineSlice, type Lookup } from "../../engine/slice.ts";
import { requireFund } from "../funds/fund.ts";
import {
  ACCOUNT,
  ID_BY_CODE,
  accountOf,
  changeAccount,
  evolveAccountOpened,
  refuseUnlessOpen,
  requireAccount,
  type AccountOpened,
  type AccountState,
} from "./account.ts";

/** Ids that accounts of other books have. */
const TAKEN_IDS = defineBatchRows<true>("taken account ids");

const FIND_TAKEN = `SELECT id FROM account WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

const TAKEN: Lookup<true> = {
  rows: TAKEN_IDS,
  find: async ({ statements, book, draft }, ids) => {
    const { rows } = await statements.query<{ id: string }>(FIND_TAKEN, [book.tenantId, [...ids]]);
    for (const { id } of rows) draft.put(TAKEN_IDS, id, true);
  },
};

/** The command to add an account to a fund's chart. */
export interface OpenAccount {
  readonly kind: "OpenAccount";
  readonly accountId: string;
  readonly fundId: string;
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  /** The fund's currency when absent. */
  readonly currency: string | undefined;
  /** Minimum balance on the normal side, a decimal string; no limit when absent. */
  readonly minimumBalance?: string | undefined;
  /** By its code when absent. */
  readonly countsAsCash?: boolean | undefined;
}

/** The command to give an account another minimum balance, or none. */
interface SetAccountFloor {
  readonly kind: "SetAccountFloor";
  readonly fundId: string;
  readonly accountId: string;
  /** Decimal string on the account's normal side; null for no limit. */
  readonly minimumBalance: string | null;
}

/** The commands that decide whether an account takes entries. */
export interface ChangeAccountStatus {
  readonly kind: "FreezeAccount" | "UnfreezeAccount" | "CloseAccount";
  readonly fundId: string;
  readonly accountId: string;
  readonly reason: string;
}

export type AccountCommand =
  | OpenAccount
  | SetAccountFloor
  | (ChangeAccountStatus & { readonly kind: "FreezeAccount" })
  | (ChangeAccountStatus & { readonly kind: "UnfreezeAccount" })
  | (ChangeAccountStatus & { readonly kind: "CloseAccount" });

/** An account got another minimum balance, or none. */
export interface AccountFloorSet {
  readonly type: "AccountFloorSet";
  readonly accountId: string;
  readonly fundId: string;
  readonly currency: string;
  /** Minor units on the normal side below which balance less holds may not fall; null for no limit. */
  readonly minimumMinor: bigint | null;
}

/** An account takes no entries and holds for now, takes them again, or, empty, takes none for ever. */
interface AccountStatusChange<Type extends string> {
  readonly type: Type;
  readonly accountId: string;
  readonly fundId: string;
  readonly reason: string;
}

export type AccountEvent =
  | AccountOpened
  | AccountFloorSet
  | AccountStatusChange<"AccountFrozen">
  | AccountStatusChange<"AccountUnfrozen">
  | AccountStatusChange<"AccountClosed">;

const CODE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

function decideOpenAccount(command: OpenAccount, state: BookState): [AccountOpened] {
  const { accountId, fundId, code, name, type: accountType, minimumBalance } = command;
  const findings = new Findings();
  checkUuid(findings, "id", accountId);
  checkText(findings, "name", name, { min: 1, max: 200 });
  if (!CODE.test(code)) {
    findings.add("code", "must be 1 to 64 letters, digits, dots, colons, dashes or underscores");
  }
  findings.refuseIfAny();
  const fund = requireFund(state, fundId);
  const currency = command.currency ?? fund.currency;
  currencyScale(currency);
  refuseTaken(state, { accountId, code });
  const minimumMinor = minimumBalance === undefined ? null : parseAmount(minimumBalance, currency);
  refuseAboveZero(minimumMinor);
  const countsAsCash = command.countsAsCash ?? isCashAccount(accountType, code);
  refuseCash({ accountType, countsAsCash });
  const opened = { accountId, fundId, code, name, accountType, currency, minimumMinor };
  return [{ type: "AccountOpened", ...opened, countsAsCash }];
}

function refuseCash({
  accountType,
  countsAsCash,
}: Pick<AccountOpened, "accountType" | "countsAsCash">): void {
  if (countsAsCash === true && accountType !== "ASSET") {
    throw invalidInput("countsAsCash", "is for accounts of the type ASSET");
  }
}

function refuseTaken(
  state: BookState,
  { accountId, code }: Pick<AccountOpened, "accountId" | "code">,
): void {
  if (accountOf(state, accountId) !== undefined || state.get(TAKEN_IDS, accountId) === true) {
    throw new AppError("ALREADY_EXISTS", `An account with the id ${accountId} exists already.`);
  }
  if (state.get(ID_BY_CODE, code) !== undefined) {
    throw new AppError("ALREADY_EXISTS", `The fund has an account with the code ${code} already.`);
  }
}

/** A new account is empty, so its minimum balance cannot lie above zero. */
function refuseAboveZero(minimumMinor: bigint | null): void {
  if (minimumMinor !== null && minimumMinor > 0n) {
    throw invalidInput("minimumBalance", "must not be above zero in a new account");
  }
}

/** No events when the account has this minimum balance already. */
function decideSetAccountFloor(command: SetAccountFloor, state: BookState): AccountFloorSet[] {
  const { accountId, fundId, minimumBalance } = command;
  requireFund(state, fundId);
  const account = requireAccount(state, accountId);
  if (account.status === "CLOSED") refuseUnlessOpen(account, "accountId");
  const { currency } = account;
  const minimumMinor = minimumBalance === null ? null : parseAmount(minimumBalance, currency);
  if (minimumMinor === account.minimumMinor) return [];
  refuseAboveAvailable(account, minimumMinor);
  return [{ type: "AccountFloorSet", accountId, fundId, currency, minimumMinor }];
}

function refuseAboveAvailable(account: AccountState, minimumMinor: bigint | null): void {
  const { code, currency, balanceMinor, heldMinor } = account;
  const availableMinor = balanceMinor - heldMinor;
  if (minimumMinor === null || availableMinor >= minimumMinor) return;
  throw new AppError(
    "INSUFFICIENT_FUNDS",
    `Account ${code} has only ${formatAmount(availableMinor, currency)} ${currency} available.`,
    { violations: [{ path: "minimumBalance", message: "is above what is available" }] },
  );
}

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
function decideChangeAccountStatus(command: ChangeAccountStatus, state: BookState): AccountEvent[] {
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
  codec: codecOf<AccountStatusChange<Type>>(type),
  evolve: (draft: BookState, { accountId }: AccountStatusChange<Type>): void =>
    changeAccount(draft, accountId, { status: STATUS_AFTER[type] }),
  check: (state: BookState, { accountId }: AccountStatusChange<Type>): void =>
    refuseStatus(requireAccount(state, accountId), type),
});

export const ACCOUNTS = defineSlice<AccountCommand, AccountEvent>({
  name: "accounts",
  tables: [ACCOUNT],
  derived: [ID_BY_CODE],
  commands: {
    OpenAccount: {
      needs: ({ accountId }, want, clientChoseId) => {
        if (clientChoseId) want(TAKEN, accountId);
      },
      decide: decideOpenAccount,
    },
    SetAccountFloor: { decide: decideSetAccountFloor },
    FreezeAccount: { decide: decideChangeAccountStatus },
    UnfreezeAccount: { decide: decideChangeAccountStatus },
    CloseAccount: { decide: decideChangeAccountStatus },
  },
  events: {
    AccountOpened: {
      codec: codecOf<AccountOpened>("AccountOpened", {
        amounts: { minimumMinor: "minimumBalance" },
        optional: ["minimumMinor"],
        names: { accountType: "type" },
      }),
      evolve: evolveAccountOpened,
      check: (state, event) => {
        requireFund(state, event.fundId);
        refuseTaken(state, event);
        refuseAboveZero(event.minimumMinor);
        refuseCash(event);
      },
    },
    AccountFloorSet: {
      codec: codecOf<AccountFloorSet>("AccountFloorSet", {
        amounts: { minimumMinor: "minimumBalance" },
      }),
      evolve: (draft, { accountId, minimumMinor }) =>
        changeAccount(draft, accountId, { minimumMinor }),
      check: (state, { accountId, minimumMinor }) => {
        const account = requireAccount(state, accountId);
        if (account.status === "CLOSED") refuseUnlessOpen(account, "accountId");
        refuseAboveAvailable(account, minimumMinor);
      },
    },
    AccountFrozen: statusHandler("AccountFrozen"),
    AccountUnfrozen: statusHandler("AccountUnfrozen"),
    AccountClosed: statusHandler("AccountClosed"),
  },
  constraints: {
    account_pkey: () => new AppError("ALREADY_EXISTS", "An account with this id exists already."),
    account_code_unique: () =>
      new AppError("ALREADY_EXISTS", "The fund has an account with this code already."),
    account_above_minimum: () =>
      new AppError("INSUFFICIENT_FUNDS", "An account would fall below its minimum balance."),
  },
});
