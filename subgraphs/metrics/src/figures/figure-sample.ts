import { absence } from "../absences/absence.ts";
import { frequencyOfReturns } from "../series/frequency.ts";
import type { Frequency } from "../series/frequency.ts";
import type { Series } from "../series/series.ts";
import { joinedFrequency, joinSeries } from "./benchmark.ts";
import type { PairedReturns } from "./benchmark.ts";
import { listOf } from "./number-list.ts";
import { periodReturns } from "./returns.ts";
import { momentsOf, sortedReturns } from "./tail-risk.ts";
import type { Moments } from "./tail-risk.ts";

/** Returns of single periods, with what is needed to annualise them. */
export interface PeriodSample {
  readonly frequency: Frequency;
  readonly returns: Float64Array;
  readonly periodsPerYear: number;
}

/** The periods that a series and its benchmark share. */
export interface PairedSample extends PeriodSample {
  readonly pairs: PairedReturns;
}

/** A price series as figures take it; what several figures need is computed once, when asked for. */
export class FigureSample implements PeriodSample {
  readonly series: Series;
  readonly frequency: Frequency;
  readonly periodsPerYear: number;
  /** Returns of single periods, without those that span a gap. */
  readonly returns: Float64Array;
  /** The periods shared with the benchmark, or the reason why there are none. */
  readonly paired: PairedSample | string;
  #sorted: readonly number[] | undefined;
  #moments: Moments | undefined;
  #list: number[] | undefined;

  /**
   * @param series prices; one that is not above zero leaves no figure
   * @param benchmark its prices, or the reason why there are none
   */
  constructor(series: Series, benchmark: Series | string = absence("NEEDS_BENCHMARK")) {
    this.series = series;
    this.frequency = frequencyOfReturns(series);
    this.periodsPerYear = this.frequency.periodsPerYear;
    this.returns = periodReturns(series, this.frequency).returns;
    this.paired =
      typeof benchmark === "string" ? benchmark : pairWith(series, this.frequency, benchmark);
  }

  /** The returns in ascending order. */
  get sorted(): readonly number[] {
    return (this.#sorted ??= sortedReturns(this.returns));
  }

  /** The returns as a list. */
  get list(): number[] {
    return (this.#list ??= listOf(this.returns));
  }

  get moments(): Moments {
    return (this.#moments ??= momentsOf(this.list));
  }

  get hasOnlyPositivePrices(): boolean {
    return this.series.values.every((price) => price > 0);
  }
}

function pairWith(series: Series, { name }: Frequency, benchmark: Series): PairedSample | string {
  const { times, left, right } = joinSeries(series, benchmark, name);
  const frequency = joinedFrequency(times, [series, benchmark]);
  if (!right.every((price) => price > 0)) return absence("BENCHMARK_PRICE_NOT_POSITIVE");
  const own = periodReturns({ times, values: left }, frequency).returns;
  const other = periodReturns({ times, values: right }, frequency).returns;
  const pairs = { returns: listOf(own), benchmark: listOf(other) };
  return { frequency, returns: own, periodsPerYear: frequency.periodsPerYear, pairs };
}
