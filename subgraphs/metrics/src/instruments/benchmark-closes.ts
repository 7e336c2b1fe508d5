import type { Pool } from "@allfunds/platform/database";
import { absence } from "../absences/absence.ts";
import type { Conversion } from "../prices/price-read.ts";
import { toDay } from "../series/calendar.ts";
import type { Series } from "../series/series.ts";
import { HOLIDAYS_AT_END_MS } from "../series/gap-policy.ts";
import { periodOf, startOf } from "../series/whole-periods.ts";
import type { PriceInterval } from "../prices/price-sql.ts";
import { readInstrument } from "./instrument-store.ts";
import { readCloses } from "./price-store.ts";
import type { ClosesRequest } from "./price-store.ts";

/** Prices of a benchmark and their version; the reason instead of prices when there are none. */
interface Benchmark {
  readonly series: Series | string | null;
  readonly version: string;
}

/** Which benchmark, and in what form its closes are read. */
interface BenchmarkRequest extends Omit<ClosesRequest, "instrumentId" | "from"> {
  readonly benchmarkId: string | null | undefined;
}

/** The closes of a benchmark over the days of a series; none when no benchmark is named. */
export async function readBenchmark(
  pool: Pool,
  { benchmarkId, to, ...form }: BenchmarkRequest,
  { times }: Series,
): Promise<Benchmark> {
  if (!benchmarkId) return { series: null, version: "none" };
  const { id: instrumentId } = await readInstrument(pool, form.tenantId, benchmarkId);
  if (times.length === 0) return { series: absence("NO_PRICES"), version: "none" };
  const last = toDay(times.at(-1)!);
  // The last day of a month may lie behind the range.
  const range = {
    from: toDay(firstOf(form.interval, times[0]!)),
    to: to && to < last ? to : last,
  };
  const closes = await readCloses(pool, { ...form, instrumentId, ...range });
  const reason = unavailableBy(closes.conversion, closes.series.times.length);
  if (reason === null) return closes;
  return { series: absence("BENCHMARK_WITHOUT_PRICES", { reason }), version: reason };
}

/** From when on closes are read: what stands for the first point may be older by a weekend with holidays. */
const firstOf = (interval: PriceInterval = "DAY", time: number): number => {
  if (interval === "WEEK" || interval === "MONTH")
    return startOf[interval](periodOf[interval](time));
  return interval === "DAY" ? time - HOLIDAYS_AT_END_MS.MONTH : time;
};

/** Why there are no prices in the reader's currency; null when there are, or nothing to convert. */
export function unavailableBy(conversion: Conversion | null, prices: number): string | null {
  if (conversion === null || conversion.unavailable !== null) {
    return conversion?.unavailable ?? null;
  }
  const { withoutRate, currency, path } = conversion;
  if (prices > 0 || withoutRate === 0) return null;
  return absence("NO_RATE_OF_PRICES", { symbols: path.join(", "), currency });
}
