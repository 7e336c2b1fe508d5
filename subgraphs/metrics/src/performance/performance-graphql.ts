import { CursorScalar, DateScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import type { Connection } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  Float,
  Int,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import type { ClassType } from "type-graphql";
import { contentKey } from "../compute/content-key.ts";
import type { ComputeContext } from "../compute/request-compute.ts";
import { YearOfReturnsObject } from "../figures/figure-graphql.ts";
import type { DrawdownObject } from "../figures/figure-graphql.ts";
import { monthlyReturnsTask } from "../instruments/instrument-figure-tasks.ts";
import { DrawdownConnection, drawdownPage } from "../instruments/instrument-figures-graphql.ts";
import { MetricObject, MetricSelectionArgs, toMetricObject } from "../metric/metric-graphql.ts";
import { selectMetrics } from "../metric/metric.ts";
import { toDay } from "../series/calendar.ts";
import type { Performance } from "./performance.ts";

@ObjectType("UnitValue", { description: "What one unit is worth; it starts at 1." })
class UnitValueObject {
  @Field(() => DateScalar, { description: "The day; the value is of its end." })
  date!: string;

  @Field(() => Float, { description: "The value of one unit, which flows do not move." })
  value!: number;
}

/** What the performances of funds and of accounts have in common. */
@ObjectType()
export abstract class PerformanceObject {
  @Field(() => DateScalar, { description: "Last day of the range: today, or an earlier `to`." })
  asOf!: string;

  @Field(() => SafeIntScalar, { description: "Book position the figures include." })
  position!: number;

  @Field(() => String, {
    description: "ISO 4217 currency of the valuations: its own, or the reader's.",
  })
  currency!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: "First day that is valued; null without entries.",
  })
  from!: string | null;

  // Not a field: the others pick from it.
  performance!: Performance;
}

const FIRST = { defaultValue: 20, description: "Page size, 1 to 200." };
const AFTER = { nullable: true, description: "Cursor to read on from." };

/** A class of resolvers for the fields of a performance. */
export function performanceResolver(Type: ClassType<PerformanceObject>): ClassType {
  @Resolver(() => Type)
  class PerformanceResolver {
    @FieldResolver(() => [MetricObject], {
      description:
        "The figures with their method and inputs; unless `metrics` are given, all of them, those beside a benchmark only with one.",
    })
    values(
      @Root() { performance }: PerformanceObject,
      @Args(() => MetricSelectionArgs) selection: MetricSelectionArgs,
    ): MetricObject[] {
      return selectMetrics(performance.metrics, selection).map(toMetricObject);
    }

    @FieldResolver(() => [UnitValueObject], {
      description:
        "The unit value by day. At most the last 3,660 days, oldest first; none where there is no valuation.",
    })
    unitValues(@Root() { performance }: PerformanceObject): UnitValueObject[] {
      const { times, values } = performance.index;
      return Array.from(times, (time, index) => ({ date: toDay(time), value: values[index]! + 0 }));
    }

    @FieldResolver(() => [YearOfReturnsObject], {
      description: "The table of monthly returns of the unit value by year, oldest first.",
    })
    monthlyReturns(
      @Root() { performance }: PerformanceObject,
      @Ctx() { compute }: ComputeContext,
    ): Promise<YearOfReturnsObject[]> {
      const { times, values } = performance.index;
      return compute(monthlyReturnsTask, performance.index, contentKey(times, values));
    }

    @FieldResolver(() => DrawdownConnection, {
      description:
        "Falls of the unit value from a peak until it is reached again, the deepest first.",
    })
    async drawdowns(
      @Root() { performance }: PerformanceObject,
      @Arg("first", () => Int, FIRST) first: number,
      @Arg("after", () => CursorScalar, AFTER) after: string | null | undefined,
      @Ctx() { compute }: ComputeContext,
    ): Promise<Connection<DrawdownObject>> {
      const key = contentKey(performance.index.values);
      return drawdownPage(compute, performance.index, key, { first, after });
    }
  }
  return PerformanceResolver;
}
