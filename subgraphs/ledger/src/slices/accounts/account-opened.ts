import type { AccountType } from "@allfunds/platform";

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
