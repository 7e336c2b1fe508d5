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
import { invalidInput } from "@allfunds/contract/errors";
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
  FigureArgs,
  RollingArgs,
  RollingPointObject,
  SeriesCalendarObject,
  toDrawdownObject,
  toSeriesCalendar,
  YearOfReturnsObject,
} from "../figures/figure-graphql.ts";
import { MetricObject, MetricSelectionArgs, toMetricObject } from "../metric/metric-graphql.ts";
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
import { readInstrument } from "./instrument-store.ts";
import { dayCursor } from "./price-graphql.ts";
import { readCloses } from "./price-store.ts";

export const DrawdownConnection = connectionType("Drawdown", DrawdownObject);
const RollingConnection = connectionType("RollingPoint", RollingPointObject);

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

  // Not fields: `values` and `calendar` compute from the sample; equal versions have equal prices.
  sample!: InstrumentSample;
  version!: string;
}

const FROM = { nullable: true, description: "First day; from the first price by default." };
const TO = { nullable: true, description: "Last day; to the last price by default." };
const FIRST = { defaultValue: 20, description: "Page size, 1 to 200." };
const AFTER = { nullable: true, description: "Cursor to read on from." };
type Optional = string | null | undefined;
type Context = InstrumentContext & ComputeContext;

/** Prices of a benchmark and their version; the reason instead of prices when there are none. */
interface Benchmark {
  readonly series: Series | string | null;
  readonly version: string;
}
const NO_BENCHMARK: Benchmark = { series: null, version: "none" };

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
    @Args(() => FigureArgs) { from, to, benchmarkId, ...given }: FigureArgs,
    @Ctx() { request }: InstrumentContext,
  ): Promise<InstrumentMetricsObject> {
    const checked = figureArguments(given);
    const { tenantId, now } = request;
    const { series, version } = await readCloses(this.#pool, tenantId, instrument.id, { from, to });
    const benchmark = await this.#readBenchmark(tenantId, instrument, benchmarkId, series);
    const { times } = series;
    const last = times.length === 0 ? null : toDay(times.at(-1)!);
    const asOf = last ?? utcDate(now);
    const range = [from ?? null, to ?? null, asOf];
    return {
      instrumentId: instrument.id,
      from: times.length === 0 ? null : toDay(times[0]!),
      to: last,
      prices: times.length,
      sample: { series, benchmark: benchmark.series, given: checked, asOf },
      version: JSON.stringify([version, benchmark.version, ...range]),
    };
  }

  async #readBenchmark(
    tenantId: string,
    { currency }: InstrumentObject,
    benchmarkId: Optional,
    { times }: Series,
  ): Promise<Benchmark> {
    if (!benchmarkId) return NO_BENCHMARK;
    const benchmark = await readInstrument(this.#pool, tenantId, benchmarkId);
    if (benchmark.currency !== currency) {
      const reason = `The benchmark is priced in ${benchmark.currency}, not in ${currency}.`;
      return { series: reason, version: benchmark.currency };
    }
    if (times.length === 0) return { series: "There are no prices.", version: "none" };
    const range = { from: toDay(times[0]!), to: toDay(times.at(-1)!) };
    return readCloses(this.#pool, tenantId, benchmark.id, range);
  }

  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 150)")
  @FieldResolver(() => RollingConnection, {
    description:
      "A figure of a window that moves over the prices, by day, oldest first. Windows do not reach over gaps.",
  })
  async rolling(
    @Root() instrument: InstrumentObject,
    @Args(() => RollingArgs) { figure, from, to, benchmarkId, ...given }: RollingArgs,
    @Arg("first", () => Int, FIRST) first: number,
    @Arg("after", () => CursorScalar, AFTER) after: Optional,
    @Ctx() { request, compute }: Context,
  ): Promise<Connection<RollingPointObject>> {
    const { window, riskFreeRate } = figureArguments(given);
    const size = pageSize(first);
    const afterDay = dayCursor(after);
    const { tenantId } = request;
    const { series, version } = await readCloses(this.#pool, tenantId, instrument.id, { from, to });
    const benchmark = await this.#readBenchmark(tenantId, instrument, benchmarkId, series);
    if (typeof benchmark.series === "string") throw invalidInput("benchmarkId", benchmark.series);
    const wanted = { series, benchmark: benchmark.series, window, riskFreeRate };
    const key = contentKey(
      version,
      benchmark.version,
      from ?? null,
      to ?? null,
      window,
      riskFreeRate,
    );
    const { times, values } = await compute(rollingTask, { figure, request: wanted }, figure + key);
    const start = afterDay === null ? 0 : times.findIndex((time) => toDay(time) > afterDay);
    const shown = start < 0 ? [] : Array.from(times.subarray(start, start + size + 1));
    const points = shown.map((time, index) => {
      const value = values[start + index]!;
      return { date: toDay(time), value: Number.isFinite(value) ? value + 0 : null };
    });
    return toConnection(points, {
      first: size,
      after,
      cursorOf: ({ date }) => encodeCursor([date]),
    });
  }

  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 100)")
  @FieldResolver(() => DrawdownConnection, {
    description: "Falls of the price from a peak until it is reached again, the deepest first.",
  })
  async drawdowns(
    @Root() { id }: InstrumentObject,
    @Arg("from", () => DateScalar, FROM) from: Optional,
    @Arg("to", () => DateScalar, TO) to: Optional,
    @Arg("first", () => Int, FIRST) first: number,
    @Arg("after", () => CursorScalar, AFTER) after: Optional,
    @Ctx() { request, compute }: Context,
  ): Promise<Connection<DrawdownObject>> {
    const size = pageSize(first);
    const start = rankCursor(after);
    const { series, version } = await readCloses(this.#pool, request.tenantId, id, { from, to });
    const key = contentKey(version, from ?? null, to ?? null);
    const deepest = await compute(drawdownsTask, series.values, key);
    const shown = deepest.slice(start, start + size + 1);
    const items = shown.map((drawdown) => toDrawdownObject(drawdown, series.times));
    const cursorOf = (item: DrawdownObject) => encodeCursor([start + items.indexOf(item) + 1]);
    return toConnection(items, { first: size, after, cursorOf });
  }

  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 160)")
  @FieldResolver(() => [YearOfReturnsObject], {
    description: "The table of monthly returns by year, oldest first.",
  })
  async monthlyReturns(
    @Root() { id }: InstrumentObject,
    @Arg("from", () => DateScalar, FROM) from: Optional,
    @Arg("to", () => DateScalar, TO) to: Optional,
    @Ctx() { request, compute }: Context,
  ): Promise<YearOfReturnsObject[]> {
    const { series, version } = await readCloses(this.#pool, request.tenantId, id, { from, to });
    return compute(monthlyReturnsTask, series, contentKey(version, from ?? null, to ?? null));
  }
}

/** How many drawdowns the pages before have shown. */
export function rankCursor(after: Optional): number {
  if (after === null || after === undefined) return 0;
  const [rank] = decodeCursor(after, 1);
  if (typeof rank === "number" && Number.isInteger(rank) && rank >= 0) return rank;
  throw invalidInput("after", "is not a cursor of this list");
}

@Resolver(() => InstrumentMetricsObject)
export class InstrumentMetricValuesResolver {
  @FieldResolver(() => SeriesCalendarObject, {
    description: "How often the prices come, and the gaps that returns are left out over.",
  })
  async calendar(
    @Root() { sample, version }: InstrumentMetricsObject,
    @Ctx() { compute }: Context,
  ): Promise<SeriesCalendarObject> {
    return toSeriesCalendar(await compute(seriesCalendarTask, sample.series.times, version));
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
