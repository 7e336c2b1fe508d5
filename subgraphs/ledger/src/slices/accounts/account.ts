import {
  AppError,
  currencyScale,
  formatAmount,
  invalidInput,
  parseAmount,
  type AccountType,
  type EntrySide,
} from "@allfunds/platform";
import {
  defineBatchRows,
  defineRows,
  weightOf,
  type BookState,
  type StateDigest,
} from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { Findings, checkText, checkUuid } from "../../engine/input-rules.ts";
import { defineSlice, type Lookup, type Want } from "../../engine/slice.ts";
import { bigintOrNull, defineTable, required } from "../../engine/table.ts";
import { requireFund } from "../funds/fund.ts";

export const ACCOUNT_STATUSES = { OPEN: "OPEN", FROZEN: "FROZEN", CLOSED: "CLOSED" } as const;
export type AccountStatus = keyof typeof ACCOUNT_STATUSES;

export interface AccountState {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  readonly currency: string;
  readonly status: AccountStatus;
  /** Minor units on the account's normal side. */
  readonly balanceMinor: bigint;
  /** Minor units below which balance less holds may not fall; null for no limit. */
  readonly minimumMinor: bigint | null;
  /** Minor units reserved by active holds. */
  readonly heldMinor: bigint;
  /** 1 when opened, one more with each event that changes the account. */
  readonly version: number;
  /** Under which its numbers count in the digest of its book. */
  readonly weight: bigint;
}

/** The side on which an account of this type grows. */
export const normalSide = (type: AccountType): EntrySide =>
  type === "ASSET" || type === "EXPENSE" ? "DEBIT" : "CREDIT";

export const oppositeSide = (side: EntrySide): EntrySide => (side === "DEBIT" ? "CREDIT" : "DEBIT");

const ACCOUNT = defineTable<AccountState>({
  name: "account",
  bookColumn: "fund_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "code", type: "text", of: ({ code }) => code, fixed: true },
    { name: "name", type: "text", of: ({ name }) => name, fixed: true },
    { name: "type", type: "text", of: ({ type }) => type, fixed: true },
    { name: "currency", type: "text", of: ({ currency }) => currency, fixed: true },
    { name: "status", type: "text", of: ({ status }) => status },
    { name: "balance", type: "numeric", of: ({ balanceMinor }) => balanceMinor },
    { name: "minimum_balance", type: "numeric", of: ({ minimumMinor }) => minimumMinor },
    { name: "held", type: "numeric", of: ({ heldMinor }) => heldMinor },
    { name: "version", type: "bigint", of: ({ version }) => version },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    code: required(texts, "code"),
    name: required(texts, "name"),
    type: required(texts, "type") as AccountType,
    currency: required(texts, "currency"),
    status: required(texts, "status") as AccountStatus,
    balanceMinor: BigInt(required(texts, "balance")),
    minimumMinor: bigintOrNull(texts["minimum_balance"]),
    heldMinor: BigInt(required(texts, "held")),
    version: Number(required(texts, "version")),
    weight: weightOf(required(texts, "id")),
  }),
  version: { column: "version", of: ({ version }) => version },
  // Most events move balances and nothing else: the rest is then neither sent nor compared.
  moving: { columns: ["balance", "version"], only: hasSameSettings },
  loaded: (state, rows) => {
    for (const { code, id } of rows.values()) state.put(ID_BY_CODE, code, id);
  },
  commit: commitAccount,
});

const ID_BY_CODE = defineRows<string>("account id by code");

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

function hasSameSettings(before: AccountState, after: AccountState): boolean {
  return (
    before.minimumMinor === after.minimumMinor &&
    before.heldMinor === after.heldMinor &&
    before.status === after.status &&
    before.name === after.name
  );
}

/** Balances change with every posting: they are counted by weight, only the rest is hashed. */
function commitAccount(
  digest: StateDigest,
  before: AccountState | undefined,
  after: AccountState | undefined,
): void {
  if (before === undefined || after === undefined || !hasSameSettings(before, after)) {
    if (before !== undefined) digest.remove(settingsText(before));
    if (after !== undefined) digest.add(settingsText(after));
  }
  const weight = (after ?? before)?.weight ?? 0n;
  digest.move(weight, numberOf(after) - numberOf(before));
}

