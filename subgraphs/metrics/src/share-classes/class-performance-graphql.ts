import { CacheControl, RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { grantsOf } from "@allfunds/platform/tenancy";
import {
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  ID,
  Int,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import { ShareClassEntity } from "../books/entities.ts";
import type { ComputeContext } from "../compute/request-compute.ts";
import { FIGURE_DEFAULTS, figureArguments } from "../figures/definitions.ts";
import type { PerformanceContext } from "../funds/fund-performance-graphql.ts";
import { instrumentMetricsTask } from "../instruments/instrument-figure-tasks.ts";
import type { InstrumentSample } from "../instruments/instrument-figures.ts";
import { MetricObject, MetricSelectionArgs, toMetricObject } from "../metric/metric-graphql.ts";
import { performanceRange } from "../performance/performances.ts";
import { toDay, utcDate } from "../series/calendar.ts";
import { readClassNavs } from "./class-nav-sql.ts";

@ArgsType()
class ClassPerformanceArgs {
  @Field(() => DateScalar, {
    nullable: true,
    description: "First NAV date; from the first NAV by default.",
  })
  from?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Last NAV date; to the last NAV by default.",
  })
  to?: string | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description:
      "As the fund's book had its NAVs at this position; as they are now, restated ones included, when absent.",
  })
  knownAt?: number | null;

  @Field(() => Float, {
    defaultValue: FIGURE_DEFAULTS.riskFreeRate,
    description: "Yearly rate that excess returns are measured from: 0.02 is 2 %.",
  })
  riskFreeRate!: number;
}

@ObjectType("ShareClassPerformance", {
  description:
    "Return and risk of a share class from its published NAV per unit, in its own currency, before distributions. A missing figure has its reason.",
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
    description: "ISO 4217 currency of the class; null without a NAV.",
  })
  currency!: string | null;

  // Not fields: `values` computes from the sample; equal versions have equal NAVs.
  sample!: InstrumentSample;
  version!: string;
}

@Resolver(() => ShareClassEntity)
export class ClassPerformanceResolver {
  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @CacheControl({ maxAgeSeconds: 5 })
  @FieldResolver(() => ClassPerformanceObject, {
    nullable: true,
    description:
      "Return and risk of its NAV per unit. A restated NAV is in place of the one it supersedes.",
  })
  async performance(
    @Root() shareClass: ShareClassEntity,
    @Args(() => ClassPerformanceArgs) args: ClassPerformanceArgs,
    @Ctx() { request, awaitFund, reads }: PerformanceContext,
  ): Promise<ClassPerformanceObject> {
    await awaitFund(shareClass.fund);
    const given = figureArguments({ riskFreeRate: args.riskFreeRate });
    const range = performanceRange(args, utcDate(request.now));
    const { series, currency, version } = await readClassNavs(
      reads.seeing(grantsOf(request)),
      request.tenantId,
      shareClass.id,
      range,
      args.knownAt ?? null,
    );
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
      sample: {
        series,
        benchmark: null,
        given,
        asOf,
        form: { series: "NAV per unit" },
        unavailable: times.length === 0 ? "The class has no published NAV in the range." : null,
      },
      version: JSON.stringify([version, asOf]),
    };
  }
}

/** The figures of a class's performance. */
@Resolver(() => ClassPerformanceObject)
export class ClassPerformanceValuesResolver {
  @FieldResolver(() => [MetricObject], {
    description:
      "The figures with their method and inputs; unless `metrics` are given, all that need no benchmark.",
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
}
