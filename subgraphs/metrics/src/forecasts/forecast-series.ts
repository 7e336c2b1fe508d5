import { AppError } from "@allfunds/contract/errors";
import { CASH_RULE } from "@allfunds/contract/events";
import { currencyScale } from "@allfunds/contract/money";
import type { RequestContext } from "@allfunds/platform/context";
import type { DatabaseClient } from "@allfunds/platform/database";
import { normalSide } from "../accounts/account-metrics.ts";
import { readBookRates } from "../books/book-rates-sql.ts";
import { readAccount, readFund } from "../books/followed-books.ts";
import type { FollowedAccount, FollowedFund } from "../books/followed-books.ts";
import { inFundCurrency, listOf } from "../books/in-fund-currency.ts";
import { addDays, earlier, later, monthEnd, utcDate } from "../series/calendar.ts";
import { Interval } from "../series/date-range.ts";
import type { DateRange } from "../series/date-range.ts";
import { readBalancePoints, readFundBuckets } from "../series/fund-series.ts";
import type { FundSums } from "../series/fund-series.ts";
import { MOST_VALUES, type ForecastWarning } from "./forecast.ts";
import {
  elapsedShare,
  periodEnd,
  periodsBefore,
  periodsBetween,
  periodStart,
  PERIOD_RULES,
  type DayFrequency,
  type ForecastFrequency,
} from "./period.ts";
import type { RunningPeriod } from "./running-period.ts";

/** The series of a fund that can be forecast. */
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

/** Every series that can be forecast: a fund's, an account's balance, an instrument's close. */
export const ForecastSeries = { ...ForecastMetric, BALANCE: "BALANCE", CLOSE: "CLOSE" } as const;
export type ForecastSeries = (typeof ForecastSeries)[keyof typeof ForecastSeries];

/** A series as a forecast takes it: values of consecutive periods, in units of the currency. */
export interface SeriesToForecast {
  readonly series: ForecastSeries;
  /** ISO 4217 currency of the values. */
  readonly currency: string;
  /** Decimals that the forecast is given with. */
  readonly decimals: number;
  readonly frequency: ForecastFrequency;
  /** Values in a season; 1 for none. */
  readonly seasonLength: number;
  /** First days of the complete periods; empty without history. Of hours the days they are in. */
  readonly periods: readonly string[];
  /** Starts of the hours, epoch milliseconds; null for periods of days. */
  readonly hours: Float64Array | null;
  /** One for each period. */
  readonly values: Float64Array;
  /** The period after the last complete one, when it has begun. */
  readonly running: RunningPeriod | null;
  readonly warnings: readonly ForecastWarning[];
}

/** The periods that a book has entries for: those that are over, and the running one. */
export interface Periods {
  readonly complete: readonly string[];
  /** First day of the running period; null when the newest entries are in a complete one. */
  readonly running: string | null;
  readonly range: DateRange;
}

/**
 * The periods of a history up to the day of its newest entry, at most as many as a forecast uses. A
 * first one that began before the history did is left out for flows: they would not be a whole
 * period's.
 */
export function periodsOf(
  frequency: DayFrequency,
  activity: DateRange,
  today: string,
  isFlow: boolean,
): Periods {
  const newest = periodStart(frequency, activity.to);
  const earliest = periodStart(frequency, activity.from);
  const first = later(earliest, periodsBefore(frequency, newest, MOST_VALUES));
  const all = periodsBetween(frequency, first, newest).filter(
    (start) => !isFlow || start >= activity.from,
  );
  const isRunning = periodEnd(frequency, newest) >= today;
  const complete = isRunning ? all.filter((start) => start < newest) : all;
  return {
    complete,
    running: isRunning && all.at(-1) === newest ? newest : null,
    range: { from: all[0] ?? newest, to: activity.to },
  };
}

interface SeriesRequest {
  readonly tenantId: string;
  readonly fundId: string;
  readonly metric: ForecastMetric;
  readonly frequency: DayFrequency;
  readonly today: string;
  /** Only the periods that were over on this day; null for all that there are. */
  readonly asOf: string | null;
}

