import { countsAsCash, type LedgerEvent } from "@allfunds/contract/events";
import type { DatabaseClient } from "@allfunds/platform/database";
import type { SeriesAccount } from "./movement.ts";
import type { Posting } from "./posting.ts";
import { accountKey, requireAccount } from "./series-changes.ts";

type EventOf<Type extends LedgerEvent["type"]> = Extract<LedgerEvent, { type: Type }>;

const SELECT_ACCOUNTS = `
  SELECT tenant_id AS "tenantId", account_id AS "accountId", type, currency,
    counts_as_cash AS "countsAsCash"
  FROM account WHERE tenant_id = ANY($1::uuid[]) AND account_id = ANY($2::uuid[])`;

// Beyond this they are read again; an account takes about 300 bytes.
const MOST_ACCOUNTS = 10_000;

/** A fund by its key; tenants choose the ids of their funds. */
export interface FundKey {
  tenantId: string;
  fundId: string;
}

/** The accounts of a batch as they are after it. */
export interface BatchAccounts {
  /** At least those that are posted to now or were by a reversed posting, by account key. */
  byKey: ReadonlyMap<string, SeriesAccount>;
  /** Funds of accounts that now count as cash and did not, or the other way round. */
  cashChanged: readonly FundKey[];
}

export interface AccountEvents {
  posted: readonly EventOf<"TransactionPosted">[];
  opened: readonly EventOf<"AccountOpened">[];
  renamed: readonly EventOf<"AccountRenamed">[];
}

/** The accounts of earlier batches, as they are now: most postings are to the same few. */
export class AccountCache {
  readonly #accounts = new Map<string, SeriesAccount>();

  clear(): void {
    this.#accounts.clear();
  }

  /** `reversed` are the postings of earlier batches that this batch reverses. */
  async after(
    client: DatabaseClient,
    events: AccountEvents,
    reversed: Iterable<Posting> = [],
  ): Promise<BatchAccounts> {
    if (this.#accounts.size > MOST_ACCOUNTS) this.clear();
    for (const { tenantId, payload } of events.opened) {
      const { accountId, type, currency } = payload;
      this.#keep({ tenantId, accountId, type, currency, countsAsCash: countsAsCash(payload) });
    }
    await this.#load(client, events, reversed);
    return { byKey: this.#accounts, cashChanged: this.#mark(events.renamed) };
  }

  async #load(
    client: DatabaseClient,
    { posted, renamed }: AccountEvents,
    reversed: Iterable<Posting>,
  ): Promise<void> {
    const tenants = new Set<string>();
    const missing = new Set<string>();
    const need = (tenantId: string, accountId: string) => {
      if (this.#accounts.has(accountKey(tenantId, accountId))) return;
      tenants.add(tenantId);
      missing.add(accountId);
    };
    for (const { tenantId, payload } of posted) {
      for (const { accountId } of payload.entries) need(tenantId, accountId);
    }
    for (const { tenantId, nets } of reversed) {
      for (const accountId of nets.keys()) need(tenantId, accountId);
    }
    for (const { tenantId, payload } of renamed) need(tenantId, payload.accountId);
    if (missing.size === 0) return;
    const values = [[...tenants], [...missing]];
    const { rows } = await client.query<SeriesAccount>(SELECT_ACCOUNTS, values);
    for (const row of rows) this.#keep(row);
  }

  /** Only the last mark of an account matters: what lies in between is never shown. */
  #mark(renamed: AccountEvents["renamed"]): FundKey[] {
    const last = new Map(
      renamed.map((event) => [accountKey(event.tenantId, event.payload.accountId), event]),
    );
    const changed = new Map<string, FundKey>();
    for (const [key, { tenantId, fundId, payload }] of last) {
      const account = requireAccount(this.#accounts, key);
      if (account.countsAsCash === payload.countsAsCash) continue;
      this.#keep({ ...account, countsAsCash: payload.countsAsCash });
      changed.set(`${tenantId} ${fundId}`, { tenantId, fundId });
    }
    return [...changed.values()];
  }

  #keep(account: SeriesAccount): void {
    this.#accounts.set(accountKey(account.tenantId, account.accountId), account);
  }
}
