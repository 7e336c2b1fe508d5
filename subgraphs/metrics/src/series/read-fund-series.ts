import type { DatabaseClient } from "@allfunds/platform/database";
import { monthStart } from "./calendar.ts";
import type { DateRange } from "./date-range.ts";
import { Interval } from "./interval.ts";

/** Sums of net changes of one currency, in minor units. */
export interface FundSums {
  cash: bigint;
  assets: bigint;
  liabilities: bigint;
  income: bigint;
  expenses: bigint;
  inflow: bigint;
  outflow: bigint;
}

/** The sums of one bucket; `bucket` is its first day. */
export interface FundBucket extends FundSums {
  currency: string;
  bucket: string;
}

export const NO_CHANGE: FundSums = {
  cash: 0n,
  assets: 0n,
  liabilities: 0n,
  income: 0n,
  expenses: 0n,
  inflow: 0n,
  outflow: 0n,
};

type Row<Shape> = { [Name in keyof Shape]: string };

const SUMS = `sum(cash) AS cash, sum(assets) AS assets, sum(liabilities) AS liabilities,
  sum(income) AS income, sum(expenses) AS expenses, sum(inflow) AS inflow, sum(outflow) AS outflow`;

// Whole months come from the roll-up, the days of the started month from the days.
const SELECT_UP_TO = `
  SELECT currency, ${SUMS} FROM (
    SELECT * FROM fund_month
    WHERE tenant_id = $1 AND fund_id = $2 AND bucket < date_trunc('month', $3::date)::date
    UNION ALL
    SELECT * FROM fund_day
    WHERE tenant_id = $1 AND fund_id = $2
      AND bucket >= date_trunc('month', $3::date)::date AND bucket <= $3::date
  ) AS changes
  GROUP BY currency ORDER BY currency`;

/** All changes up to and including a day, by currency: balances are these sums. */
export async function readSumsUpTo(
  client: DatabaseClient,
  tenantId: string,
  fundId: string,
  day: string,
): Promise<Map<string, FundSums>> {
  const { rows } = await client.query<Row<FundSums & { currency: string }>>(SELECT_UP_TO, [
    tenantId,
    fundId,
    day,
  ]);
  return new Map(rows.map((row) => [row.currency, toSums(row)]));
}

const SELECT_DAYS = `
  SELECT currency, bucket::text AS bucket, ${SUMS} FROM fund_day
  WHERE tenant_id = $1 AND fund_id = $2 AND bucket BETWEEN $3 AND $4
  GROUP BY currency, bucket ORDER BY bucket, currency`;

// The last month ends at `to`: later days of it, posted ahead, do not count yet.
const SELECT_MONTHS = `
  SELECT currency, bucket::text AS bucket, ${SUMS} FROM (
    SELECT * FROM fund_month
    WHERE tenant_id = $1 AND fund_id = $2 AND bucket >= $3 AND bucket < $5
    UNION ALL
    SELECT tenant_id, fund_id, currency, $5::date, cash, assets, liabilities, income, expenses,
           inflow, outflow
    FROM fund_day WHERE tenant_id = $1 AND fund_id = $2 AND bucket BETWEEN $5 AND $4
  ) AS changes
  GROUP BY currency, bucket ORDER BY bucket, currency`;

/** Changes by bucket and currency within a range; buckets without a change are left out. */
export async function readFundBuckets(
  client: DatabaseClient,
  tenantId: string,
  fundId: string,
  interval: Interval,
  { from, to }: DateRange,
): Promise<FundBucket[]> {
  const { rows } =
    interval === Interval.DAY
      ? await client.query<Row<FundBucket>>(SELECT_DAYS, [tenantId, fundId, from, to])
      : await client.query<Row<FundBucket>>(SELECT_MONTHS, [
          tenantId,
          fundId,
          monthStart(from),
          to,
          monthStart(to),
        ]);
  return rows.map((row) => ({ currency: row.currency, bucket: row.bucket, ...toSums(row) }));
}

const toSums = (row: Row<FundSums>): FundSums => ({
  cash: BigInt(row.cash),
  assets: BigInt(row.assets),
  liabilities: BigInt(row.liabilities),
  income: BigInt(row.income),
  expenses: BigInt(row.expenses),
  inflow: BigInt(row.inflow),
  outflow: BigInt(row.outflow),
});
