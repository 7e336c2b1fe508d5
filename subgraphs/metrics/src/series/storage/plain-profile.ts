import type { DatabaseClient } from "@allfunds/platform";
import type { AccountChange, FundChange, SeriesChanges } from "../series-changes.ts";
import type { StorageProfile } from "./storage-profile.ts";

// Minor units are numeric: a sum of many 128-bit amounts fits no integer column.
const accountSeries = (table: string) => `
  CREATE TABLE ${table} (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    bucket date NOT NULL,
    debit numeric NOT NULL,
    credit numeric NOT NULL,
    PRIMARY KEY (tenant_id, account_id, bucket)
  )`;

const fundSeries = (table: string) => `
  CREATE TABLE ${table} (
    tenant_id uuid NOT NULL,
    fund_id uuid NOT NULL,
    currency text NOT NULL,
    bucket date NOT NULL,
    cash numeric NOT NULL,
    assets numeric NOT NULL,
    liabilities numeric NOT NULL,
    income numeric NOT NULL,
    expenses numeric NOT NULL,
    inflow numeric NOT NULL,
    outflow numeric NOT NULL,
    PRIMARY KEY (tenant_id, fund_id, currency, bucket)
  )`;

/**
 * Ordinary tables of net changes per bucket; a balance is the running sum of changes. A backdated
 * transaction therefore touches one day and one month, and every later balance follows by itself.
 */
export const plainProfile: StorageProfile = {
  name: "plain",
  extension: null,
  createSeries: [
    accountSeries("account_day"),
    accountSeries("account_month"),
    fundSeries("fund_day"),
    fundSeries("fund_month"),
  ],
  addToSeries: async (client, changes: SeriesChanges) => {
    if (changes.accounts.length > 0) await addAccountChanges(client, changes.accounts);
    if (changes.funds.length > 0) await addFundChanges(client, changes.funds);
  },
};

const upsertAccounts = (table: string, bucket: string) => `
  INSERT INTO ${table} AS series (tenant_id, account_id, bucket, debit, credit)
  SELECT tenant_id, account_id, ${bucket}, sum(debit), sum(credit)
  FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::numeric[], $5::numeric[])
    AS change (tenant_id, account_id, day, debit, credit)
  GROUP BY 1, 2, 3
  ON CONFLICT (tenant_id, account_id, bucket) DO UPDATE
  SET debit = series.debit + excluded.debit, credit = series.credit + excluded.credit`;

async function addAccountChanges(
  client: DatabaseClient,
  changes: readonly AccountChange[],
): Promise<void> {
  const columns = [
    changes.map(({ tenantId }) => tenantId),
    changes.map(({ accountId }) => accountId),
    changes.map(({ day }) => day),
    changes.map(({ debit }) => debit.toString()),
    changes.map(({ credit }) => credit.toString()),
  ];
  await client.query(upsertAccounts("account_day", "day"), columns);
  await client.query(upsertAccounts("account_month", "date_trunc('month', day)::date"), columns);
}

const FUND_SUMS = [
  "cash",
  "assets",
  "liabilities",
  "income",
  "expenses",
  "inflow",
  "outflow",
] as const;

const upsertFunds = (table: string, bucket: string) => `
  INSERT INTO ${table} AS series (tenant_id, fund_id, currency, bucket, ${FUND_SUMS.join(", ")})
  SELECT tenant_id, fund_id, currency, ${bucket}, ${FUND_SUMS.map((sum) => `sum(${sum})`).join(", ")}
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[],
              ${FUND_SUMS.map((_, index) => `$${index + 5}::numeric[]`).join(", ")})
    AS change (tenant_id, fund_id, currency, day, ${FUND_SUMS.join(", ")})
  GROUP BY 1, 2, 3, 4
  ON CONFLICT (tenant_id, fund_id, currency, bucket) DO UPDATE
  SET ${FUND_SUMS.map((sum) => `${sum} = series.${sum} + excluded.${sum}`).join(", ")}`;

async function addFundChanges(
  client: DatabaseClient,
  changes: readonly FundChange[],
): Promise<void> {
  const columns = [
    changes.map(({ tenantId }) => tenantId),
    changes.map(({ fundId }) => fundId),
    changes.map(({ currency }) => currency),
    changes.map(({ day }) => day),
    ...FUND_SUMS.map((sum) => changes.map((change) => change[sum].toString())),
  ];
  await client.query(upsertFunds("fund_day", "day"), columns);
  await client.query(upsertFunds("fund_month", "date_trunc('month', day)::date"), columns);
}
