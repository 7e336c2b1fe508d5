import { AppError } from "@allfunds/contract/errors";
import { isCashAccount, type AccountType, type EntrySide } from "@allfunds/contract/events";
import { formatAmount } from "@allfunds/contract/money";
import {
  defineRows,
  seedsOf,
  type BookState,
  type RowSeeds,
  type StateDigest,
} from "../../engine/book-state.ts";
import { canonicalJson } from "../../engine/canonical-json.ts";
import { bigintOrNull, defineTable, required } from "../../engine/table.ts";

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
  /** The account it is part of in the chart, of the same type. */
  readonly parentId: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Whether its balance is cash of the fund. */
  readonly countsAsCash: boolean;
  /** True when only commands of fund administration post to it. */
  readonly managed: boolean;
  /** With which its numbers count in the digest of its book. */
  readonly seeds: RowSeeds;
}

/** The side on which an account of this type grows. */
export const normalSide = (type: AccountType): EntrySide =>
  type === "ASSET" || type === "EXPENSE" ? "DEBIT" : "CREDIT";

export const oppositeSide = (side: EntrySide): EntrySide => (side === "DEBIT" ? "CREDIT" : "DEBIT");

export const ACCOUNT = defineTable<AccountState>({
  name: "account",
  bookColumn: "fund_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "code", type: "text", of: ({ code }) => code, fixed: true },
    { name: "name", type: "text", of: ({ name }) => name },
    { name: "type", type: "text", of: ({ type }) => type, fixed: true },
    { name: "currency", type: "text", of: ({ currency }) => currency, fixed: true },
    { name: "status", type: "text", of: ({ status }) => status },
    { name: "balance", type: "numeric", of: ({ balanceMinor }) => balanceMinor },
    { name: "minimum_balance", type: "numeric", of: ({ minimumMinor }) => minimumMinor },
    { name: "held", type: "numeric", of: ({ heldMinor }) => heldMinor },
    { name: "version", type: "bigint", of: ({ version }) => version },
    { name: "parent_id", type: "uuid", of: ({ parentId }) => parentId },
    { name: "metadata", type: "text", of: ({ metadata }) => canonicalJson(metadata) },
    { name: "counts_as_cash", type: "boolean", of: ({ countsAsCash }) => countsAsCash },
    { name: "managed", type: "boolean", of: ({ managed }) => managed, fixed: true },
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
    parentId: texts["parent_id"] ?? null,
    metadata: JSON.parse(required(texts, "metadata")) as AccountState["metadata"],
    countsAsCash: texts["counts_as_cash"] === "true",
    managed: texts["managed"] === "true",
    seeds: seedsOf(required(texts, "id")),
  }),
  version: { column: "version", of: ({ version }) => version },
  // Most events move balances and nothing else: the rest is then neither sent nor compared.
  moving: { columns: ["balance", "version"], movedAlone: hasSameSettings },
  loaded: (state, rows) => {
    for (const { code, id } of rows.values()) state.put(ID_BY_CODE, code, id);
  },
  commit: commitAccount,
});

export const ID_BY_CODE = defineRows<string>("account id by code");

function hasSameSettings(before: AccountState, after: AccountState): boolean {
  return (
    before.minimumMinor === after.minimumMinor &&
    before.heldMinor === after.heldMinor &&
    before.status === after.status &&
    before.name === after.name &&
    before.parentId === after.parentId &&
    before.metadata === after.metadata &&
    before.countsAsCash === after.countsAsCash
  );
}

/** Balances change with every posting: they are mixed, only the rest is hashed. */
function commitAccount(
  digest: StateDigest,
  before: AccountState | undefined,
  after: AccountState | undefined,
  movedAlone: boolean,
): void {
  if (!movedAlone) {
    if (before !== undefined) digest.remove(settingsText(before));
    if (after !== undefined) digest.add(settingsText(after));
  }
  if (before !== undefined) countNumbers(digest, before, "removeNumbers");
  if (after !== undefined) countNumbers(digest, after, "addNumbers");
}

const WORD = 2 ** 32;

function countNumbers(
  digest: StateDigest,
  { seeds, id, balanceMinor, version }: AccountState,
  count: "addNumbers" | "removeNumbers",
): void {
  const balance = Number(balanceMinor);
  if (Number.isSafeInteger(balance)) {
    digest[count](seeds, balance | 0, Math.floor(balance / WORD) | 0, version);
    return;
  }
  digest[count === "addNumbers" ? "add" : "remove"](`balance ${id} ${balanceMinor} ${version}`);
}

const settingsText = (account: AccountState): string =>
  canonicalJson([
    "account",
    account.id,
    account.code,
    account.name,
    account.type,
    account.currency,
    account.status,
    account.minimumMinor?.toString() ?? null,
    account.heldMinor.toString(),
    account.parentId,
    account.metadata,
    account.countsAsCash,
    // Digests from before there were managed accounts hold for all others.
    ...(account.managed ? ["managed"] : []),
  ]);

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

/** Gives an account of a draft another balance, and the next version: most of what ever changes in a book. */
export function moveBalance(draft: BookState, id: string, balanceMinor: bigint): void {
  const account = currentAccount(draft, id);
  draft.put(ACCOUNT, id, { ...account, balanceMinor, version: account.version + 1 });
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

/** Refuses to change an account by hand that follows from a fund's register, positions or valuations. */
export function refuseManaged({ managed, code }: AccountState, path: string): void {
  if (!managed) return;
  throw new AppError(
    "ACCOUNT_MANAGED",
    `Account ${code} moves by orders, trades and valuations only.`,
    { violations: [{ path, message: "is moved by fund administration only" }] },
  );
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
  /** Absent while its code alone decided. */
  readonly countsAsCash?: boolean;
  /** Present when only commands of fund administration post to it. */
  readonly managed?: true;
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
    parentId: null,
    metadata: {},
    countsAsCash: event.countsAsCash ?? isCashAccount(type, code),
    managed: event.managed === true,
    seeds: seedsOf(id),
  });
  draft.put(ID_BY_CODE, code, id);
}
