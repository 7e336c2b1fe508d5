import type { AccountOpened } from "@allfunds/platform";
import type { ReadAs } from "../feed/tenant-of-connection.ts";
import type { TransactionEvent } from "../movements/movement.ts";
import { loadAccounts } from "./account-store.ts";
import type { Account } from "./account-store.ts";

// Beyond this they are read again; an account takes about 400 bytes.
const MOST_ACCOUNTS = 10_000;

/** The accounts of earlier batches, which never change: most postings are to the same few. */
export class AccountMemory {
  readonly #tenants = new Map<string, Map<string, Account>>();
  #size = 0;

  forget(): void {
    this.#tenants.clear();
    this.#size = 0;
  }

  /** Accounts that the same batch opens and that the database does not have yet. */
  add(tenantId: string, opened: readonly AccountOpened[]): void {
    for (const { accountId, code, name, type } of opened) {
      this.#keep(tenantId, { accountId, code, name, type });
    }
  }

  /** At least the accounts of these postings, by id. */
  async of(
    read: ReadAs,
    tenantId: string,
    posted: readonly TransactionEvent[],
  ): Promise<ReadonlyMap<string, Account>> {
    const known = this.#of(tenantId);
    const missing = new Set<string>();
    for (const { payload } of posted) {
      for (const { accountId } of payload.entries) {
        if (!known.has(accountId)) missing.add(accountId);
      }
    }
    if (missing.size > 0) {
      const accounts = await loadAccounts(await read(), tenantId, [...missing]);
      for (const account of accounts) this.#keep(tenantId, account);
    }
    return known;
  }

  /** Not between adding accounts and asking for them. */
  trim(): void {
    if (this.#size > MOST_ACCOUNTS) this.forget();
  }

  #of(tenantId: string): Map<string, Account> {
    const known = this.#tenants.get(tenantId) ?? new Map<string, Account>();
    this.#tenants.set(tenantId, known);
    return known;
  }

  #keep(tenantId: string, account: Account): void {
    const known = this.#of(tenantId);
    if (!known.has(account.accountId)) this.#size += 1;
    known.set(account.accountId, account);
  }
}
