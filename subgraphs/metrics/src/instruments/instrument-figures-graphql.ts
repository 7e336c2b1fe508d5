import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { Pool } from "@allfunds/platform/database";
import type { Connection } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import { contentKey } from "../compute/content-key.ts";
import type { ComputeContext } from "../compute/request-compute.ts";
import { figureArguments } from "../figures/definitions.ts";
import {
  DrawdownObject,
  InstrumentFigureArgs,
  InstrumentRollingArgs,
  PriceHistoryArgs,
  RollingPointObject,
  SeriesCalendarObject,
  toDrawdownObject,
  toSeriesCalendar,
  YearOfReturnsObject,
} from "../figures/figure-graphql.ts";
import { MetricObject, MetricSelectionArgs, toMetricObject } from "../metric/metric-graphql.ts";
import {
  conversionInputs,
  CurrencyConversionObject,
  readerCurrency,
  toConversionObject,
} from "../prices/conversion-graphql.ts";
import type { Conversion } from "../prices/price-read.ts";
import { PriceInterval } from "../prices/price-sql.ts";
import { toDay, utcDate } from "../series/calendar.ts";
import type { Series } from "../series/series.ts";
import type { InstrumentSample } from "./instrument-figures.ts";
import {
  drawdownsTask,
  instrumentMetricsTask,
  monthlyReturnsTask,
  rollingTask,
  seriesCalendarTask,
} from "./instrument-figure-tasks.ts";
import { InstrumentObject } from "./instrument-graphql.ts";
import type { InstrumentContext } from "./instrument-graphql.ts";
import { dayCursor } from "./price-graphql.ts";
import { readBenchmark, unavailableBy } from "./benchmark-closes.ts";
import { readCloses } from "./price-store.ts";

export const DrawdownConnection = connectionType("Drawdown", DrawdownObject);
export const RollingConnection = connectionType("RollingPoint", RollingPointObject);

@ObjectType("InstrumentMetrics", {
  description: "Return and risk of a price history. A missing figure has its reason.",
})
class InstrumentMetricsObject {
  @Field(() => ID, { description: "UUID of the instrument." })
  instrumentId!: string;

  @Field(() => DateScalar, { nullable: true, description: "First day with a price in the range." })
  from!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Last day with a price in the range." })
  to!: string | null;

  @Field(() => Int, { description: "Prices in the range." })
  prices!: number;

  @Field(() => CurrencyConversionObject, {
    nullable: true,
    description: "How the prices were converted; null in the instrument's own currency.",
  })
  conversion!: CurrencyConversionObject | null;

  // Not fields: `values` and `calendar` compute from the sample; equal versions have equal prices.
  sample!: InstrumentSample;
  version!: string;
}

const FIRST = { defaultValue: 20, description: "Page size, 1 to 200." };
const AFTER = { nullable: true, description: "Cursor to read on from." };
const INTERVAL = {
  defaultValue: "DAY",
  description:
    "What the prices are put together to: HOUR or POINT for figures within days, whose returns are annualised by the points of an ordinary day. Of WEEK and MONTH those count that are over, each dated on its last day; one whose end a gap of the days lies over has no close.",
} as const;
type Optional = string | null | undefined;
type Context = InstrumentContext & ComputeContext;

