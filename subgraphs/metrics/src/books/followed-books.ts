import { AppError } from "@allfunds/contract/errors";
import { seesFund } from "@allfunds/platform/auth";
import { isId } from "@allfunds/platform/ids";
import type { AccountType } from "@allfunds/contract/events";
import type { RequestContext } from "@allfunds/platform/context";
import type { DatabaseClient } from "@allfunds/platform/database";
import { FOLLOWER_NAME } from "../feed/read-model.ts";
import { fundNotFound } from "@allfunds/contract/feed";

/** The accounts of a fund that count as cash. */
export interface CashAccounts {
  count: number;
  /** Code and name of the first by code, for people to check. */
  listed: readonly string[];
}

/** A fund as it is followed. */
export interface FollowedFund {
  fundId: string;
  currency: string;
  /** Book position the figures include. */
  position: number;
  cashAccounts: CashAccounts;
  /** First and last effective day with entries, not after `today`; null for an empty book. */
  activity: { from: string; to: string } | null;
}

/** Most cash accounts that are named. */
export const CASH_LISTED = 20;

const SELECT_FUND = `
  SELECT fund.currency,
         coalesce(reached.position, 0) AS position,
         cash.count::int AS cash_count, cash.listed AS cash_listed,
         activity.first_day, activity.last_day
  FROM fund
  LEFT JOIN feed_book_position AS reached
    ON reached.tenant_id = fund.tenant_id AND reached.fund_id = fund.fund_id
    AND reached.follower = $4
  CROSS JOIN LATERAL (
    SELECT min(days.first_day)::text AS first_day, max(days.last_day)::text AS last_day
    FROM (SELECT DISTINCT currency FROM account
          WHERE account.tenant_id = fund.tenant_id AND account.fund_id = fund.fund_id) AS held
    CROSS JOIN LATERAL (
      SELECT min(bucket) AS first_day, max(bucket) AS last_day FROM fund_day
      WHERE fund_day.tenant_id = fund.tenant_id AND fund_day.fund_id = fund.fund_id
        AND fund_day.currency = held.currency AND bucket <= $3::date
    ) AS days
  ) AS activity
  CROSS JOIN LATERAL (
    SELECT count(*) AS count,
           array_agg(code || ' ' || name ORDER BY code) FILTER (WHERE nth <= ${CASH_LISTED}) AS listed
    FROM (SELECT code, name, row_number() OVER (ORDER BY code) AS nth FROM account
          WHERE account.tenant_id = fund.tenant_id AND account.fund_id = fund.fund_id
            AND counts_as_cash) AS cash_account
  ) AS cash
  WHERE fund.tenant_id = $1 AND fund.fund_id = $2`;

interface Row {
  currency: string;
  position: string;
  cash_count: number;
  cash_listed: string[] | null;
  first_day: string | null;
  last_day: string | null;
}

/** Reads a followed fund; throws FUND_NOT_FOUND when this tenant has none of that id. */
export async function readFund(
  client: DatabaseClient,
  tenantId: string,
  fundId: string,
  today: string,
): Promise<FollowedFund> {
  const values = [tenantId, fundId, today, FOLLOWER_NAME];
  const { rows } = isId(fundId) ? await client.query<Row>(SELECT_FUND, values) : { rows: [] };
  const [row] = rows;
  if (row === undefined) throw fundNotFound();
  const { first_day: from, last_day: to } = row;
  return {
    fundId,
    currency: row.currency,
    position: Number(row.position),
    cashAccounts: { count: row.cash_count, listed: row.cash_listed ?? [] },
    activity: from === null || to === null ? null : { from, to },
  };
}

/** An account as it is followed. */
export interface FollowedAccount {
  accountId: string;
  fundId: string;
  type: AccountType;
  currency: string;
}

const SELECT_ACCOUNT = `
  SELECT account_id AS "accountId", fund_id AS "fundId", type, currency
  FROM account WHERE tenant_id = $1 AND account_id = $2`;

/** Reads a followed account; throws ACCOUNT_NOT_FOUND when the caller can see none of that id. */
export async function readAccount(
  client: DatabaseClient,
  request: RequestContext,
  accountId: string,
): Promise<FollowedAccount> {
  const { rows } = isId(accountId)
    ? await client.query<FollowedAccount>(SELECT_ACCOUNT, [request.tenantId, accountId])
    : { rows: [] };
  const [account] = rows;
  // The book the account is in decides, whatever book the request names.
  if (account === undefined || !seesFund(request, account.fundId)) {
    throw accountNotFound();
  }
  return account;
}

/** One sentence for an account that does not exist, belongs to another tenant or was not granted. */
export const accountNotFound = (): AppError =>
  new AppError("ACCOUNT_NOT_FOUND", "There is no such account.");
