import { AppError, type AccountType } from "@allfunds/platform";
import { endOf, isDue, type HoldState } from "../slices/holds/hold-state.ts";
import type { ClosedPeriod } from "../slices/periods/closed-period.ts";
import type { AccountStatus } from "../slices/accounts/account-status.ts";
import type { ApprovalLimits } from "../slices/proposals/approval-limits.ts";
import type { ProposalState } from "../slices/proposals/proposal-state.ts";
import type { Reversible } from "../slices/reversals/reversible.ts";

export interface FundState {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly closedPeriods: readonly ClosedPeriod[];
  /** Above which postings need a second person; absent while none was ever set. */
  readonly approvalLimits?: ApprovalLimits | undefined;
}

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
}

/** Where a book ends: its last position, the hash of that event, and when it was recorded. */
export interface BookHead {
  readonly position: number;
  readonly hash: Buffer;
  readonly recordedAt: Date;
}

export const GENESIS: BookHead = {
  position: 0,
  hash: Buffer.alloc(32),
  recordedAt: new Date(0),
};

const NONE: readonly HoldState[] = [];

/**
 * What deciding on a book needs to know, as far as it was loaded.
 * A fork is a draft on top of its parent: dropping it undoes everything, merging it keeps everything.
 */
export class BookState {
  head: BookHead;
  fund: FundState | undefined;
  #parent: BookState | undefined;
  readonly #accounts = new Map<string, AccountState>();
  readonly #idsByCode = new Map<string, string>();
  readonly #takenAccountIds = new Set<string>();
  readonly #takenTransactionIds = new Set<string>();
  readonly #takenReferences = new Set<string>();
  readonly #reversible = new Map<string, Reversible>();
  readonly #holds = new Map<string, HoldState>();
  readonly #proposals = new Map<string, ProposalState>();
  /** No active hold in here expires before this. */
  #nothingDueBefore = Number.POSITIVE_INFINITY;

  constructor(head: BookHead, parent?: BookState) {
    this.head = head;
    this.#parent = parent;
    this.fund = parent?.fund;
  }

  fork(): BookState {
    return new BookState(this.head, this);
  }

  account(id: string): AccountState | undefined {
    return this.#accounts.get(id) ?? this.#parent?.account(id);
  }

  accountByCode(code: string): AccountState | undefined {
    const id = this.#idsByCode.get(code);
    return id === undefined ? this.#parent?.accountByCode(code) : this.account(id);
  }

  /** True for ids of this book's accounts and for those loaded as taken by another book. */
  accountIdTaken(id: string): boolean {
    return (
      this.#accounts.has(id) ||
      this.#takenAccountIds.has(id) ||
      (this.#parent?.accountIdTaken(id) ?? false)
    );
  }

  transactionIdTaken(id: string): boolean {
    return this.#takenTransactionIds.has(id) || (this.#parent?.transactionIdTaken(id) ?? false);
  }

  referenceTaken(reference: string): boolean {
    return (
      this.#takenReferences.has(reference) || (this.#parent?.referenceTaken(reference) ?? false)
    );
  }

  reversible(id: string): Reversible | undefined {
    return this.#reversible.get(id) ?? this.#parent?.reversible(id);
  }

  putReversible(reversible: Reversible): void {
    this.#reversible.set(reversible.id, reversible);
  }

  proposal(id: string): ProposalState | undefined {
    return this.#proposals.get(id) ?? this.#parent?.proposal(id);
  }

  putProposal(proposal: ProposalState): void {
    this.#proposals.set(proposal.id, proposal);
  }

  hold(id: string): HoldState | undefined {
    return this.#holds.get(id) ?? this.#parent?.hold(id);
  }

  putHold(hold: HoldState): void {
    this.#holds.set(hold.id, hold);
    this.#nothingDueBefore = Math.min(this.#nothingDueBefore, endOf(hold));
  }

  /** Active holds whose time is over. */
  holdsDue(now: Date): readonly HoldState[] {
    const beneath = this.#parent?.holdsDue(now) ?? NONE;
    if (beneath.length === 0 && now.getTime() < this.#nothingDueBefore) return NONE;
    const due = beneath.filter(({ id }) => !this.#holds.has(id));
    if (now.getTime() < this.#nothingDueBefore) return due;
    this.#nothingDueBefore = Number.POSITIVE_INFINITY;
    for (const hold of this.#holds.values()) {
      this.#nothingDueBefore = Math.min(this.#nothingDueBefore, endOf(hold));
      if (isDue(hold, now)) due.push(hold);
    }
    return due;
  }

  putAccount(account: AccountState): void {
    this.#accounts.set(account.id, account);
    this.#idsByCode.set(account.code, account.id);
  }

  /** As `putAccount`, for one that is known here or beneath under the same code. */
  replaceAccount(account: AccountState): void {
    this.#accounts.set(account.id, account);
  }

  takeAccountId(id: string): void {
    this.#takenAccountIds.add(id);
  }

  takeTransactionId(id: string): void {
    this.#takenTransactionIds.add(id);
  }

  takeReference(reference: string): void {
    this.#takenReferences.add(reference);
  }

  /** Accounts put into this draft, not into those beneath it. */
  touchedAccounts(): AccountState[] {
    return [...this.#accounts.values()];
  }

  /** Stands on another state from now on, one that has taken in everything of its parent. */
  rebase(parent: BookState): void {
    this.#parent = parent;
  }

  mergeIntoParent(): void {
    if (this.#parent === undefined) throw new Error("only a fork can be merged");
    this.copyTo(this.#parent);
    for (const id of this.#takenTransactionIds) this.#parent.#takenTransactionIds.add(id);
    for (const reference of this.#takenReferences) this.#parent.takeReference(reference);
  }

  /** Keeps what stays true after a commit; ids and references of transactions are looked up when needed. */
  copyTo(target: BookState): void {
    target.head = this.head;
    target.fund = this.fund;
    for (const account of this.#accounts.values()) {
      if (target.#accounts.has(account.id)) target.replaceAccount(account);
      else target.putAccount(account);
    }
    for (const hold of this.#holds.values()) target.putHold(hold);
    for (const reversible of this.#reversible.values()) target.putReversible(reversible);
    for (const proposal of this.#proposals.values()) target.putProposal(proposal);
  }

  /** How much is remembered: accounts, holds, proposals, and transactions of which something was reversed. */
  get rememberedCount(): number {
    return this.#accounts.size + this.#holds.size + this.#proposals.size + this.#reversible.size;
  }
}

/** The book's fund; FUND_NOT_FOUND when the book was never opened. */
export function requireFund(state: BookState, fundId: string): FundState {
  if (state.fund === undefined) {
    throw new AppError("FUND_NOT_FOUND", `There is no fund ${fundId}.`);
  }
  return state.fund;
}

/** An account of this book; ACCOUNT_NOT_FOUND when it has none with this id. */
export function requireAccountState(state: BookState, id: string): AccountState {
  const account = state.account(id);
  if (account === undefined) throw new AppError("ACCOUNT_NOT_FOUND", `There is no account ${id}.`);
  return account;
}

/** Gives an account of a draft other values, and the next version. */
export function changeAccount(draft: BookState, id: string, changes: Partial<AccountState>): void {
  const account = currentAccount(draft, id);
  draft.replaceAccount({ ...account, ...changes, version: account.version + 1 });
}

/** An account an accepted event speaks of; its absence is a fault of ours, not of a client. */
export function currentAccount(state: BookState, id: string): AccountState {
  const account = state.account(id);
  if (account === undefined) throw new Error(`account ${id} is missing from the state of its book`);
  return account;
}
