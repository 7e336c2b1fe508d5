import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import type { Bars, Series } from "../series/series.ts";

/** A currency pair: a price is the amount of `quote` for one unit of `base`. */
export interface CurrencyPair {
  readonly instrumentId: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
}

/** One step from a currency to another: by the pair's price, or by its reciprocal. */
export interface ConversionStep {
  readonly pair: CurrencyPair;
  readonly isInverse: boolean;
}

const READ_PAIRS = `
  SELECT instrument_id AS "instrumentId", symbol, base_currency AS base, currency AS quote
  FROM instrument WHERE tenant_id = $1 AND kind = 'CURRENCY_PAIR' ORDER BY symbol`;

/** The tenant's currency pairs by symbol. */
export async function readPairs(
  client: Pool | DatabaseClient,
  tenantId: string,
): Promise<CurrencyPair[]> {
  const { rows } = await client.query<CurrencyPair>(READ_PAIRS, [tenantId]);
  return rows;
}

/** Through which currencies a conversion goes first when there is no pair of both. */
const HUBS = ["EUR", "USD"];

/**
 * The steps from a currency to another: the pair of both, either way round; else two pairs over one currency
 * between, EUR before USD before others by their codes. Of several pairs of the same currencies the first by
 * symbol counts. Null when there is no way of at most two steps.
 */
export function conversionSteps(
  pairs: readonly CurrencyPair[],
  from: string,
  to: string,
): ConversionStep[] | null {
  if (from === to) return [];
  const direct = stepBetween(pairs, from, to);
  if (direct !== undefined) return [direct];
  const others = [...new Set(pairs.flatMap(({ base, quote }) => [base, quote]))].toSorted();
  for (const hub of [...HUBS, ...others]) {
    const first = stepBetween(pairs, from, hub);
    const second = stepBetween(pairs, hub, to);
    if (first !== undefined && second !== undefined) return [first, second];
  }
  return null;
}

function stepBetween(
  pairs: readonly CurrencyPair[],
  from: string,
  to: string,
): ConversionStep | undefined {
  const pair = pairs.find(({ base, quote }) => base === from && quote === to);
  if (pair !== undefined) return { pair, isInverse: false };
  const inverse = pairs.find(({ base, quote }) => base === to && quote === from);
  return inverse && { pair: inverse, isInverse: true };
}

/** How old a rate is at most, in days: over a weekend with holidays. */
export const OLDEST_RATE_DAYS = 7;
const OLDEST_RATE_MS = OLDEST_RATE_DAYS * 86_400_000;

/** Converted bars, how many had no rate of their day or the seven before, and when the newest rate is of. */
interface Converted {
  readonly bars: Bars;
  readonly withoutRate: number;
  /** Epoch milliseconds; null without any rate. */
  readonly lastRate: number | null;
}

/**
 * Converts each bar at the newest rate at or before its instant, never at a later one; a bar without a rate of
 * the last seven days is left out and counted. Volumes stay as they are.
 */
export function convertBars(
  bars: Bars,
  rates: Series,
  { isInverse }: Pick<ConversionStep, "isInverse">,
): Converted {
  const [kept, factors]: [number[], number[]] = [[], []];
  let [next, lastRate] = [0, null as number | null];
  for (const [index, time] of bars.times.entries()) {
    while ((rates.times[next] ?? Infinity) <= time) next += 1;
    const [rate, at] = [rates.values[next - 1], rates.times[next - 1]];
    if (rate === undefined || at === undefined || time - at > OLDEST_RATE_MS) continue;
    kept.push(index);
    factors.push(rate);
    lastRate = at;
  }
  const convert = (column: Float64Array): Float64Array =>
    Float64Array.from(kept, (index, place) =>
      isInverse ? column[index]! / factors[place]! : column[index]! * factors[place]!,
    );
  const pick = (column: Float64Array) => Float64Array.from(kept, (index) => column[index]!);
  return {
    bars: {
      times: pick(bars.times),
      open: convert(bars.open),
      high: convert(bars.high),
      low: convert(bars.low),
      close: convert(bars.close),
      volume: pick(bars.volume),
    },
    withoutRate: bars.times.length - kept.length,
    lastRate,
  };
}
