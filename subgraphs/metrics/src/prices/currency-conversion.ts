import { AppError } from "@allfunds/contract/errors";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import type { Series } from "../series/series.ts";

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
 * symbol counts. Throws INSUFFICIENT_DATA when there is no way of at most two steps.
 */
export function conversionSteps(
  pairs: readonly CurrencyPair[],
  from: string,
  to: string,
): ConversionStep[] {
  if (from === to) return [];
  const direct = stepBetween(pairs, from, to);
  if (direct !== undefined) return [direct];
  const others = [...new Set(pairs.flatMap(({ base, quote }) => [base, quote]))].toSorted();
  for (const hub of [...HUBS, ...others]) {
    const first = stepBetween(pairs, from, hub);
    const second = stepBetween(pairs, hub, to);
    if (first !== undefined && second !== undefined) return [first, second];
  }
  throw new AppError("INSUFFICIENT_DATA", `There are no rates that lead from ${from} to ${to}.`);
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

/** How old a rate may be: over a weekend with holidays. */
const OLDEST_RATE_MS = 7 * 86_400_000;

/** A converted series, and how many of its points have no rate of their day or the seven before. */
export interface ConvertedSeries {
  readonly series: Series;
  readonly withoutRate: number;
}

/**
 * Converts each value at the newest rate at or before its instant; a point without a rate of the last seven days
 * is left out and counted.
 */
export function convertSeries(
  { times, values }: Series,
  rates: Series,
  { isInverse }: Pick<ConversionStep, "isInverse">,
): ConvertedSeries {
  const kept: number[] = [];
  const converted: number[] = [];
  let next = 0;
  for (const [index, time] of times.entries()) {
    while ((rates.times[next] ?? Infinity) <= time) next += 1;
    const rate = rates.values[next - 1];
    const age = time - (rates.times[next - 1] ?? -Infinity);
    if (rate === undefined || age > OLDEST_RATE_MS) continue;
    const value = values[index] ?? NaN;
    kept.push(time);
    converted.push(isInverse ? value / rate : value * rate);
  }
  return {
    series: { times: Float64Array.from(kept), values: Float64Array.from(converted) },
    withoutRate: times.length - kept.length,
  };
}
