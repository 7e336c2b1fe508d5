import type { DatabaseClient } from "@allfunds/platform/database";
import { readBookRates } from "../books/book-rates-sql.ts";
import type { BookRates, Rates } from "../books/book-rates.ts";
import { inFundCurrency } from "../books/in-fund-currency.ts";
import type { InFundCurrency } from "../books/in-fund-currency.ts";
import { addDays, earlier, monthEnd, monthStart } from "./calendar.ts";
import { bucketsOf, Interval } from "./date-range.ts";
import type { DateRange } from "./date-range.ts";
import { FUND_COLUMNS, fundSums, NO_CHANGE } from "./fund-sums.ts";
import type { FundSums } from "./fund-sums.ts";

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

/** Which series of a fund are wanted. */
export interface SeriesRequest {
  tenantId: string;
  fundId: string;
  /** ISO 4217 currency of the figures. */
  currency: string;
  interval: Interval;
  range: DateRange;
}

/** Last day of a bucket that counts: a month ends at the range's end at the latest. */
const lastDayOf = (bucket: string, interval: Interval, range: DateRange): string =>
  interval === Interval.DAY ? bucket : earlier(monthEnd(bucket), range.to);

/** What came in and went out in a bucket, in the fund's currency. */
export interface BucketFlows {
  readonly inflow: InFundCurrency;
  readonly outflow: InFundCurrency;
}

/**
 * What came in and went out by bucket, in the fund's currency; buckets without a change are left out. Other
 * currencies are converted at the rate of the bucket's last day.
 */
export async function readCashFlows(
  client: DatabaseClient,
  request: SeriesRequest,
): Promise<Map<string, BucketFlows>> {
  const { tenantId, fundId, currency, interval, range } = request;
  const buckets = await readFundBuckets(client, tenantId, fundId, interval, range);
  const rates = await readBookRates(client, request, range);
  return new Map(
    [...Map.groupBy(buckets, ({ bucket }) => bucket)].map(([bucket, ofBucket]) => {
      const day = lastDayOf(bucket, interval, range);
      const sum = (side: "inflow" | "outflow") =>
        inFundCurrency(
          { currency, rates },
          ofBucket.map((change) => ({ day, currency: change.currency, minor: change[side] })),
        );
      return [bucket, { inflow: sum("inflow"), outflow: sum("outflow") }];
    }),
  );
}

/** Balances at the end of a bucket, in the fund's currency. */
export interface BalancePoint {
  /** Last day of the bucket that counts. */
  readonly date: string;
  readonly cash: InFundCurrency;
  /** Assets less liabilities. */
  readonly net: InFundCurrency;
}

/** What the balances of a range are computed from. */
export interface BalanceSource {
  /** ISO 4217 currency of the balances, and the rates to it. */
  readonly currency: string;
  readonly rates: BookRates;
  /** Sums of everything before the range, by currency. */
  readonly opening: ReadonlyMap<string, FundSums>;
  /** Changes within the range, ascending. */
  readonly buckets: readonly FundBucket[];
}

/** Reads what the balances of a fund at the end of every bucket of a range are computed from. */
export async function readBalances(
  client: DatabaseClient,
  request: SeriesRequest,
): Promise<BalanceSource> {
  const { tenantId, fundId, currency, interval, range } = request;
  const opening = await readSumsUpTo(client, tenantId, fundId, addDays(range.from, -1));
  const buckets = await readFundBuckets(client, tenantId, fundId, interval, range);
  const rates = await readBookRates(client, request, range);
  return { currency, rates, opening, buckets };
}

/** Balances of a fund at the end of every bucket of a range, at the rates of that day. */
export const readBalancePoints = async (
  client: DatabaseClient,
  request: SeriesRequest,
): Promise<BalancePoint[]> =>
  balancePoints(request.interval, request.range, await readBalances(client, request));

/** The currencies in which something was held before or within a range. */
export const currenciesOf = ({
  opening,
  buckets,
}: Pick<BalanceSource, "opening" | "buckets">): string[] => [
  ...new Set([...opening.keys(), ...buckets.map(({ currency }) => currency)]),
];

/** Runs the balances through every bucket of a range, those without a change included. */
export function balancePoints(
  interval: Interval,
  range: DateRange,
  { currency, rates, opening, buckets }: Omit<BalanceSource, "rates"> & { readonly rates: Rates },
): BalancePoint[] {
  const held = new Map<string, Pick<FundSums, "cash" | "assets" | "liabilities">>(opening);
  let next = 0;
  return bucketsOf(interval, range).map((bucket) => {
    for (; buckets[next]?.bucket === bucket; next++) {
      const change = buckets[next]!;
      const before = held.get(change.currency) ?? NO_CHANGE;
      held.set(change.currency, {
        cash: before.cash + change.cash,
        assets: before.assets + change.assets,
        liabilities: before.liabilities + change.liabilities,
      });
    }
    const day = lastDayOf(bucket, interval, range);
    const sum = (sumOf: (sums: Pick<FundSums, "cash" | "assets" | "liabilities">) => bigint) =>
      inFundCurrency(
        { currency, rates },
        [...held].map(([of, sums]) => ({ day, currency: of, minor: sumOf(sums) })),
      );
    return {
      date: day,
      cash: sum(({ cash }) => cash),
      net: sum(({ assets, liabilities }) => assets - liabilities),
    };
  });
}