const settingsText = (account: AccountState): string =>
  JSON.stringify([
    "account",
    account.id,
    account.code,
    account.name,
    account.type,
    account.currency,
    account.status,
    account.minimumMinor?.toString() ?? null,
    account.heldMinor.toString(),
  ]);

const numberOf = (account: AccountState | undefined): bigint =>
  account === undefined ? 0n : (account.balanceMinor << 40n) + BigInt(account.version);

export const accountOf = (state: BookState, id: string): AccountState | undefined =>
  state.get(ACCOUNT, id);

export function accountByCode(state: BookState, code: string): AccountState | undefined {
  const id = state.get(ID_BY_CODE, code);
  return id === undefined ? undefined : accountOf(state, id);
}

/** An account of this book; ACCOUNT_NOT_FOUND when it has none with this id. */
export function requireAccount(state: BookState, id: string): AccountState {
  const account = accountOf(state, id);
  if (account === undefined) throw new AppError("ACCOUNT_NOT_FOUND", `There is no account ${id}.`);
  return account;
}

/** An account that an accepted event names; its absence is a fault of the program, not of a client. */
export function currentAccount(state: BookState, id: string): AccountState {
  const account = accountOf(state, id);
  if (account === undefined) throw new Error(`account ${id} is missing from the state of its book`);
  return account;
}

/** Gives an account of a draft other values, and the next version. */
export function changeAccount(draft: BookState, id: string, changes: Partial<AccountState>): void {
  const account = currentAccount(draft, id);
  draft.put(ACCOUNT, id, { ...account, ...changes, version: account.version + 1 });
}

/** Refuses new entries and holds on an account that is frozen or closed. */
export function refuseUnlessOpen({ status, code }: AccountState, path: string): void {
  if (status === "OPEN") return;
  const violations = [{ path, message: `is ${status.toLowerCase()}` }];
  if (status === "FROZEN") {
    throw new AppError("ACCOUNT_FROZEN", `Account ${code} is frozen.`, { violations });
  }
  throw new AppError("ACCOUNT_CLOSED", `Account ${code} is closed.`, { violations });
}

/**
 * Refuses to take an account below its minimum balance. What raises a balance always passes, so that an
 * account can be brought back from wherever it is. `path` names the input field at fault.
 */
export function refuseOverdraft(
  account: AccountState,
  balanceAfterMinor: bigint,
  path: () => string,
): void {
  const { minimumMinor, balanceMinor, heldMinor, code, currency } = account;
  if (minimumMinor === null || balanceAfterMinor >= balanceMinor) return;
  if (balanceAfterMinor - heldMinor >= minimumMinor) return;
  const spendable = formatAmount(balanceMinor - heldMinor - minimumMinor, currency);
  throw new AppError(
    "INSUFFICIENT_FUNDS",
    `Account ${code} can give ${spendable} ${currency} before it falls below its minimum.`,
    { violations: [{ path: path(), message: "takes the account below its minimum balance" }] },
  );
}

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
}

/** The command to give an account another minimum balance, or none. */
export interface SetAccountFloor {
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

/** An account was added to a fund's chart; its balance is zero. */
export interface AccountOpened {
  readonly type: "AccountOpened";
  readonly accountId: string;
  readonly fundId: string;
  /** Unique within the fund. */
  readonly code: string;
  readonly name: string;
  readonly accountType: AccountType;
  readonly currency: string;
  /** Minor units below which the balance may not fall; null for no limit. */
  readonly minimumMinor: bigint | null;
}

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
  return [
    { type: "AccountOpened", accountId, fundId, code, name, accountType, currency, minimumMinor },
  ];
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

/** Adds an account to a draft: also before the event is recorded, for what is decided next. */
export function evolveAccountOpened(draft: BookState, event: AccountOpened): void {
  const { accountId: id, code, name, accountType: type, currency, minimumMinor } = event;
  draft.put(ACCOUNT, id, {
    id,
    code,
    name,
    type,
    currency,
    status: "OPEN",
    balanceMinor: 0n,
    minimumMinor,
    heldMinor: 0n,
    version: 1,
    weight: weightOf(id),
  });
  draft.put(ID_BY_CODE, code, id);
}

/** For commands that may open the account of a code. */
export function wantAccountId(want: Want, id: string, clientChoseId: boolean): void {
  if (clientChoseId) want(TAKEN, id);
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
      needs: ({ accountId }, want, clientChoseId) => wantAccountId(want, accountId, clientChoseId),
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
