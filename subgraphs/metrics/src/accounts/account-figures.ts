import { AppError, isId } from "@allfunds/platform";
import type { AccountType, DatabaseClient } from "@allfunds/platform";
import { readFund } from "../funds/read-fund.ts";
import { addDays } from "../series/calendar.ts";

interface Sides {
  debit: bigint;
  credit: bigint;
}

/** Everything an account's metrics are computed from, in minor units of its currency. */
export interface AccountFigures {
  accountId: string;
  fundId: string;
  position: number;
  type: AccountType;
  currency: string;
  asOf: string;
  total: Sides;
  last30d: Sides;
}

export interface FollowedAccount {
  accountId: string;
  fundId: string;
  type: AccountType;
  currency: string;
}

const SELECT_ACCOUNT = `
  SELECT account_id AS "accountId", fund_id AS "fundId", type, currency
  FROM account WHERE tenant_id = $1 AND account_id = $2`;

/** Reads a followed account; throws ACCOUNT_NOT_FOUND when this tenant has none of that id. */
export async function readAccount(
  client: DatabaseClient,
  tenantId: string,
  accountId: string,
): Promise<FollowedAccount> {
  const { rows } = isId(accountId)
    ? await client.query<FollowedAccount>(SELECT_ACCOUNT, [tenantId, accountId])
    : { rows: [] };
  if (rows[0] === undefined) throw new AppError("ACCOUNT_NOT_FOUND", "There is no such account.");
  return rows[0];
}

const SELECT_SIDES = `
  SELECT coalesce(sum(debit), 0) AS debit, coalesce(sum(credit), 0) AS credit FROM (
    SELECT debit, credit FROM account_month
    WHERE tenant_id = $1 AND account_id = $2 AND bucket < date_trunc('month', $3::date)::date
    UNION ALL
    SELECT debit, credit FROM account_day
    WHERE tenant_id = $1 AND account_id = $2
      AND bucket >= date_trunc('month', $3::date)::date AND bucket <= $3::date
  ) AS changes`;

async function readSidesUpTo(
  client: DatabaseClient,
  tenantId: string,
  accountId: string,
  day: string,
): Promise<Sides> {
  const { rows } = await client.query<{ debit: string; credit: string }>(SELECT_SIDES, [
    tenantId,
    accountId,
    day,
  ]);
  return { debit: BigInt(rows[0]?.debit ?? 0), credit: BigInt(rows[0]?.credit ?? 0) };
}

/** Reads the figures of an account as of its fund's last day with entries, at the latest `today`. */
export async function readAccountFigures(
  client: DatabaseClient,
  tenantId: string,
  accountId: string,
  today: string,
): Promise<AccountFigures> {
  const account = await readAccount(client, tenantId, accountId);
  const fund = await readFund(client, tenantId, account.fundId, today);
  const asOf = fund.activity?.to ?? today;
  const total = await readSidesUpTo(client, tenantId, accountId, asOf);
  const before = await readSidesUpTo(client, tenantId, accountId, addDays(asOf, -30));
  return {
    ...account,
    position: fund.position,
    asOf,
    total,
    last30d: { debit: total.debit - before.debit, credit: total.credit - before.credit },
  };
}

const SELECT_MONTHS = `
  SELECT bucket::text AS bucket, debit, credit FROM account_month
  WHERE tenant_id = $1 AND account_id = $2 AND bucket <= $3 ORDER BY bucket`;

/** Balances, on the account's normal side, at the end of every month of a range of whole months. */
export async function readMonthEndBalances(
  client: DatabaseClient,
  tenantId: string,
  { accountId, type }: FollowedAccount,
  months: readonly string[],
): Promise<bigint[]> {
  const { rows } = await client.query<{ bucket: string; debit: string; credit: string }>(
    SELECT_MONTHS,
    [tenantId, accountId, months.at(-1)],
  );
  let balance = 0n;
  let next = 0;
  return months.map((month) => {
    for (; next < rows.length && rows[next]!.bucket <= month; next++) {
      const { debit, credit } = rows[next]!;
      balance += normalSide(type, { debit: BigInt(debit), credit: BigInt(credit) });
    }
    return balance;
  });
}

/** Debits less credits for assets and expenses, credits less debits for the other types. */
export function normalSide(type: AccountType, { debit, credit }: Sides): bigint {
  return type === "ASSET" || type === "EXPENSE" ? debit - credit : credit - debit;
}
