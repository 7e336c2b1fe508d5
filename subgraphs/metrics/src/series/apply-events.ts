import { isCashAccount, type DatabaseClient, type LedgerEvent } from "@allfunds/platform";
import { notifyFundsChanged } from "./fund-updates.ts";
import { accountKey, seriesChanges } from "./series-changes.ts";
import type { SeriesAccount } from "./series-changes.ts";
import type { StorageProfile } from "./storage/storage-profile.ts";

type EventOf<Type extends LedgerEvent["type"]> = Extract<LedgerEvent, { type: Type }>;

/**
 * The effect of a batch of ledger events on the read models. It runs in the follower's
 * transaction, which also moves the cursor, so a batch counts once however often it is delivered.
 */
export function applyEvents(profile: StorageProfile) {
  return async (client: DatabaseClient, events: readonly LedgerEvent[]): Promise<void> => {
    const posted = events.filter((event) => event.type === "TransactionPosted");
    await addFunds(
      client,
      events.filter((event) => event.type === "FundOpened"),
    );
    await addAccounts(
      client,
      events.filter((event) => event.type === "AccountOpened"),
    );
    const accounts = await readAccounts(client, posted);
    await profile.addToSeries(client, seriesChanges(posted, accounts));
    await notifyFundsChanged(client, events);
  };
}

const INSERT_FUNDS = `
  INSERT INTO fund (tenant_id, fund_id, name, currency)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])`;

async function addFunds(client: DatabaseClient, opened: readonly EventOf<"FundOpened">[]) {
  if (opened.length === 0) return;
  await client.query(INSERT_FUNDS, [
    opened.map(({ tenantId }) => tenantId),
    opened.map(({ fundId }) => fundId),
    opened.map(({ payload }) => payload.name),
    opened.map(({ payload }) => payload.currency),
  ]);
}

const INSERT_ACCOUNTS = `
  INSERT INTO account (tenant_id, account_id, fund_id, code, name, type, currency, is_cash)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
                       $7::text[], $8::boolean[])`;

async function addAccounts(client: DatabaseClient, opened: readonly EventOf<"AccountOpened">[]) {
  if (opened.length === 0) return;
  await client.query(INSERT_ACCOUNTS, [
    opened.map(({ tenantId }) => tenantId),
    opened.map(({ payload }) => payload.accountId),
    opened.map(({ fundId }) => fundId),
    opened.map(({ payload }) => payload.code),
    opened.map(({ payload }) => payload.name),
    opened.map(({ payload }) => payload.type),
    opened.map(({ payload }) => payload.currency),
    opened.map(({ payload }) => isCashAccount(payload.type, payload.code)),
  ]);
}

const SELECT_ACCOUNTS = `
  SELECT tenant_id AS "tenantId", account_id AS "accountId", type, is_cash AS "isCash"
  FROM account WHERE tenant_id = ANY($1::uuid[]) AND account_id = ANY($2::uuid[])`;

async function readAccounts(
  client: DatabaseClient,
  posted: readonly EventOf<"TransactionPosted">[],
): Promise<Map<string, SeriesAccount>> {
  if (posted.length === 0) return new Map();
  const ids = posted.flatMap(({ payload }) => payload.entries.map(({ accountId }) => accountId));
  const tenants = posted.map(({ tenantId }) => tenantId);
  const { rows } = await client.query<SeriesAccount>(SELECT_ACCOUNTS, [
    [...new Set(tenants)],
    [...new Set(ids)],
  ]);
  return new Map(rows.map((row) => [accountKey(row.tenantId, row.accountId), row]));
}
