interface AccountStatusChange {
  readonly accountId: string;
  readonly fundId: string;
  readonly reason: string;
}

/** An account takes no new entries and holds for now. */
export interface AccountFrozen extends AccountStatusChange {
  readonly type: "AccountFrozen";
}

/** An account takes entries again. */
export interface AccountUnfrozen extends AccountStatusChange {
  readonly type: "AccountUnfrozen";
}

/** An account, empty, takes no more entries for ever. */
export interface AccountClosed extends AccountStatusChange {
  readonly type: "AccountClosed";
}

export type AccountStatusChanged = AccountFrozen | AccountUnfrozen | AccountClosed;