/** Return and risk of an instrument's prices. */
@Resolver(() => InstrumentObject)
export class InstrumentFiguresResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 350)")
  @FieldResolver(() => InstrumentMetricsObject, {
    description: "Return and risk of the prices in a range, all of them by default.",
  })
  async metrics(
    @Root() instrument: InstrumentObject,
    @Args(() => InstrumentFigureArgs) args: InstrumentFigureArgs,
    @Arg("interval", () => PriceInterval, INTERVAL) interval: PriceInterval,
    @Ctx() { request }: InstrumentContext,
  ): Promise<InstrumentMetricsObject> {
    const { from, to, benchmarkId, currency, adjusted, ...given } = args;
    const checked = figureArguments(given);
    const { tenantId, now } = request;
    const form = { adjusted, interval, now, currency: readerCurrency(currency) };
    const priced = { tenantId, instrumentId: instrument.id, from, to, ...form };
    const { series, version, conversion } = await readCloses(this.#pool, priced);
    const inCurrency = { ...form, currency: currency ?? instrument.currency };
    const benchmark = await readBenchmark(
      this.#pool,
      { tenantId, benchmarkId, to, ...inCurrency },
      series,
    );
    const { times } = series;
    const last = times.length === 0 ? null : toDay(times.at(-1)!);
    const asOf = last ?? utcDate(now);
    const range = [from ?? null, to ?? null, asOf];
    return {
      instrumentId: instrument.id,
      from: times.length === 0 ? null : toDay(times[0]!),
      to: last,
      prices: times.length,
      conversion: toConversionObject(conversion),
      sample: {
        series,
        benchmark: benchmark.series,
        given: checked,
        asOf,
        form: {
          ...(adjusted ? { adjusted: "splits and dividends" } : {}),
          ...conversionInputs(conversion),
        },
        unavailable: unavailableBy(conversion, times.length),
      },
      version: JSON.stringify([version, benchmark.version, ...range]),
    };
  }

  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 280)")
  @FieldResolver(() => RollingConnection, {
    description:
      "A figure of a window that moves over the prices, by day, oldest first. Windows do not reach over gaps.",
  })
  async rolling(
    @Root() instrument: InstrumentObject,
    @Args(() => InstrumentRollingArgs) args: InstrumentRollingArgs,
    @Arg("first", () => Int, FIRST) first: number,
    @Arg("after", () => CursorScalar, AFTER) after: Optional,
    @Ctx() { request, compute }: Context,
  ): Promise<Connection<RollingPointObject>> {
    const { figure, from, to, benchmarkId, currency, adjusted, ...given } = args;
    const { window, riskFreeRate } = figureArguments(given);
    pageSize(first);
    const { tenantId } = request;
    const form = { adjusted, currency: readerCurrency(currency) };
    const priced = { tenantId, instrumentId: instrument.id, from, to, ...form };
    const { series, version, conversion } = await readCloses(this.#pool, priced);
    requireConverted(conversion);
    const inCurrency = { ...form, currency: currency ?? instrument.currency };
    const benchmark = await readBenchmark(
      this.#pool,
      { tenantId, benchmarkId, ...inCurrency },
      series,
    );
    if (typeof benchmark.series === "string") throw invalidInput("benchmarkId", benchmark.series);
    const wanted = { series, benchmark: benchmark.series, window, riskFreeRate };
    const range = [from ?? null, to ?? null, window, riskFreeRate];
    const key = contentKey(version, benchmark.version, ...range);
    const rolled = await compute(rollingTask, { figure, request: wanted }, figure + key);
    return rollingPage(rolled, first, after);
  }

  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 200)")
  @FieldResolver(() => DrawdownConnection, {
    description: "Falls of the price from a peak until it is reached again, the deepest first.",
  })
  async drawdowns(
    @Root() { id }: InstrumentObject,
    @Args(() => PriceHistoryArgs) history: PriceHistoryArgs,
    @Arg("first", () => Int, FIRST) first: number,
    @Arg("after", () => CursorScalar, AFTER) after: Optional,
    @Ctx() { request, compute }: Context,
  ): Promise<Connection<DrawdownObject>> {
    const { series, key } = await this.#readHistory(request.tenantId, id, history);
    return drawdownPage(compute, series, key, { first, after });
  }

  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 200)")
  @FieldResolver(() => [YearOfReturnsObject], {
    description: "The table of monthly returns by year, oldest first.",
  })
  async monthlyReturns(
    @Root() { id }: InstrumentObject,
    @Args(() => PriceHistoryArgs) history: PriceHistoryArgs,
    @Ctx() { request, compute }: Context,
  ): Promise<YearOfReturnsObject[]> {
    const { series, key } = await this.#readHistory(request.tenantId, id, history);
    return compute(monthlyReturnsTask, series, key);
  }

  async #readHistory(
    tenantId: string,
    instrumentId: string,
    { from, to, currency, adjusted }: PriceHistoryArgs,
  ): Promise<{ series: Series; key: string }> {
    const form = { adjusted, currency: readerCurrency(currency) };
    const priced = { tenantId, instrumentId, from, to, ...form };
    const { series, version, conversion } = await readCloses(this.#pool, priced);
    requireConverted(conversion);
    return { series, key: contentKey(version, from ?? null, to ?? null) };
  }
}

