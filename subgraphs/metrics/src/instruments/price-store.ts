import type { Pool } from "@allfunds/platform/database";
import { readBarsIn, readExactBars, readSeries } from "../prices/price-read.ts";
import type {
  Conversion,
  ExactBar,
  PriceAdjustment,
  VersionedSeries,
} from "../prices/price-read.ts";
import type { PriceInterval } from "../prices/price-sql.ts";
import { addDays, later, utcDate } from "../series/calendar.ts";
import { closesOf } from "../series/series.ts";
import { wholePeriods } from "../series/whole-periods.ts";

/** The last price of a period and its day. */
export interface DatedClose {
  day: string;
  /** Decimal string. */
  close: string;
}

interface PriceRange {
  from?: string | null | undefined;
  to?: string | null | undefined;
}

const dayOf = ({ at }: ExactBar): string => utcDate(at);

/** Prices in order of their days, after the given day. */
export async function listPrices(
  pool: Pool,
  tenantId: string,
  instrumentId: string,
  { from, to, afterDay, limit }: PriceRange & { afterDay: string | null; limit: number },
): Promise<(DatedClose & Omit<ExactBar, "at">)[]> {
  const next = afterDay === null ? null : addDays(afterDay, 1);
  const start = from && next ? later(from, next) : (next ?? from);
  if (start && to && start > to) return [];
  const request = { tenantId, instrumentId, from: start, to };
  const bars = await readExactBars(pool, request, limit);
  return bars.map(({ at, ...parts }) => ({ day: dayOf({ at, ...parts }), ...parts }));
}

/** A price history as statistics take it: doubles, and the day of each. */
export interface PriceSeries {
  days: string[];
  closes: Float64Array;
}

/** The whole price history within a range. */
export async function readPriceSeries(
  pool: Pool,
  tenantId: string,
  instrumentId: string,
  { from, to }: PriceRange,
): Promise<PriceSeries> {
  if (from && to && from > to) return { days: [], closes: new Float64Array(0) };
  const request = { tenantId, instrumentId, from, to, adjustment: "SPLITS" } as const;
  const { series } = await readSeries(pool, request);
  const days = Array.from(series.times, (time) => utcDate(new Date(time)));
  return { days, closes: series.values };
}

/** Which closes of an instrument are read, and in what form. */
export interface ClosesRequest extends PriceRange {
  readonly tenantId: string;
  readonly instrumentId: string;
  /** The currency of the reader; null or absent for the instrument's own. */
  readonly currency?: string | null | undefined;
  /** For dividends too, which makes a total return; a split is never one. */
  readonly adjusted?: boolean | undefined;
  /** Days by default. Of weeks and months those count that are over. */
  readonly interval?: PriceInterval | undefined;
  /** When it is read, which weeks and months need. */
  readonly now?: Date;
}

/** Closes with how they were converted; null when they are in the instrument's own currency. */
export interface Closes extends VersionedSeries {
  readonly conversion: Conversion | null;
}

/** What figures are computed from: a split is no gain or loss, and a dividend is one on request. */
export const adjustmentOf = (adjusted: boolean): PriceAdjustment =>
  adjusted ? "SPLITS_AND_DIVIDENDS" : "SPLITS";

/** The closes within a range, and the version of all that they are made of; none when the range runs backwards. */
export async function readCloses(pool: Pool, request: ClosesRequest): Promise<Closes> {
  const { tenantId, instrumentId, from, to, interval = "DAY" } = request;
  const [currency, adjusted] = [request.currency ?? null, request.adjusted ?? false];
  const none = { times: new Float64Array(0), values: new Float64Array(0) };
  if (from && to && from > to) return { series: none, version: "none", conversion: null };
  const adjustment = adjustmentOf(adjusted);
  const isLonger = interval === "WEEK" || interval === "MONTH";
  const fine = isLonger ? "DAY" : interval;
  const priced = { tenantId, instrumentId, from, to, interval: fine, adjustment };
  const { bars, version, conversion } = await readBarsIn(pool, currency, priced);
  const closes = closesOf(bars);
  const series = isLonger ? wholePeriods(closes, interval, askedOf(request)) : closes;
  const lastDay = isLonger ? series.times.at(-1) : undefined;
  const form = JSON.stringify([version, currency, adjusted, interval, lastDay ?? null]);
  return { series, version: form, conversion };
}

/** The last day that was asked for, today at most. */
function askedOf({ to, now = new Date() }: ClosesRequest): { until: number; today: number } {
  const today = Date.parse(utcDate(now));
  const until = to ? Date.parse(to.slice(0, 10)) : today;
  return { until: Math.min(until, today), today };
}
