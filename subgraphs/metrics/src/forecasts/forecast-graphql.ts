import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatScaled } from "@allfunds/contract/money";
import type { Pool } from "@allfunds/platform/database";
import type { BookContext } from "@allfunds/platform/feed";
import { CacheControl, RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar } from "@allfunds/platform/graphql/types";
import { Arg, Ctx, Directive, FieldResolver, Int, Resolver, Root } from "type-graphql";
import { AccountEntity, FundEntity } from "../books/entities.ts";
import { contentKey } from "../compute/content-key.ts";
import type { ComputeContext, RequestCompute } from "../compute/request-compute.ts";
import { InstrumentObject } from "../instruments/instrument-graphql.ts";
import type { InstrumentContext } from "../instruments/instrument-graphql.ts";
import { adjustmentOf, readPriceSeries } from "../instruments/price-store.ts";
import { readSeries } from "../prices/price-read.ts";
import { PriceInterval } from "../prices/price-sql.ts";
import { utcDate } from "../series/calendar.ts";
import { Interval } from "../series/date-range.ts";
import { GapPolicy } from "../series/gap-policy.ts";
import { readSnapshot } from "../series/read-snapshot.ts";
import { chooseFrequency, closeSeries } from "./close-series.ts";
import { ForecastObject } from "./forecast-objects.ts";
import { ForecastMetric, readAccountSeries, readFundSeries } from "./forecast-series.ts";
import type { SeriesToForecast } from "./forecast-series.ts";
import { forecastTask } from "./forecast-task.ts";
import type { ForecastPoint, SeriesForecast } from "./forecast.ts";
import { hoursAfter, hourlySeries } from "./hourly-series.ts";
import { LEVELS } from "./intervals.ts";
import { endsAfter, ForecastFrequency, PERIOD_RULES, periodEnd } from "./period.ts";
import type { DayFrequency } from "./period.ts";
import { withRunningPeriod } from "./running-period.ts";

type OptionalDate = string | null | undefined;

const DEFAULT_HORIZON = 6;

const HORIZONS = Object.entries(PERIOD_RULES)
  .map(([name, { longestHorizon }]) => `${longestHorizon} ${name}`)
  .join(", ");
const HORIZON_DESCRIPTION = `Periods ahead, 1 to the most of the frequency: ${HORIZONS}.`;

const horizonArgument = { defaultValue: DEFAULT_HORIZON, description: HORIZON_DESCRIPTION };
const frequencyArgument = {
  defaultValue: ForecastFrequency.MONTHLY,
  description: "Periods that the figures are taken at.",
};

/** Of a forecast from the sums of a book, and from closes, which are read and adjusted first. */
const [BOOK_COST, PRICES_COST] = [2_400, 2_900];

/** What the fields of forecasts have in common, and what one costs. */
function ForecastField(description: string, weight: number): MethodDecorator {
  const decorators = [
    FieldResolver(() => ForecastObject, { nullable: true, description }),
    Directive(
      '@listSize(slicingArguments: ["horizon"], sizedFields: ["points"], requireOneSlicingArgument: false)',
    ),
    Directive(`@cost(weight: ${weight})`),
  ];
  return (target, key, descriptor) => {
    for (const decorate of decorators) decorate(target, key, descriptor);
  };
}

/** Periods ahead within the limits, else INVALID_INPUT. */
function requireHorizon(horizon: number, frequency: ForecastFrequency): void {
  const { longestHorizon } = PERIOD_RULES[frequency];
  if (Number.isInteger(horizon) && horizon >= 1 && horizon <= longestHorizon) return;
  throw invalidInput("horizon", `must be between 1 and ${longestHorizon} for ${frequency}`);
}

/** Books have calendar days: no hours, and no days that only exchanges have. */
function requireCalendar(frequency: ForecastFrequency): DayFrequency {
  if (frequency !== "BUSINESS_DAILY" && frequency !== "HOURLY") return frequency;
  throw invalidInput("frequency", "must be DAILY, WEEKLY, MONTHLY, QUARTERLY or YEARLY here");
}

