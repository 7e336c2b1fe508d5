import type { AccountOpened, AccountRenamed } from "@allfunds/contract/events";
import type { ReadAs } from "../books/tenant-connection.ts";
import { loadAccounts } from "./account-store.ts";
import type { Account } from "./account-store.ts";

// Beyond this they are read again; an account takes about 400 bytes.
const MOST_ACCOUNTS = 10_000;

/** The accounts of earlier batches as they are now: most postings are to the same few. */
export class AccountCache {
  readonly #tenants = new Map<string, Map<string, Account>>();
  #size = 0;

  clear(): void {
    this.#tenants.clear();
    this.#size = 0;
  }

  /** Accounts that the same batch opens and that the database does not have yet. */
  add(tenantId: string, opened: readonly AccountOpened[]): void {
    for (const { accountId, code, name, type, countsAsCash = null } of opened) {
      this.#keep(tenantId, { accountId, code, name, type, countsAsCash });
    }
  }

  /** Whether that changes the account's cash mark; the account must be cached, see `of`. */
  rename(tenantId: string, { accountId, name, countsAsCash }: AccountRenamed): boolean {
    const account = this.#of(tenantId).get(accountId);
    if (account === undefined) return false;
    this.#keep(tenantId, { ...account, name, countsAsCash });
    return account.countsAsCash !== countsAsCash;
  }

  /** At least the accounts of these ids, as far as there are any; later changes show. */
  async of(
    read: ReadAs,
    tenantId: string,
    accountIds: Iterable<string>,
  ): Promise<ReadonlyMap<string, Account>> {
    const cached = this.#of(tenantId);
    const missing = new Set<string>();
    for (const accountId of accountIds) if (!cached.has(accountId)) missing.add(accountId);
    if (missing.size > 0) {
      const accounts = await loadAccounts(await read(), tenantId, [...missing]);
      for (const account of accounts) this.#keep(tenantId, account);
    }
    return cached;
  }

  /** Not between `add` and `of`. */
  trim(): void {
    if (this.#size > MOST_ACCOUNTS) this.clear();
  }

  #of(tenantId: string): Map<string, Account> {
    const cached = this.#tenants.get(tenantId) ?? new Map<string, Account>();
    this.#tenants.set(tenantId, cached);
    return cached;
  }

  #keep(tenantId: string, account: Account): void {
    const cached = this.#of(tenantId);
    if (!cached.has(account.accountId)) this.#size += 1;
    cached.set(account.accountId, account);
  }
}
