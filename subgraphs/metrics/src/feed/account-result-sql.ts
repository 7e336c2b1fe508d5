import type { SqlStatement } from "@allfunds/platform/database";
import type { FundKey } from "./account-cache.ts";

const WORTH = "type IN ('ASSET', 'LIABILITY')";
const RESULT = "type IN ('INCOME', 'EXPENSE')";
const ofPosting = (amount: string, counts: string): string =>
  `coalesce(sum(${amount}) FILTER (WHERE ${counts}) OVER posting, 0)`;
const ONE_CURRENCY = "PARTITION BY tenant_id, fund_id, transaction_id, currency";

const partsOf = (ofFund: string): string => `
  SELECT posted.tenant_id, posted.fund_id, transaction_id, day, account.account_id, net, currency,
    type, counts_as_cash
  FROM posted_transaction AS posted
  CROSS JOIN LATERAL unnest(account_ids, nets) AS moved (account_id, net)
  JOIN account ON account.tenant_id = posted.tenant_id AND account.account_id = moved.account_id
  WHERE ${ofFund}`;

// The rule of `accountResults` over all that is kept of postings.
const countDays = (ofFund: string): string => `
  UPDATE account_day AS series SET moved = counted.moved, result = counted.result
  FROM (
    SELECT tenant_id, account_id, day AS bucket, sum(net) AS moved, sum(CASE
      WHEN NOT is_earning OR size = 0 THEN 0
      WHEN rises = gains AND falls = losses THEN net
      ELSE round((gains - losses) * abs(net) / size) END) AS result
    FROM (
      SELECT *, ${ofPosting("abs(net)", "is_earning")} AS size,
        ${ofPosting("greatest(net, 0)", "is_earning")} AS rises,
        ${ofPosting("greatest(-net, 0)", "is_earning")} AS falls
      FROM (
        SELECT *, ${WORTH} AND (NOT counts_as_cash OR
            ${ofPosting("abs(net)", `${WORTH} AND NOT counts_as_cash`)} = 0) AS is_earning,
          ${ofPosting("greatest(-net, 0)", RESULT)} AS gains,
          ${ofPosting("greatest(net, 0)", RESULT)} AS losses
        FROM (${partsOf(ofFund)}) AS part WINDOW posting AS (${ONE_CURRENCY})
      ) AS marked WINDOW posting AS (${ONE_CURRENCY})
    ) AS sized
    GROUP BY tenant_id, account_id, day
  ) AS counted
  WHERE series.tenant_id = counted.tenant_id AND series.account_id = counted.account_id
    AND series.bucket = counted.bucket`;

const countMonths = (ofAccount: string): string => `
  UPDATE account_month AS series SET moved = counted.moved, result = counted.result
  FROM (
    SELECT tenant_id, account_id, date_trunc('month', bucket)::date AS bucket,
      sum(moved) AS moved, sum(result) AS result
    FROM account_day WHERE ${ofAccount} GROUP BY 1, 2, 3
  ) AS counted
  WHERE series.tenant_id = counted.tenant_id AND series.account_id = counted.account_id
    AND series.bucket = counted.bucket`;

const COUNT_DAYS = countDays("posted.tenant_id = $1 AND posted.fund_id = $2");
const COUNT_MONTHS = countMonths(
  "tenant_id = $1 AND account_id IN (SELECT account_id FROM account WHERE tenant_id = $1 AND fund_id = $2)",
);

/**
 * Statements that count the results of funds' accounts anew over their whole history: which account earned
 * them depends on which accounts count as cash.
 */
export const recountResults = (funds: readonly FundKey[]): SqlStatement[] =>
  funds.flatMap(({ tenantId, fundId }) => {
    const values = [tenantId, fundId];
    return [
      { text: COUNT_DAYS, values },
      { text: COUNT_MONTHS, values },
    ];
  });

const COLUMNS =
  "ADD COLUMN moved numeric NOT NULL DEFAULT 0, ADD COLUMN result numeric NOT NULL DEFAULT 0";

/** Statements that keep what accounts earned, for what was posted before as well. */
export const KEEP_RESULTS = {
  columns: ["account_day", "account_month"].map((table) => `ALTER TABLE ${table} ${COLUMNS}`),
  counts: [countDays("true"), countMonths("true")],
  tables: ["account", "account_day", "account_month", "posted_transaction"],
} as const;
