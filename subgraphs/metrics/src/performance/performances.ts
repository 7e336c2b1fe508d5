import { invalidInput } from "@allfunds/contract/errors";
import type { Pool } from "@allfunds/platform/database";
import type { Connection } from "@allfunds/platform/graphql/types";
import { absence } from "../absences/absence.ts";
import type { BookRates } from "../books/book-rates.ts";
import { contentKey } from "../compute/content-key.ts";
import type { RequestCompute } from "../compute/request-compute.ts";
import { figureArguments } from "../figures/definitions.ts";
import type { FigureArgs, RollingArgs, RollingPointObject } from "../figures/figure-graphql.ts";
import { rollingTask } from "../instruments/instrument-figure-tasks.ts";
import { rollingPage } from "../instruments/instrument-figures-graphql.ts";
import { readInstrument } from "../instruments/instrument-store.ts";
import { readCloses } from "../instruments/price-store.ts";
import { readPairSteps } from "../rates/reader-rates-sql.ts";
import { ReaderRates } from "../rates/reader-rates.ts";
import { addDays, earlier } from "../series/calendar.ts";
import type { DateRange } from "../series/date-range.ts";
import type { Series } from "../series/series.ts";
import { performanceKey, performanceTask } from "./performance-task.ts";
import type { Performance, Subject } from "./performance.ts";
import { valuationsOf } from "./valuations.ts";
import type { Movements } from "./valuations.ts";

/** The movements of a fund or an account, with the rates of its book. */
export interface BookedMovements extends Movements {
  readonly rates: BookRates;
}

/** What is valued, in which currency, and beside what. */
export interface PerformanceRequest {
  readonly subject: Subject;
  readonly tenantId: string;
  readonly movements: BookedMovements;
  /** The currency of the reader; null for its own. */
  readonly reader: string | null;
  readonly benchmarkId?: string | null | undefined;
}

type Given = Parameters<typeof figureArguments>[0];

/** The days that the arguments name, today at the latest. */
export const performanceRange = (
  { from, to }: Pick<FigureArgs, "from" | "to">,
  today: string,
): DateRange => ({ from: from ?? "0001-01-01", to: earlier(to ?? today, today) });

/** Computes the performances of a request. */
export class Performances {
  readonly #pool: Pool;
  readonly #compute: RequestCompute;

  constructor(pool: Pool, compute: RequestCompute) {
    this.#pool = pool;
    this.#compute = compute;
  }

  async of(request: PerformanceRequest, given: Given, asOf: string): Promise<Performance> {
    const checked = figureArguments(given);
    const movements = await this.#inCurrency(request);
    const benchmark = await this.#readBenchmark(request, movements);
    const { subject } = request;
    const args = { subject, valuations: valuationsOf(movements), benchmark, given: checked, asOf };
    return this.#compute(performanceTask, args, performanceKey(args));
  }

  /** A rolling figure of the unit value. */
  async rolling(
    request: PerformanceRequest,
    { figure, window, riskFreeRate }: RollingArgs,
    page: { readonly first: number; readonly after: string | null | undefined; asOf: string },
  ): Promise<Connection<RollingPointObject>> {
    const given = figureArguments({ window, riskFreeRate });
    const { index } = await this.of(request, {}, page.asOf);
    const benchmark = await this.#readBenchmark(request, await this.#inCurrency(request));
    if (typeof benchmark === "string") throw invalidInput("benchmarkId", benchmark);
    const wanted = { series: index, benchmark, window: given.window, riskFreeRate };
    const other = benchmark === null ? [] : [benchmark.times, benchmark.values];
    const key = contentKey(figure, index.times, index.values, ...other, window, riskFreeRate);
    const rolled = await this.#compute(rollingTask, { figure, request: wanted }, key);
    return rollingPage(rolled, page.first, page.after);
  }

  #inCurrency({ tenantId, movements, reader }: PerformanceRequest): Promise<Movements> {
    return inReaderCurrency(this.#pool, tenantId, movements, reader);
  }

  /** The benchmark's prices in the currency of the valuations; a reason when there are none. */
  async #readBenchmark(
    { tenantId, benchmarkId }: PerformanceRequest,
    { currency, range }: Movements,
  ): Promise<Series | string | null> {
    if (!benchmarkId) return null;
    const { id: instrumentId } = await readInstrument(this.#pool, tenantId, benchmarkId);
    if (range === null) return absence("NO_ENTRIES");
    // The return of a fund has its income, so that of the benchmark has its dividends.
    // The value of one unit begins the day before.
    const from = addDays(range.from, -1);
    const priced = { tenantId, instrumentId, currency, adjusted: true, ...range, from };
    const { series, conversion } = await readCloses(this.#pool, priced);
    return conversion?.unavailable ?? series;
  }
}

/** The same movements, to be valued in the currency of a reader; null for their own. */
export async function inReaderCurrency(
  pool: Pool,
  tenantId: string,
  movements: BookedMovements,
  reader: string | null,
): Promise<Movements> {
  const { range, rates, opening, days } = movements;
  if (reader === null || range === null) return movements;
  const held = new Set([...opening.keys(), ...days.map(({ currency }) => currency)]);
  held.delete(reader);
  const steps = await readPairSteps(pool, tenantId, { from: held, to: reader }, range);
  return { ...movements, currency: reader, rates: new ReaderRates(rates, steps) };
}
