interface AccountStatusChange {
  readonly accountId: string;
  readonly fundId: string;
  readonly reason: string;
}

/** An account takes no new entries and holds for now. */
interface AccountFrozen extends AccountStatusChange {
  readonly type: "AccountFrozen";
}

/** An account takes entries again. */
interface AccountUnfrozen extends AccountStatusChange {
  readonly type: "AccountUnfrozen";
}

/** An account, empty, takes no more entries for ever. */
interface AccountClosed extends AccountStatusChange {
  readonly type: "AccountClosed";
}

export type AccountStatusChanged = AccountFrozen | AccountUnfrozen | AccountClosed;
