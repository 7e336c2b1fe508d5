import type { Pool } from "@allfunds/platform/database";
import { invalidInput } from "@allfunds/contract/errors";
import { CacheControl, RequiresScopes } from "@allfunds/platform/graphql";
import { CursorScalar, DateScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import type { Connection } from "@allfunds/platform/graphql/types";
import { grantsOf } from "@allfunds/platform/tenancy";
import {
  Arg,
  Args,
  ArgsType,
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
import { absence } from "../absences/absence.ts";
import { ShareClassEntity } from "../books/entities.ts";
import { contentKey } from "../compute/content-key.ts";
import type { ComputeContext } from "../compute/request-compute.ts";
import { figureArguments } from "../figures/definitions.ts";
import {
  FigureArgs,
  RollingArgs,
  SeriesCalendarObject,
  toSeriesCalendar,
  YearOfReturnsObject,
} from "../figures/figure-graphql.ts";
import type { DrawdownObject, RollingPointObject } from "../figures/figure-graphql.ts";
import type { PerformanceContext } from "../performance/performance-graphql.ts";
import { readBenchmark, unavailableBy } from "../instruments/benchmark-closes.ts";
import {
  instrumentMetricsTask,
  monthlyReturnsTask,
  rollingTask,
  seriesCalendarTask,
} from "../instruments/instrument-figure-tasks.ts";
import {
  calendarOf,
  DrawdownConnection,
  drawdownPage,
  requireConverted,
  RollingConnection,
  rollingPage,
} from "../instruments/instrument-figures-graphql.ts";
import type { InstrumentSample } from "../instruments/instrument-figures.ts";
import type { Closes } from "../instruments/price-store.ts";
import { MetricObject, MetricSelectionArgs, toMetricObject } from "../metric/metric-graphql.ts";
import { performanceRange } from "../performance/performances.ts";
import {
  conversionInputs,
  CurrencyConversionObject,
  readerCurrency,
  toConversionObject,
} from "../prices/conversion-graphql.ts";
import { convertRead } from "../prices/price-read.ts";
import { toDay, utcDate } from "../series/calendar.ts";
import type { DateRange } from "../series/date-range.ts";
import { barsOfCloses, closesOf } from "../series/series.ts";
import { readClassNavs } from "./class-nav-sql.ts";

const KNOWN_AT = {
  nullable: true,
  description:
    "As the fund's book had its NAVs at this position; as they are now, restated ones included, when absent.",
} as const;

@ArgsType()
class ClassPerformanceArgs extends FigureArgs {
  @Field(() => SafeIntScalar, KNOWN_AT)
  knownAt?: number | null;
}

@ArgsType()
class ClassRollingArgs extends RollingArgs {
  @Field(() => SafeIntScalar, KNOWN_AT)
  knownAt?: number | null;
}

@ObjectType("ShareClassPerformance", {
  description:
    "Return and risk of a share class from its published NAV per unit, before distributions. A missing figure has its reason.",
})
class ClassPerformanceObject {
  @Field(() => ID, { description: "UUID of the class." })
  classId!: string;

  @Field(() => DateScalar, { nullable: true, description: "First NAV date in the range." })
  from!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Last NAV date in the range." })
  to!: string | null;

  @Field(() => Int, { description: "NAVs in the range." })
  navs!: number;

  @Field(() => String, {
    nullable: true,
    description: "ISO 4217 currency of the NAVs: the class's, or the reader's; null without a NAV.",
  })
  currency!: string | null;

  @Field(() => CurrencyConversionObject, {
    nullable: true,
    description: "How the NAVs were converted; null in the class's own currency.",
  })
  conversion!: CurrencyConversionObject | null;

  // Not fields: the others compute from the sample; equal versions have equal NAVs.
  sample!: InstrumentSample;
  version!: string;
}

/** The NAVs of a class in a range, in its own currency or the reader's. */
interface ClassHistory extends Closes {
  readonly range: DateRange;
  readonly currency: string | null;
}

const FIRST = { defaultValue: 20, description: "Page size, 1 to 200." };
const AFTER = { nullable: true, description: "Cursor to read on from." };
const NO_NAV = absence("NO_NAV");

@Resolver(() => ShareClassEntity)
export class ClassPerformanceResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @CacheControl({ maxAgeSeconds: 5 })
  @Directive("@cost(weight: 350)")
  @FieldResolver(() => ClassPerformanceObject, {
    nullable: true,
    description:
      "Return and risk of its NAV per unit. A restated NAV is in place of the one it supersedes.",
  })
  async performance(
    @Root() shareClass: ShareClassEntity,
    @Args(() => ClassPerformanceArgs) args: ClassPerformanceArgs,
    @Ctx() context: PerformanceContext,
  ): Promise<ClassPerformanceObject> {
    const { from: _from, to: _to, benchmarkId, currency: _reader, knownAt: _at, ...given } = args;
    const checked = figureArguments(given);
    const { series, currency, version, conversion, range } = await this.#read(
      shareClass,
      args,
      context,
    );
    const { tenantId } = context.request;
    const benchmark = await readBenchmark(this.#pool, { tenantId, benchmarkId, currency }, series);
    const { times } = series;
    const [first, last] = [times[0], times.at(-1)];
    const to = last === undefined ? null : toDay(last);
    const asOf = to ?? range.to;
    return {
      classId: shareClass.id,
      from: first === undefined ? null : toDay(first),
      to,
      navs: times.length,
      currency,
      conversion: toConversionObject(conversion),
      sample: {
        series,
        benchmark: benchmark.series,
        given: checked,
        asOf,
        form: { series: "NAV per unit", ...conversionInputs(conversion) },
        unavailable:
          unavailableBy(conversion, times.length) ?? (times.length === 0 ? NO_NAV : null),
      },
      version: JSON.stringify([version, benchmark.version, asOf]),
    };
  }

  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 280)")
  @FieldResolver(() => RollingConnection, {
    nullable: true,
    description:
      "A figure of a window that moves over its NAV per unit, by day, oldest first. Windows do not reach over gaps.",
  })
  async rolling(
    @Root() shareClass: ShareClassEntity,
    @Args(() => ClassRollingArgs) args: ClassRollingArgs,
    @Arg("first", () => Int, FIRST) first: number,
    @Arg("after", () => CursorScalar, AFTER) after: string | null | undefined,
    @Ctx() context: PerformanceContext,
  ): Promise<Connection<RollingPointObject>> {
    const { figure, benchmarkId } = args;
    const { window, riskFreeRate } = figureArguments({
      window: args.window,
      riskFreeRate: args.riskFreeRate,
    });
    const { series, version, conversion, currency } = await this.#read(shareClass, args, context);
    requireConverted(conversion);
    const { tenantId } = context.request;
    const benchmark = await readBenchmark(this.#pool, { tenantId, benchmarkId, currency }, series);
    if (typeof benchmark.series === "string") throw invalidInput("benchmarkId", benchmark.series);
    const wanted = { series, benchmark: benchmark.series, window, riskFreeRate };
    const key = contentKey(figure, version, benchmark.version, window, riskFreeRate);
    const rolled = await context.compute(rollingTask, { figure, request: wanted }, key);
    return rollingPage(rolled, first, after);
  }

  async #read(
    shareClass: ShareClassEntity,
    args: Pick<ClassRollingArgs, "from" | "to" | "currency" | "knownAt">,
    { request, awaitBook, reads }: PerformanceContext,
  ): Promise<ClassHistory> {
    await awaitBook(shareClass.fund);
    const range = performanceRange(args, utcDate(request.now));
    const { tenantId } = request;
    const granted = reads.seeing(grantsOf(request));
    const navs = await readClassNavs(granted, tenantId, shareClass.id, range, args.knownAt ?? null);
    const reader = readerCurrency(args.currency, navs.currency ?? undefined);
    if (reader === null || navs.currency === null) return { ...navs, conversion: null, range };
    const between = { tenantId, from: navs.currency, to: reader };
    const { bars, version, conversion } = await convertRead(this.#pool, between, async () => ({
      bars: barsOfCloses(navs.series),
      version: navs.version,
    }));
    const inReader = JSON.stringify([version, reader]);
    return { series: closesOf(bars), version: inReader, conversion, currency: reader, range };
  }
}