/** Where a list could not say why it is empty, INSUFFICIENT_DATA does. */
export function requireConverted(conversion: Conversion | null): void {
  const reason = conversion?.unavailable ?? null;
  if (reason !== null) throw new AppError("INSUFFICIENT_DATA", reason);
}

/** One page of a rolling figure; NaN becomes null. */
export function rollingPage(
  { times, values }: Series,
  first: number,
  after: Optional,
): Connection<RollingPointObject> {
  const [size, afterDay] = [pageSize(first), dayCursor(after)];
  const start = afterDay === null ? 0 : times.findIndex((time) => toDay(time) > afterDay);
  const shown = start < 0 ? [] : Array.from(times.subarray(start, start + size + 1));
  const points = shown.map((time, index) => {
    const value = values[start + index]!;
    return { date: toDay(time), value: Number.isFinite(value) ? value + 0 : null };
  });
  return toConnection(points, { first: size, after, cursorOf: dayOf });
}

const dayOf = ({ date }: RollingPointObject): string => encodeCursor([date]);

/** One page of the drawdowns of a series; `key` is that of equal values. */
export async function drawdownPage(
  compute: ComputeContext["compute"],
  { times, values }: Series,
  key: string,
  { first, after }: { readonly first: number; readonly after: Optional },
): Promise<Connection<DrawdownObject>> {
  const size = pageSize(first);
  const start = rankCursor(after);
  const deepest = await compute(drawdownsTask, values, key);
  const shown = deepest.slice(start, start + size + 1);
  const items = shown.map((drawdown) => toDrawdownObject(drawdown, times));
  const cursorOf = (item: DrawdownObject) => encodeCursor([start + items.indexOf(item) + 1]);
  return toConnection(items, { first: size, after, cursorOf });
}

/** How many drawdowns the pages before have shown. */
function rankCursor(after: Optional): number {
  if (after === null || after === undefined) return 0;
  const [rank] = decodeCursor(after, 1);
  if (typeof rank === "number" && Number.isInteger(rank) && rank >= 0) return rank;
  throw invalidInput("after", "is not a cursor of this list");
}

/** What the calendar of a series is found by: a thread need not receive its values. */
export const calendarOf = ({ times, gaps }: Series): Pick<Series, "times" | "gaps"> =>
  gaps === undefined ? { times } : { times, gaps };

@Resolver(() => InstrumentMetricsObject)
export class InstrumentMetricValuesResolver {
  @FieldResolver(() => SeriesCalendarObject, {
    description: "How often the prices come, and the gaps that returns are left out over.",
  })
  async calendar(
    @Root() { sample, version }: InstrumentMetricsObject,
    @Ctx() { compute }: Context,
  ): Promise<SeriesCalendarObject> {
    return toSeriesCalendar(await compute(seriesCalendarTask, calendarOf(sample.series), version));
  }

  @FieldResolver(() => [MetricObject], {
    description:
      "The figures with their method and inputs; unless `metrics` are given, all of them, those beside a benchmark only with one.",
  })
  async values(
    @Root() { sample, version }: InstrumentMetricsObject,
    @Args(() => MetricSelectionArgs) { metrics, names }: MetricSelectionArgs,
    @Ctx() { compute }: Context,
  ): Promise<MetricObject[]> {
    const selection = { metrics, names };
    const key = JSON.stringify([version, sample.given, selection]);
    return (await compute(instrumentMetricsTask, { sample, selection }, key)).map(toMetricObject);
  }
}
