import { AppError } from "@allfunds/contract/errors";
import { CASH_RULE } from "@allfunds/contract/events";
import { currencyScale } from "@allfunds/contract/money";
import type { DatabaseClient } from "@allfunds/platform/database";
import { readBalancePoints } from "../funds/read-balance-points.ts";
import { readFund } from "../funds/read-fund.ts";
import type { FollowedFund } from "../funds/read-fund.ts";
import { monthEnd } from "../series/calendar.ts";
import type { DateRange } from "../series/date-range.ts";
import { Interval } from "../series/interval.ts";
import { NO_CHANGE, readFundBuckets } from "../series/read-fund-series.ts";
import { flowOf } from "./forecast-metric.ts";
import type { ForecastMetric } from "./forecast-metric.ts";
import { completeMonths, wholeMonths } from "./monthly-history.ts";
import type { MonthlySeries } from "./monthly-series.ts";

interface SeriesRequest {
  tenantId: string;
  fundId: string;
  metric: ForecastMetric;
  today: string;
}

/** Reads one monthly series of a fund, complete months only. */
export async function readFundMonthlySeries(
  client: DatabaseClient,
  request: SeriesRequest,
): Promise<MonthlySeries> {
  const { tenantId, fundId, metric, today } = request;
  const fund = await readFund(client, tenantId, fundId, today);
  refuseWithoutCash(metric, fund);
  const complete = fund.activity === null ? [] : completeMonths(fund.activity, today);
  const isBalance = metric === "CASH" || metric === "NET_ASSET_VALUE";
  const months =
    isBalance || fund.activity === null ? complete : wholeMonths(complete, fund.activity);
  const [first, last] = [months[0], months.at(-1)];
  const range = first && last ? { from: first, to: monthEnd(last) } : null;
  const read = isBalance ? readBalances : readFlows;
  return {
    metric,
    currency: fund.currency,
    scale: currencyScale(fund.currency),
    months,
    values: range === null ? [] : await read(client, request, fund, months, range),
    nonNegative: metric === "INFLOW" || metric === "OUTFLOW",
  };
}

function refuseWithoutCash(metric: ForecastMetric, fund: FollowedFund): void {
  const needsCash = ["CASH", "INFLOW", "OUTFLOW", "NET_FLOW"].includes(metric);
  if (fund.cashAccounts.count > 0 || !needsCash) return;
  throw new AppError("INSUFFICIENT_DATA", `The fund has no cash account. ${CASH_RULE}`);
}

async function readBalances(
  client: DatabaseClient,
  { tenantId, fundId, metric }: SeriesRequest,
  { currency }: FollowedFund,
  _months: readonly string[],
  range: DateRange,
): Promise<bigint[]> {
  const asked = { tenantId, fundId, currency, interval: Interval.MONTH, range };
  const points = await readBalancePoints(client, asked);
  if (metric === "CASH") return points.map(({ cash }) => cash);
  if (points.some(({ holdsOtherCurrencies }) => holdsOtherCurrencies)) {
    throw new AppError(
      "INSUFFICIENT_DATA",
      "No exchange rates are known, and the fund held other currencies than its own.",
    );
  }
  return points.map(({ assets, liabilities }) => assets - liabilities);
}

async function readFlows(
  client: DatabaseClient,
  { tenantId, fundId, metric }: SeriesRequest,
  { currency }: FollowedFund,
  months: readonly string[],
  range: DateRange,
): Promise<bigint[]> {
  const buckets = await readFundBuckets(client, tenantId, fundId, Interval.MONTH, range);
  const own = buckets.filter((bucket) => bucket.currency === currency);
  const byMonth = new Map(own.map((bucket) => [bucket.bucket, bucket]));
  return months.map((month) => flowOf(metric, byMonth.get(month) ?? NO_CHANGE));
}
