import type { Money } from "@allfunds/contract/money";
import { absence } from "../absences/absence.ts";
import type { NamedRate, Rates } from "../books/book-rates.ts";
import { inFundCurrency, listOf, rateInputs } from "../books/in-fund-currency.ts";
import { addDays } from "../series/calendar.ts";
import type { DateRange } from "../series/date-range.ts";
import type { FundSums } from "../series/fund-sums.ts";

/** Most days a performance is computed over: ten years. */
export const MOST_PERFORMANCE_DAYS = 3_660;

type Sums = Pick<FundSums, "netAssets" | "contributions" | "withdrawals" | "corrections">;

/** The movements of one day in one currency, in minor units. */
export interface DayMovements extends Sums {
  readonly day: string;
  readonly currency: string;
}

/** What the performance of a fund or an account is computed from. */
export interface Movements {
  /** Currency of the valuations: its own, or the reader's. */
  readonly currency: string;
  /** The days that are valued; null without entries in them. */
  readonly range: DateRange | null;
  /** What was held before the range, by currency. */
  readonly opening: ReadonlyMap<string, bigint>;
  /** The days of the range with entries, ascending. */
  readonly days: readonly DayMovements[];
  readonly rates: Rates;
}

/** A fund or an account day by day, in minor units; every array has one place a day. */
export interface Valuations {
  /** Epoch milliseconds of each day's start, every day of the range. */
  readonly times: Float64Array;
  /** Value at the end of the day. */
  readonly values: Float64Array;
  /** Capital that came in, at the start of the day, and that went out, at its end. */
  readonly inflows: Float64Array;
  readonly outflows: Float64Array;
  /** Value before the first day. */
  readonly opening: number;
  /** The last rate of each other currency, and where all of them are from, as inputs of figures. */
  readonly rateInputs: Readonly<Record<string, string>>;
}

/**
 * Values a fund or an account at the end of every day, at the rates of that day. A posting and its reversals
 * are one movement on the original's day. Corrections against equity count as capital, not as a result.
 * Returns the reason when something that is held on a day has no rate.
 */
export function valuationsOf(movements: Movements): Valuations | string {
  const { currency, range, rates } = movements;
  const days = range === null ? [] : daysOf(range);
  const held = new Map(movements.opening);
  const columns = days.map(() => ({ value: 0, inflow: 0, outflow: 0 }));
  const used = new UsedRates();
  const inOwn = (day: string, amounts: Iterable<readonly [string, bigint]>) =>
    inFundCurrency(
      { currency, rates },
      Array.from(amounts, ([of, minor]) => ({ day, currency: of, minor })),
    );
  const opening = days[0] === undefined ? null : inOwn(addDays(days[0], -1), held);
  // Held from before, it is worth what it is at the first rate.
  const start = opening === null || opening.missing.length === 0 ? opening : inOwn(days[0]!, held);
  const noRateOf = (day: string, amounts: readonly Money[]) =>
    absence("NO_RATE_OF_DAY", { currency, day, amounts: listOf(amounts) });
  if (start !== null && start.missing.length > 0) return noRateOf(days[0]!, start.missing);
  let next = 0;
  for (const [index, day] of days.entries()) {
    const [inflow, outflow] = [new Map<string, bigint>(), new Map<string, bigint>()];
    for (; movements.days[next]?.day === day; next++) {
      const { currency: of, netAssets, ...moved } = movements.days[next]!;
      held.set(of, (held.get(of) ?? 0n) + netAssets);
      const isGain = moved.corrections > 0n;
      inflow.set(of, moved.contributions + (isGain ? moved.corrections : 0n));
      outflow.set(of, moved.withdrawals - (isGain ? 0n : moved.corrections));
    }
    const [value, into, out] = [inOwn(day, held), inOwn(day, inflow), inOwn(day, outflow)];
    const missing = [value, into, out].find((amounts) => amounts.missing.length > 0)?.missing;
    if (missing !== undefined) return noRateOf(day, missing);
    used.add(value.rates);
    columns[index] = {
      value: Number(value.minor),
      inflow: Number(into.minor),
      outflow: Number(out.minor),
    };
  }
  return {
    times: Float64Array.from(days, (day) => Date.parse(day)),
    values: Float64Array.from(columns, ({ value }) => value),
    inflows: Float64Array.from(columns, ({ inflow }) => inflow),
    outflows: Float64Array.from(columns, ({ outflow }) => outflow),
    opening: Number(start?.minor ?? 0n),
    rateInputs: used.inputs(),
  };
}

/** The rates of all days, by pair: the last one, and every source. */
class UsedRates {
  readonly #byPair = new Map<string, { rate: NamedRate; sources: Set<string> }>();

  add(rates: readonly NamedRate[]): void {
    for (const rate of rates) {
      const pair = [rate.base, rate.quote].toSorted().join(" ");
      const { sources } = this.#byPair.get(pair) ?? { sources: new Set<string>() };
      if (rate.source !== undefined) sources.add(rate.source);
      this.#byPair.set(pair, { rate, sources });
    }
  }

  inputs(): Record<string, string> {
    const last = [...this.#byPair.values()].map(({ rate, sources }) =>
      sources.size === 0 ? rate : { ...rate, source: [...sources].toSorted().join(", ") },
    );
    return rateInputs({ rates: last });
  }
}

function daysOf({ from, to }: DateRange): string[] {
  const days: string[] = [];
  for (let day = from; day <= to && days.length < MOST_PERFORMANCE_DAYS; day = addDays(day, 1)) {
    days.push(day);
  }
  return days;
}
