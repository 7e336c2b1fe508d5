import { isCashAccount, type DatabaseClient, type LedgerEvent } from "@allfunds/platform";
import { accountKey, type SeriesAccount } from "./series-changes.ts";

type EventOf<Type extends LedgerEvent["type"]> = Extract<LedgerEvent, { type: Type }>;

const SELECT_ACCOUNTS = `
  SELECT tenant_id AS "tenantId", account_id AS "accountId", type, is_cash AS "isCash"
  FROM account WHERE tenant_id = ANY($1::uuid[]) AND account_id = ANY($2::uuid[])`;

// Beyond this they are read again; an account takes about 300 bytes.
const MOST_ACCOUNTS = 10_000;

/** The accounts of earlier batches, which never change: most postings are to the same few. */
export class AccountMemory {
  readonly #accounts = new Map<string, SeriesAccount>();

  forget(): void {
    this.#accounts.clear();
  }

  /** At least the accounts of these postings, by account key; some may be opened by the same batch. */
  async of(
    client: DatabaseClient,
    posted: readonly EventOf<"TransactionPosted">[],
    opened: readonly EventOf<"AccountOpened">[],
  ): Promise<ReadonlyMap<string, SeriesAccount>> {
    if (this.#accounts.size > MOST_ACCOUNTS) this.#accounts.clear();
    for (const { tenantId, payload } of opened) {
      const { accountId, type, code } = payload;
      this.#keep({ tenantId, accountId, type, isCash: isCashAccount(type, code) });
    }
    const tenants = new Set<string>();
    const missing = new Set<string>();
    for (const { tenantId, payload } of posted) {
      for (const { accountId } of payload.entries) {
        if (this.#accounts.has(accountKey(tenantId, accountId))) continue;
        tenants.add(tenantId);
        missing.add(accountId);
      }
    }
    if (missing.size > 0) {
      const asked = [[...tenants], [...missing]];
      const { rows } = await client.query<SeriesAccount>(SELECT_ACCOUNTS, asked);
      for (const row of rows) this.#keep(row);
    }
    return this.#accounts;
  }

  #keep(account: SeriesAccount): void {
    this.#accounts.set(accountKey(account.tenantId, account.accountId), account);
  }
}
