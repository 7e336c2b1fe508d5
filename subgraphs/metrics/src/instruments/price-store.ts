import type { Pool } from "@allfunds/platform/database";
import { readExactBars, readSeries } from "../prices/price-read.ts";
import type { ExactBar, VersionedSeries } from "../prices/price-read.ts";
import { addDays, later, utcDate } from "../series/calendar.ts";

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
  const { series } = await readSeries(pool, { tenantId, instrumentId, from, to });
  const days = Array.from(series.times, (time) => utcDate(new Date(time)));
  return { days, closes: series.values };
}

/** The closes within a range as a series, and its version; none when the range runs backwards. */
export async function readCloses(
  pool: Pool,
  tenantId: string,
  instrumentId: string,
  { from, to }: PriceRange,
): Promise<VersionedSeries> {
  const none = { times: new Float64Array(0), values: new Float64Array(0) };
  if (from && to && from > to) return { series: none, version: "none" };
  return readSeries(pool, { tenantId, instrumentId, from, to });
}