/** Forecasts a series and shapes the answer; INSUFFICIENT_DATA without a complete period. */
async function makeForecast(
  compute: RequestCompute,
  series: SeriesToForecast,
  horizon: number,
  now: Date,
): Promise<ForecastObject> {
  const { values, frequency, periods, running, seasonLength } = series;
  const last = periods.at(-1);
  if (last === undefined) {
    throw new AppError("INSUFFICIENT_DATA", "A forecast needs one complete period of history.");
  }
  const key = contentKey(values, seasonLength, horizon);
  const forecast = await compute(forecastTask, { values, seasonLength, horizon }, key);
  const known = running === null ? forecast.points : withRunningPeriod(forecast.points, running);
  const isShort = ["HOURLY", "DAILY", "BUSINESS_DAILY", "WEEKLY"].includes(frequency);
  return {
    series: series.series,
    metric: series.series,
    method: forecast.method,
    model: forecast.model,
    members: [...forecast.members],
    generatedAt: now.toISOString(),
    asOf: frequency === "HOURLY" ? last : periodEnd(frequency, last),
    frequency,
    interval: isShort ? Interval.DAY : Interval.MONTH,
    level: LEVELS[0],
    levels: [...LEVELS],
    currency: series.currency,
    observations: values.length,
    gapPolicy: GapPolicy.CARRY_FORWARD,
    warnings: [...series.warnings, ...forecast.warnings],
    points: pointsOf(known, duesAfter(series, last, horizon), series),
    backtest: backtestOf(forecast),
  };
}

/** When a value is due. */
type Due = Pick<ForecastObject["points"][number], "date" | "at">;

function duesAfter({ frequency, hours }: SeriesToForecast, last: string, count: number): Due[] {
  if (frequency === "HOURLY") {
    const starts = hoursAfter(hours ?? new Float64Array(), count);
    return starts.map((start) => ({ date: utcDate(start), at: start.toISOString() }));
  }
  return endsAfter(frequency, last, count).map((date) => ({ date, at: null }));
}

function pointsOf(
  points: readonly ForecastPoint[],
  dues: readonly Due[],
  { values, running, decimals }: SeriesToForecast,
): ForecastObject["points"] {
  const wasNegative = values.some((value) => value < 0) || (running !== null && running.value < 0);
  const toDecimal = (value: number): string =>
    formatScaled(scaledInteger(wasNegative ? value : Math.max(0, value), decimals), decimals);
  return points.map(({ value, lower80, upper80, lower95, upper95 }, step) => ({
    date: dues[step]?.date ?? "",
    at: dues[step]?.at ?? null,
    value: toDecimal(value),
    lower: toDecimal(lower80),
    upper: toDecimal(upper80),
    lower95: toDecimal(lower95),
    upper95: toDecimal(upper95),
  }));
}

/** A number as an integer of a scale; numbers beyond the range of floats times the scale included. */
function scaledInteger(value: number, decimals: number): bigint {
  const scaled = value * 10 ** decimals;
  if (Number.isFinite(scaled)) return BigInt(Math.round(scaled));
  return BigInt(Math.round(value)) * 10n ** BigInt(decimals);
}

const backtestOf = ({ backtest }: SeriesForecast): ForecastObject["backtest"] => ({
  folds: backtest.folds,
  mase: backtest.mase,
  // Fields that cannot be null: the worst there is.
  smape: backtest.smape ?? 200,
  coverage: backtest.coverage80 ?? 0,
  coverage95: backtest.coverage95 ?? 0,
  symmetricError: backtest.smape,
  coverageOf80: backtest.coverage80,
  coverageOf95: backtest.coverage95,
  candidates: backtest.candidates.map((candidate) => ({ ...candidate })),
});

