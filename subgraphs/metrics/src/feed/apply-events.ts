import { countsAsCash } from "@allfunds/contract/events";
import type { LedgerEvent } from "@allfunds/contract/events";
import type { SqlStatement } from "@allfunds/platform/database";
import type { Effect } from "@allfunds/platform/feed";
import { recountResults } from "./account-result-sql.ts";
import { AccountCache } from "./account-cache.ts";
import { notifyFundsChanged } from "./fund-delta.ts";
import { keepPostings, readReversedPostings } from "./posting.ts";
import { accountKey, seriesChanges } from "./series-changes.ts";
import { asEachTenant } from "./tenant-effect.ts";
import { addToSeries, recountCash } from "./series-sql.ts";
import { keepFundSources } from "../exchange-rates/fund-sources.ts";
import { keepRecordedRates } from "../exchange-rates/recorded-rates-sql.ts";
import { keepNavs } from "../share-classes/class-nav-sql.ts";

type EventOf<Type extends LedgerEvent["type"]> = Extract<LedgerEvent, { type: Type }>;

/**
 * The effect of a batch of ledger events on the read model. The follower stores it in the
 * transaction that also moves the cursor, so a batch counts once however often it is delivered.
 */
export function applyEvents(): Effect {
  const accounts = new AccountCache();
  return asEachTenant({
    evict: () => accounts.clear(),
    statementsFor: async (events, client) => {
      const posted = events.filter((event) => event.type === "TransactionPosted");
      const opened = events.filter((event) => event.type === "AccountOpened");
      const renamed = events.filter((event) => event.type === "AccountRenamed");
      const postings = await readReversedPostings(client, posted);
      const { byKey, cashChanged } = await accounts.after(
        client,
        { posted, opened, renamed },
        postings.values(),
      );
      const changes = seriesChanges(posted, { accounts: byKey, postings });
      return [
        ...addFunds(events.filter((event) => event.type === "FundOpened")),
        ...addAccounts(opened),
        ...renameAccounts(renamed),
        ...addToSeries(changes),
        ...keepPostings(changes.postings),
        ...keepNavs(events.filter((event) => event.type === "NavPublished")),
        ...keepRecordedRates(events.filter((event) => event.type === "ExchangeRatesRecorded")),
        ...keepFundSources(events.filter((event) => event.type === "FundTermsSet")),
        // Last, so that it covers the transactions of this batch whichever side of the change they are on.
        ...recountCash(cashChanged),
        ...recountResults(cashChanged),
        notifyFundsChanged(events, changes),
      ];
    },
  });
}

const INSERT_FUNDS = `
  INSERT INTO fund (tenant_id, fund_id, currency)
  SELECT "tenantId", "fundId", currency
  FROM json_to_recordset($1) AS opened ("tenantId" uuid, "fundId" uuid, currency text)`;

function addFunds(opened: readonly EventOf<"FundOpened">[]): SqlStatement[] {
  if (opened.length === 0) return [];
  const rows = opened.map(({ tenantId, fundId, payload: { currency } }) => {
    return { tenantId, fundId, currency };
  });
  return [{ text: INSERT_FUNDS, values: [JSON.stringify(rows)] }];
}

const INSERT_ACCOUNTS = `
  INSERT INTO account (tenant_id, account_id, fund_id, code, name, type, currency, counts_as_cash)
  SELECT "tenantId", "accountId", "fundId", code, name, type, currency, "countsAsCash"
  FROM json_to_recordset($1) AS opened ("tenantId" uuid, "accountId" uuid, "fundId" uuid, code text,
    name text, type text, currency text, "countsAsCash" boolean)`;

function addAccounts(opened: readonly EventOf<"AccountOpened">[]): SqlStatement[] {
  if (opened.length === 0) return [];
  const rows = opened.map(({ tenantId, fundId, payload }) => {
    const { accountId, code, name, type, currency } = payload;
    const counts = countsAsCash(payload);
    return { tenantId, accountId, fundId, code, name, type, currency, countsAsCash: counts };
  });
  return [{ text: INSERT_ACCOUNTS, values: [JSON.stringify(rows)] }];
}

const RENAME_ACCOUNTS = `
  UPDATE account SET name = renamed.name, counts_as_cash = renamed."countsAsCash"
  FROM json_to_recordset($1)
    AS renamed ("tenantId" uuid, "accountId" uuid, name text, "countsAsCash" boolean)
  WHERE account.tenant_id = renamed."tenantId" AND account.account_id = renamed."accountId"`;

function renameAccounts(renamed: readonly EventOf<"AccountRenamed">[]): SqlStatement[] {
  if (renamed.length === 0) return [];
  // The last one counts; which of several rows an update takes is not defined.
  const rows = new Map(
    renamed.map(({ tenantId, payload: { accountId, name, countsAsCash: counts } }) => [
      accountKey(tenantId, accountId),
      { tenantId, accountId, name, countsAsCash: counts },
    ]),
  );
  return [{ text: RENAME_ACCOUNTS, values: [JSON.stringify([...rows.values()])] }];
}
