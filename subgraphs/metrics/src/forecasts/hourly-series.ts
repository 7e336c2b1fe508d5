import { AppError } from "@allfunds/contract/errors";
import { utcDate } from "../series/calendar.ts";
import { detectFrequency } from "../series/frequency.ts";
import { segmentsBetween } from "../series/gap-policy.ts";
import { sliceSeries, type Series } from "../series/series.ts";
import { priceDecimals } from "./close-series.ts";
import { MOST_VALUES } from "./forecast.ts";
import type { SeriesToForecast } from "./forecast-series.ts";

const MS_PER_HOUR = 3_600_000;
const HOURS_PER_WEEK = 168;

/**
 * The closes of hours that are over, after the last gap that the exchange's hours do not explain. Prices
 * that are not hourly are INSUFFICIENT_DATA.
 */
export function hourlySeries(closes: Series, now: Date, currency: string): SeriesToForecast {
  const isOver = (time: number): boolean => time + MS_PER_HOUR <= now.getTime();
  const known = sliceSeries(closes, 0, closes.times.findLastIndex(isOver) + 1);
  const frequency = detectFrequency(known.times);
  if (frequency.name !== "HOURLY" || frequency.spacingMs !== MS_PER_HOUR) {
    throw new AppError("INSUFFICIENT_DATA", "The prices are not hourly.");
  }
  const segment = segmentsBetween(known.times, frequency.gaps).at(-1);
  const start = segment?.start ?? 0;
  const { times, values } = sliceSeries(known, Math.max(start, known.times.length - MOST_VALUES));
  return {
    series: "CLOSE",
    currency,
    decimals: priceDecimals(values.at(-1) ?? 0, currency),
    frequency: "HOURLY",
    seasonLength: frequency.seasonLength,
    periods: Array.from(times, (time) => utcDate(new Date(time))),
    hours: times,
    values,
    running: null,
    warnings: start > 0 ? ["OLD_PART_LEFT_OUT"] : [],
  };
}

/** Starts of the hours that follow: those of the days and hours that the series has had prices in. */
export function hoursAfter(hours: Float64Array, count: number): readonly Date[] {
  const recent = Array.from(hours.subarray(-MOST_VALUES), (time) => new Date(time));
  const open = new Set(recent.map(hourOfWeek));
  const result: Date[] = [];
  let next = hours.at(-1) ?? 0;
  while (result.length < count) {
    next += MS_PER_HOUR;
    // An hour of the week that never had a price is closed; a history under a week shows none as such.
    const isKnown = recent.length >= HOURS_PER_WEEK / 4;
    if (!isKnown || open.has(hourOfWeek(new Date(next)))) result.push(new Date(next));
  }
  return result;
}

const hourOfWeek = (instant: Date): number => instant.getUTCDay() * 24 + instant.getUTCHours();