@Resolver(() => FundEntity)
export class FundForecastResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @CacheControl({ maxAgeSeconds: 30, staleSeconds: 30 })
  @ForecastField(
    "A series of the fund continued, with intervals and a back-test; INSUFFICIENT_DATA without a complete period.",
    BOOK_COST,
  )
  async forecast(
    @Root() fund: FundEntity,
    @Arg("metric", () => ForecastMetric, { defaultValue: ForecastMetric.CASH })
    metric: ForecastMetric,
    @Arg("horizon", () => Int, horizonArgument)
    horizon: number,
    @Arg("frequency", () => ForecastFrequency, frequencyArgument)
    frequency: ForecastFrequency,
    @Arg("asOf", () => DateScalar, {
      nullable: true,
      description:
        "As it would have been made on this day: from the periods that were over then, by the value dates that the books have today. All history when absent; INVALID_INPUT after today.",
    })
    asOf: OptionalDate,
    @Ctx() { request, awaitBook, compute, readOnce }: BookContext & ComputeContext,
  ): Promise<ForecastObject> {
    const calendar = requireCalendar(frequency);
    requireHorizon(horizon, frequency);
    const { tenantId, now } = request;
    const today = utcDate(now);
    if (asOf && asOf > today) throw invalidInput("asOf", "must not be after today");
    await awaitBook(fund);
    const at = asOf ?? null;
    const wanted = { tenantId, fundId: fund.id, metric, frequency: calendar, today, asOf: at };
    const series = await readOnce(`${metric} ${frequency} ${at} of fund ${fund.id}`, () =>
      readSnapshot(this.#pool, (client) => readFundSeries(client, wanted)),
    );
    return makeForecast(compute, series, horizon, now);
  }
}

@Resolver(() => AccountEntity)
export class AccountForecastResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @CacheControl({ maxAgeSeconds: 30, staleSeconds: 30 })
  @ForecastField(
    "The account's balance continued, on its normal side; INSUFFICIENT_DATA without a complete period.",
    BOOK_COST,
  )
  async forecast(
    @Root() account: AccountEntity,
    @Arg("horizon", () => Int, horizonArgument)
    horizon: number,
    @Arg("frequency", () => ForecastFrequency, frequencyArgument)
    frequency: ForecastFrequency,
    @Ctx() { request, awaitBook, compute, readOnce }: BookContext & ComputeContext,
  ): Promise<ForecastObject> {
    const calendar = requireCalendar(frequency);
    requireHorizon(horizon, frequency);
    await awaitBook(account.fund);
    const series = await readOnce(`${frequency} of account ${account.id}`, () =>
      readSnapshot(this.#pool, (client) =>
        readAccountSeries(client, request, account.id, calendar),
      ),
    );
    return makeForecast(compute, series, horizon, request.now);
  }
}

@Resolver(() => InstrumentObject)
export class InstrumentForecastResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @ForecastField(
    "The last close of each period continued; INSUFFICIENT_DATA without a complete period.",
    PRICES_COST,
  )
  async forecast(
    @Root() instrument: InstrumentObject,
    @Arg("horizon", () => Int, horizonArgument)
    horizon: number,
    @Arg("frequency", () => ForecastFrequency, {
      nullable: true,
      description:
        "Periods that the closes are taken at: months, or those of the prices where they come more rarely, when absent.",
    })
    wanted: ForecastFrequency | null,
    @Ctx() { request, compute, readOnce }: InstrumentContext & ComputeContext,
  ): Promise<ForecastObject> {
    const { tenantId, now } = request;
    if (wanted === "HOURLY") {
      requireHorizon(horizon, wanted);
      const form = { interval: PriceInterval.HOUR, adjustment: adjustmentOf(false) };
      const of = { tenantId, instrumentId: instrument.id, ...form };
      const { series } = await readSeries(this.#pool, of);
      return makeForecast(compute, hourlySeries(series, now, instrument.currency), horizon, now);
    }
    const closes = await readOnce(`closes of instrument ${instrument.id}`, () =>
      readPriceSeries(this.#pool, tenantId, instrument.id, {}),
    );
    const frequency = chooseFrequency(closes, wanted ?? null);
    requireHorizon(horizon, frequency);
    const series = closeSeries(closes, frequency, utcDate(now), instrument.currency);
    return makeForecast(compute, series, horizon, now);
  }
}
