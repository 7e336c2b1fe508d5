import type { Pool } from "@allfunds/platform/database";
import { conversionSteps, OLDEST_RATE_DAYS, readPairs } from "../prices/currency-conversion.ts";
import type { ConversionStep, CurrencyPair } from "../prices/currency-conversion.ts";
import { readExactBars } from "../prices/price-read.ts";
import { addDays, utcDate } from "../series/calendar.ts";
import type { DateRange } from "../series/date-range.ts";
import type { PairStep, PairSteps } from "./reader-rates.ts";

/** Reads the closes of the pairs that lead from currencies to the reader's, for the days of a range. */
export async function readPairSteps(
  pool: Pool,
  tenantId: string,
  { from, to }: { readonly from: Iterable<string>; readonly to: string },
  range: DateRange,
): Promise<PairSteps> {
  const pairs = await readPairs(pool, tenantId);
  const closesOf = new Map<string, Promise<PairStep["closes"]>>();
  const read = ({ pair, isInverse }: ConversionStep) => {
    const known = closesOf.get(pair.instrumentId) ?? readPairCloses(pool, tenantId, pair, range);
    closesOf.set(pair.instrumentId, known);
    const { symbol, base, quote } = pair;
    return known.then((closes): PairStep => ({ symbol, base, quote, isInverse, closes }));
  };
  const all = [...new Set(from)].map(async (currency) => {
    // Where no pairs lead, the book may still have a rate.
    const steps = conversionSteps(pairs, currency, to) ?? [];
    return [currency, await Promise.all(steps.map(read))] as const;
  });
  return new Map(await Promise.all(all));
}

async function readPairCloses(
  pool: Pool,
  tenantId: string,
  { instrumentId }: CurrencyPair,
  { from, to }: DateRange,
): Promise<PairStep["closes"]> {
  // What was held before the range is worth what it was on the day before.
  const days = { from: addDays(from, -OLDEST_RATE_DAYS - 1), to };
  const bars = await readExactBars(pool, { tenantId, instrumentId, ...days }, Infinity);
  return bars.map(({ at, close }) => ({ day: utcDate(at), close }));
}