/** A history up to the last period that was over on a day; null when none was. */
export function historyUpTo(
  frequency: DayFrequency,
  history: DateRange,
  asOf: string,
): DateRange | null {
  const start = periodStart(frequency, asOf);
  const end = periodEnd(frequency, start);
  const to = end <= asOf ? end : addDays(start, -1);
  return to < history.from ? null : { from: history.from, to: earlier(history.to, to) };
}

/** Reads one series of a fund. Figures that the fund does not have are INSUFFICIENT_DATA. */
export async function readFundSeries(
  client: DatabaseClient,
  request: SeriesRequest,
): Promise<SeriesToForecast> {
  const { tenantId, fundId, metric, frequency, asOf } = request;
  const fund = await readFund(client, tenantId, fundId, request.today);
  refuseWithoutCash(metric, fund);
  const decimals = currencyScale(fund.currency);
  const { seasonLength } = PERIOD_RULES[frequency];
  const { currency } = fund;
  const base: Base = { series: metric, currency, decimals, frequency, seasonLength, hours: null };
  const activity =
    asOf === null || fund.activity === null
      ? fund.activity
      : historyUpTo(frequency, fund.activity, asOf);
  if (activity === null) return withoutHistory(base);
  const isFlow = metric !== "CASH" && metric !== "NET_ASSET_VALUE";
  // The day itself is over.
  const today = asOf === null ? request.today : addDays(asOf, 1);
  const periods = periodsOf(frequency, activity, today, isFlow);
  const minor = isFlow
    ? await readFlows(client, request, fund, periods.range)
    : await readBalances(client, request, fund, periods.range);
  return { ...base, ...assemble(periods, minor, { isFlow, today, decimals, frequency }) };
}

type Base = Pick<
  SeriesToForecast,
  "series" | "currency" | "decimals" | "frequency" | "seasonLength" | "hours"
>;

const withoutHistory = (base: Base): SeriesToForecast => ({
  ...base,
  periods: [],
  values: new Float64Array(),
  running: null,
  warnings: [],
});

interface Shape {
  readonly isFlow: boolean;
  readonly today: string;
  readonly decimals: number;
  readonly frequency: DayFrequency;
}

/** Puts minor units by period into the values of complete periods and what is known of the running one. */
function assemble(
  { complete, running }: Periods,
  minor: ReadonlyMap<string, bigint>,
  { isFlow, today, decimals, frequency }: Shape,
): Pick<SeriesToForecast, "periods" | "values" | "running" | "warnings"> {
  const unit = 10 ** decimals;
  let balance = 0;
  const valueOf = (start: string): number => {
    const known = minor.get(start);
    if (isFlow) return Number(known ?? 0n) / unit;
    // A period without an entry ends with the balance before it.
    if (known !== undefined) balance = Number(known) / unit;
    return balance;
  };
  const values = Float64Array.from(complete, valueOf);
  // A day that is not over shows nothing yet of how much of it is to come.
  const isNowcast = running !== null && values.length > 0 && !frequency.endsWith("DAILY");
  return {
    periods: complete,
    values,
    running: isNowcast
      ? {
          value: valueOf(running),
          elapsed: elapsedShare(frequency, running, today),
          before: isFlow ? null : (values.at(-1) ?? 0),
        }
      : null,
    warnings: isNowcast ? ["RUNNING_PERIOD"] : [],
  };
}

function refuseWithoutCash(metric: ForecastMetric, fund: FollowedFund): void {
  const needsCash = ["CASH", "INFLOW", "OUTFLOW", "NET_FLOW"].includes(metric);
  if (fund.cashAccounts.count > 0 || !needsCash) return;
  throw new AppError("INSUFFICIENT_DATA", `The fund has no cash account. ${CASH_RULE}`);
}

/** Days where periods are shorter than a month, else months, which are fewer. */
const bucketsFor = (frequency: DayFrequency): Interval =>
  frequency === "WEEKLY" || frequency.endsWith("DAILY") ? Interval.DAY : Interval.MONTH;

