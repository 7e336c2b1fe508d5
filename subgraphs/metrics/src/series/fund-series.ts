import type { DatabaseClient } from "@allfunds/platform/database";
import { addDays, earlier, monthEnd, monthStart } from "./calendar.ts";
import { bucketsOf, Interval } from "./date-range.ts";
import type { DateRange } from "./date-range.ts";
import { FUND_COLUMNS, fundSums } from "./fund-sums.ts";
import type { FundSums } from "./fund-sums.ts";

export { NO_CHANGE } from "./fund-sums.ts";
export type { FundSums } from "./fund-sums.ts";

/** The sums of one bucket; `bucket` is its first day. */
export interface FundBucket extends FundSums {
  currency: string;
  bucket: string;
}

type Row<Shape> = { [Name in keyof Shape]: string };

const COLUMNS = `currency, ${Object.values(FUND_COLUMNS).join(", ")}`;
const SUMS = Object.entries(FUND_COLUMNS)
  .map(([sum, column]) => `sum(${column}) AS "${sum}"`)
  .join(", ");

// Whole months come from the roll-up, the days of the started month from the days.
const SELECT_UP_TO = `
  SELECT currency, ${SUMS} FROM (
    SELECT ${COLUMNS} FROM fund_month
    WHERE tenant_id = $1 AND fund_id = $2 AND bucket < date_trunc('month', $3::date)::date
    UNION ALL
    SELECT ${COLUMNS} FROM fund_day
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
    SELECT ${COLUMNS}, bucket FROM fund_month
    WHERE tenant_id = $1 AND fund_id = $2 AND bucket >= $3 AND bucket < $5
    UNION ALL
    SELECT ${COLUMNS}, $5::date FROM fund_day
    WHERE tenant_id = $1 AND fund_id = $2 AND bucket BETWEEN $5 AND $4
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

const toSums = (row: Row<FundSums>): FundSums => fundSums((sum) => BigInt(row[sum]));

/** Balances at the end of a bucket, in minor units of the fund's currency. */
export interface BalancePoint {
  /** Last day of the bucket that counts. */
  date: string;
  cash: bigint;
  assets: bigint;
  liabilities: bigint;
  /** True when net assets in another currency make the net asset value unknown. */
  holdsOtherCurrencies: boolean;
}

interface BalanceSource {
  currency: string;
  /** Sums of everything before the range, by currency. */
  opening: ReadonlyMap<string, FundSums>;
  /** Changes within the range, ascending. */
  buckets: readonly FundBucket[];
}

interface BalanceRequest {
  tenantId: string;
  fundId: string;
  currency: string;
  interval: Interval;
  range: DateRange;
}

/** Balances of a fund at the end of every bucket of a range. */
export async function readBalancePoints(
  client: DatabaseClient,
  { tenantId, fundId, currency, interval, range }: BalanceRequest,
): Promise<BalancePoint[]> {
  const opening = await readSumsUpTo(client, tenantId, fundId, addDays(range.from, -1));
  const buckets = await readFundBuckets(client, tenantId, fundId, interval, range);
  return balancePoints(interval, range, { currency, opening, buckets });
}

/** Runs the balances through every bucket of a range, those without a change included. */
function balancePoints(
  interval: Interval,
  range: DateRange,
  { currency, opening, buckets }: BalanceSource,
): BalancePoint[] {
  const own = { cash: 0n, assets: 0n, liabilities: 0n, ...opening.get(currency) };
  const otherNet = new Map<string, bigint>();
  for (const [other, { assets, liabilities }] of opening) {
    if (other !== currency) otherNet.set(other, assets - liabilities);
  }
  let next = 0;
  return bucketsOf(interval, range).map((bucket) => {
    for (; buckets[next]?.bucket === bucket; next++) {
      const change = buckets[next]!;
      if (change.currency === currency) {
        own.cash += change.cash;
        own.assets += change.assets;
        own.liabilities += change.liabilities;
        continue;
      }
      const before = otherNet.get(change.currency) ?? 0n;
      otherNet.set(change.currency, before + change.assets - change.liabilities);
    }
    return {
      date: interval === Interval.DAY ? bucket : earlier(monthEnd(bucket), range.to),
      cash: own.cash,
      assets: own.assets,
      liabilities: own.liabilities,
      holdsOtherCurrencies: [...otherNet.values()].some((net) => net !== 0n),
    };
  });
}
