import { AppError } from "@allfunds/contract/errors";
import { currencyScale } from "@allfunds/contract/money";
import { addDays } from "../series/calendar.ts";
import { detectFrequency, type FrequencyName } from "../series/frequency.ts";
import { segmentsBetween } from "../series/gap-policy.ts";
import { MOST_VALUES, type ForecastWarning } from "./forecast.ts";
import type { SeriesToForecast } from "./forecast-series.ts";
import {
  elapsedShare,
  PERIOD_RULES,
  nextPeriod,
  periodEnd,
  periodStart,
  type DayFrequency,
} from "./period.ts";

/** Closes of an instrument by ascending day. */
export interface Closes {
  readonly days: readonly string[];
  readonly closes: Float64Array;
}

// From finest to coarsest; a series can be forecast at its own frequency and at coarser ones.
const FROM_FINE: readonly DayFrequency[] = [
  "DAILY",
  "BUSINESS_DAILY",
  "WEEKLY",
  "MONTHLY",
  "QUARTERLY",
  "YEARLY",
];

const isForecastFrequency = (name: FrequencyName): name is DayFrequency =>
  (FROM_FINE as readonly FrequencyName[]).includes(name);

const isCoarser = (one: DayFrequency, other: DayFrequency): boolean =>
  FROM_FINE.indexOf(one) > FROM_FINE.indexOf(other);

const timesOf = (days: readonly string[]): Float64Array => Float64Array.from(days, Date.parse);

/**
 * The frequency to forecast closes at: the one that is asked for, else months, or that of the prices
 * where they come more rarely. Asking for more than the prices have is INSUFFICIENT_DATA.
 */
export function chooseFrequency({ days }: Closes, wanted: DayFrequency | null): DayFrequency {
  const own = detectFrequency(timesOf(days)).name;
  // A calendar day of a business series is the same thing to ask for.
  const finest = own === "DAILY" || own === "BUSINESS_DAILY" ? own : null;
  if (wanted === "DAILY" || wanted === "BUSINESS_DAILY") {
    if (finest !== null) return finest;
    throw new AppError("INSUFFICIENT_DATA", "The prices are not daily.");
  }
  if (!isForecastFrequency(own)) return wanted ?? "MONTHLY";
  if (wanted === null) return isCoarser(own, "MONTHLY") ? own : "MONTHLY";
  if (isCoarser(own, wanted)) {
    throw new AppError("INSUFFICIENT_DATA", `The prices are ${own.toLowerCase()}, not finer.`);
  }
  return wanted;
}

/**
 * The last close of each period up to today. Short gaps are filled with the close before them; of a
 * series with a longer one, only what follows it counts. A period is complete when it is over and its
 * prices reach near its end: a holiday there is no gap.
 */
export function closeSeries(
  all: Closes,
  frequency: DayFrequency,
  today: string,
  currency: string,
): SeriesToForecast {
  const until = all.days.findLastIndex((day) => day <= today) + 1;
  const closes = { days: all.days.slice(0, until), closes: all.closes.subarray(0, until) };
  const isDaily = frequency.endsWith("DAILY");
  const { periods, values, warnings } = isDaily ? tradingDays(closes) : lastOf(closes, frequency);
  const last = periods.at(-1);
  const lastDay = closes.days.at(-1);
  const base = {
    series: "CLOSE",
    currency,
    decimals: priceDecimals(values.at(-1) ?? 0, currency),
    frequency,
    seasonLength: PERIOD_RULES[frequency].seasonLength,
    hours: null,
  } as const;
  if (
    last === undefined ||
    lastDay === undefined ||
    isDaily ||
    isComplete(frequency, last, lastDay, today)
  ) {
    return { ...base, periods, values, running: null, warnings };
  }
  const before = values.at(-2);
  return {
    ...base,
    periods: periods.slice(0, -1),
    values: values.subarray(0, -1),
    running:
      before === undefined
        ? null
        : {
            value: values.at(-1) ?? 0,
            elapsed: elapsedShare(frequency, last, lastDay),
            before,
          },
    warnings: before === undefined ? warnings : [...warnings, "RUNNING_PERIOD"],
  };
}

/** Days before a period's end that weekends and holidays explain. */
const HOLIDAYS_AT_END = 5;

/** Prices that end further from the end of the period have not been imported to its end. */
const isComplete = (
  frequency: DayFrequency,
  start: string,
  lastDay: string,
  today: string,
): boolean => {
  const end = periodEnd(frequency, start);
  return end < today && lastDay >= addDays(end, -HOLIDAYS_AT_END);
};

interface Part {
  readonly periods: readonly string[];
  readonly values: Float64Array;
  readonly warnings: readonly ForecastWarning[];
}

/** The days with a price after the last gap that the exchange's calendar does not explain. */
function tradingDays({ days, closes }: Closes): Part {
  const times = timesOf(days);
  const segment = segmentsBetween(times, detectFrequency(times).gaps).at(-1);
  const start = Math.max(segment?.start ?? 0, days.length - MOST_VALUES);
  return {
    periods: days.slice(start),
    values: closes.slice(start),
    warnings: (segment?.start ?? 0) > 0 ? ["OLD_PART_LEFT_OUT"] : [],
  };
}

/** The last close of each period, from the last long gap on. */
function lastOf({ days, closes }: Closes, frequency: DayFrequency): Part {
  const longest = Math.max(1, Math.floor(PERIOD_RULES[frequency].seasonLength / 10));
  const byPeriod = new Map<string, number>();
  for (const [index, day] of days.entries()) {
    byPeriod.set(periodStart(frequency, day), closes[index] ?? 0);
  }
  let periods: string[] = [];
  let values: number[] = [];
  const warnings = new Set<ForecastWarning>();
  for (const [start, close] of byPeriod) {
    const missing = missingBetween(frequency, periods.at(-1), start, longest);
    if (missing === null) {
      [periods, values] = [[], []];
      warnings.delete("GAP_FILLED");
      warnings.add("OLD_PART_LEFT_OUT");
    } else if (missing.length > 0) {
      warnings.add("GAP_FILLED");
      const before = values.at(-1) ?? close;
      periods.push(...missing);
      values.push(...missing.map(() => before));
    }
    periods.push(start);
    values.push(close);
  }
  return { periods, values: Float64Array.from(values), warnings: [...warnings] };
}

/** The periods between two that have prices; null when they are too many to fill. */
function missingBetween(
  frequency: DayFrequency,
  before: string | undefined,
  start: string,
  longest: number,
): string[] | null {
  if (before === undefined) return [];
  const missing: string[] = [];
  for (let each = nextPeriod(frequency, before); each < start; each = nextPeriod(frequency, each)) {
    missing.push(each);
    if (missing.length > longest) return null;
  }
  return missing;
}

const FEWEST_PRICE_DECIMALS = 4;
const MOST_PRICE_DECIMALS = 12;

/** Decimals of a price: four at least, and four significant digits of a small one. */
export function priceDecimals(price: number, currency: string): number {
  const size = price === 0 ? 0 : Math.floor(Math.log10(Math.abs(price)));
  const significant = FEWEST_PRICE_DECIMALS - 1 - size;
  const wanted = Math.max(FEWEST_PRICE_DECIMALS, significant, currencyScale(currency));
  return Math.min(MOST_PRICE_DECIMALS, wanted);
}