async function readBalances(
  client: DatabaseClient,
  { tenantId, fundId, metric, frequency }: SeriesRequest,
  { currency }: FollowedFund,
  range: DateRange,
): Promise<ReadonlyMap<string, bigint>> {
  const wanted = { tenantId, fundId, currency, interval: bucketsFor(frequency), range };
  const points = await readBalancePoints(client, wanted);
  return new Map(
    points.map(({ date, cash, net }) => {
      const { minor, missing } = metric === "CASH" ? cash : net;
      if (missing.length > 0) {
        const text = `There is no exchange rate on or before ${date} for what the fund held: ${listOf(missing)}.`;
        throw new AppError("INSUFFICIENT_DATA", text);
      }
      return [periodStart(frequency, date), minor];
    }),
  );
}

/** Flows by period in the fund's currency; others count at the rate of their bucket's last day. */
async function readFlows(
  client: DatabaseClient,
  { tenantId, fundId, metric, frequency }: SeriesRequest,
  { currency }: FollowedFund,
  range: DateRange,
): Promise<ReadonlyMap<string, bigint>> {
  const interval = bucketsFor(frequency);
  const buckets = await readFundBuckets(client, tenantId, fundId, interval, range);
  const rates = await readBookRates(client, { tenantId, fundId, currency }, range);
  const sums = new Map<string, bigint>();
  for (const bucket of buckets) {
    const start = periodStart(frequency, bucket.bucket);
    const day =
      interval === Interval.DAY ? bucket.bucket : earlier(monthEnd(bucket.bucket), range.to);
    const amount = { day, currency: bucket.currency, minor: FLOWS[metric](bucket) };
    const { minor, missing } = inFundCurrency({ currency, rates }, [amount]);
    if (missing.length > 0) {
      const text = `There is no exchange rate on or before ${day} for what moved: ${listOf(missing)}.`;
      throw new AppError("INSUFFICIENT_DATA", text);
    }
    sums.set(start, (sums.get(start) ?? 0n) + minor);
  }
  return sums;
}

/** The figure of a metric within a period: the change of a balance, or the flow itself. */
const FLOWS: Readonly<Record<ForecastMetric, (sums: FundSums) => bigint>> = {
  CASH: ({ cash }) => cash,
  NET_ASSET_VALUE: ({ assets, liabilities }) => assets - liabilities,
  INFLOW: ({ inflow }) => inflow,
  OUTFLOW: ({ outflow }) => outflow,
  NET_FLOW: ({ inflow, outflow }) => inflow - outflow,
  REVENUE: ({ income }) => income,
  EXPENSES: ({ expenses }) => expenses,
};

/** Reads the balances of an account at the ends of periods. */
export async function readAccountSeries(
  client: DatabaseClient,
  request: RequestContext,
  accountId: string,
  frequency: DayFrequency,
): Promise<SeriesToForecast> {
  const today = utcDate(request.now);
  const account = await readAccount(client, request, accountId);
  const { activity } = await readFund(client, request.tenantId, account.fundId, today);
  const { currency } = account;
  const decimals = currencyScale(currency);
  const { seasonLength } = PERIOD_RULES[frequency];
  const base: Base = {
    series: "BALANCE",
    currency,
    decimals,
    frequency,
    seasonLength,
    hours: null,
  };
  if (activity === null) return withoutHistory(base);
  const periods = periodsOf(frequency, activity, today, false);
  const minor = await readAccountBalances(client, request.tenantId, account, periods, frequency);
  return { ...base, ...assemble(periods, minor, { isFlow: false, today, decimals, frequency }) };
}

// Everything before the range is one sum, so a long history costs no more than a short one.
const SELECT_CHANGES = `
  SELECT greatest(bucket, $4::date)::text AS day, sum(debit) AS debit, sum(credit) AS credit
  FROM account_day
  WHERE tenant_id = $1 AND account_id = $2 AND bucket <= $3
  GROUP BY 1 ORDER BY 1`;

async function readAccountBalances(
  client: DatabaseClient,
  tenantId: string,
  { accountId, type }: FollowedAccount,
  { range }: Periods,
  frequency: DayFrequency,
): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await client.query<{ day: string; debit: string; credit: string }>(
    SELECT_CHANGES,
    [tenantId, accountId, range.to, range.from],
  );
  const balances = new Map<string, bigint>();
  let balance = 0n;
  for (const { day, debit, credit } of rows) {
    balance += normalSide(type, { debit: BigInt(debit), credit: BigInt(credit) });
    balances.set(periodStart(frequency, day), balance);
  }
  return balances;
}
