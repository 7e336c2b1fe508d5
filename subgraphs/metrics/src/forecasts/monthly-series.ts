import { AppError } from "@allfunds/contract/errors";
import { CASH_RULE } from "@allfunds/contract/events";
import { currencyScale, parseDecimal, rescale } from "@allfunds/contract/money";
import type { RequestContext } from "@allfunds/platform/context";
import type { DatabaseClient } from "@allfunds/platform/database";
import { readMonthEndBalances } from "../accounts/account-metrics.ts";
import { readAccount, readFund } from "../books/followed-books.ts";
import type { FollowedFund } from "../books/followed-books.ts";
import type { DatedClose } from "../instruments/price-store.ts";
import { addDays, addMonths, monthEnd, monthStart, utcDate } from "../series/calendar.ts";
import { bucketsOf, Interval } from "../series/date-range.ts";
import type { DateRange } from "../series/date-range.ts";
import { NO_CHANGE, readBalancePoints, readFundBuckets } from "../series/fund-series.ts";
import type { FundSums } from "../series/fund-series.ts";

/** The monthly series of a fund that can be forecast. */
export const ForecastMetric = {
  CASH: "CASH",
  NET_ASSET_VALUE: "NET_ASSET_VALUE",
  INFLOW: "INFLOW",
  OUTFLOW: "OUTFLOW",
  NET_FLOW: "NET_FLOW",
  REVENUE: "REVENUE",
  EXPENSES: "EXPENSES",
} as const;
export type ForecastMetric = (typeof ForecastMetric)[keyof typeof ForecastMetric];

/** Every monthly series that can be forecast: a fund's, an account's balance, an instrument's close. */
export const ForecastSeries = { ...ForecastMetric, BALANCE: "BALANCE", CLOSE: "CLOSE" } as const;
export type ForecastSeries = (typeof ForecastSeries)[keyof typeof ForecastSeries];

/** A monthly series as a forecast takes it: integers of a declared scale, one per month. */
export interface MonthlySeries {
  series: ForecastSeries;
  /** ISO 4217 currency of the values. */
  currency: string;
  /** Decimals of the values: 2 means they are cents. */
  scale: number;
  /** First days of consecutive months. */
  months: string[];
  values: bigint[];
  /** True for what cannot fall below zero. */
  nonNegative: boolean;
}

/** First days of the months a book has entries for and that are over today. */
export function completeMonths(activity: DateRange, today: string): string[] {
  const started = monthStart(activity.to);
  const last = monthEnd(started) < today ? started : addMonths(started, -1);
  const first = monthStart(activity.from);
  return first > last ? [] : bucketsOf(Interval.MONTH, { from: first, to: last });
}

/** Leaves out a first month that began before the history did: its flows are not a whole month's. */
export function wholeMonths(months: readonly string[], activity: DateRange): string[] {
  return months.filter((month) => month >= activity.from);
}

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
    series: metric,
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
  const wanted = { tenantId, fundId, currency, interval: Interval.MONTH, range };
  const points = await readBalancePoints(client, wanted);
  if (metric === "CASH") return points.map(({ cash }) => cash);
  if (points.some(({ holdsOtherCurrencies }) => holdsOtherCurrencies)) {
    throw new AppError(
      "INSUFFICIENT_DATA",
      "There are no exchange rates, and the fund held other currencies than its own.",
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
  return months.map((month) => FLOWS[metric](byMonth.get(month) ?? NO_CHANGE));
}

/** The month's figure of a metric: the change of a balance, or the flow itself. */
const FLOWS: Readonly<Record<ForecastMetric, (sums: FundSums) => bigint>> = {
  CASH: ({ cash }) => cash,
  NET_ASSET_VALUE: ({ assets, liabilities }) => assets - liabilities,
  INFLOW: ({ inflow }) => inflow,
  OUTFLOW: ({ outflow }) => outflow,
  NET_FLOW: ({ inflow, outflow }) => inflow - outflow,
  REVENUE: ({ income }) => income,
  EXPENSES: ({ expenses }) => expenses,
};

/** Reads the month-end balances of an account, complete months only. */
export async function readAccountSeries(
  client: DatabaseClient,
  request: RequestContext,
  accountId: string,
): Promise<MonthlySeries> {
  const { tenantId } = request;
  const today = utcDate(request.now);
  const account = await readAccount(client, request, accountId);
  const { activity } = await readFund(client, tenantId, account.fundId, today);
  const months = activity === null ? [] : completeMonths(activity, today);
  return {
    series: "BALANCE",
    currency: account.currency,
    scale: currencyScale(account.currency),
    months,
    values: await readMonthEndBalances(client, tenantId, account, months),
    nonNegative: false,
  };
}

// A month whose last price lies further from its end has not been imported to its end.
const LONGEST_GAP_DAYS = 5;

/** The closes of complete, consecutive months. */
export function closeSeries(
  closes: readonly DatedClose[],
  today: string,
  currency: string,
): MonthlySeries {
  const complete = closes.filter(
    ({ day }) => monthEnd(day) < today && day >= addDays(monthEnd(day), -LONGEST_GAP_DAYS),
  );
  const [first, last] = [complete[0], complete.at(-1)];
  const months =
    first && last ? bucketsOf(Interval.MONTH, { from: monthStart(first.day), to: last.day }) : [];
  if (months.length !== complete.length) {
    throw new AppError("INSUFFICIENT_DATA", "The price history has a gap of a month or more.");
  }
  const prices = complete.map(({ close }) => parseDecimal(close));
  const scale = Math.max(0, ...prices.map((price) => price.scale));
  const values = prices.map((price) => rescale(price, scale, "HALF_EVEN"));
  return { series: "CLOSE", currency, scale, months, values, nonNegative: true };
}