/** The figures of a class's performance. */
@Resolver(() => ClassPerformanceObject)
export class ClassPerformanceValuesResolver {
  @FieldResolver(() => [MetricObject], {
    description:
      "The figures with their method and inputs; unless `metrics` are given, all of them, those beside a benchmark only with one.",
  })
  async values(
    @Root() { sample, version }: ClassPerformanceObject,
    @Args(() => MetricSelectionArgs) { metrics, names }: MetricSelectionArgs,
    @Ctx() { compute }: ComputeContext,
  ): Promise<MetricObject[]> {
    const selection = { metrics, names };
    const key = JSON.stringify([version, sample.given, selection]);
    return (await compute(instrumentMetricsTask, { sample, selection }, key)).map(toMetricObject);
  }

  @FieldResolver(() => SeriesCalendarObject, {
    description: "How often the NAVs come, and the gaps that returns are left out over.",
  })
  async calendar(
    @Root() { sample, version }: ClassPerformanceObject,
    @Ctx() { compute }: ComputeContext,
  ): Promise<SeriesCalendarObject> {
    return toSeriesCalendar(await compute(seriesCalendarTask, calendarOf(sample.series), version));
  }

  @FieldResolver(() => [YearOfReturnsObject], {
    description: "The table of monthly returns of the NAV per unit by year, oldest first.",
  })
  monthlyReturns(
    @Root() { sample, version }: ClassPerformanceObject,
    @Ctx() { compute }: ComputeContext,
  ): Promise<YearOfReturnsObject[]> {
    return compute(monthlyReturnsTask, sample.series, version);
  }

  @FieldResolver(() => DrawdownConnection, {
    description:
      "Falls of the NAV per unit from a peak until it is reached again, the deepest first.",
  })
  drawdowns(
    @Root() { sample, version }: ClassPerformanceObject,
    @Arg("first", () => Int, FIRST) first: number,
    @Arg("after", () => CursorScalar, AFTER) after: string | null | undefined,
    @Ctx() { compute }: ComputeContext,
  ): Promise<Connection<DrawdownObject>> {
    return drawdownPage(compute, sample.series, version, { first, after });
  }
}
