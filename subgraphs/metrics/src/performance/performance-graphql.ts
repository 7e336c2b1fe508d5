import type { Pool } from "@allfunds/platform/database";
import type { BookContext } from "@allfunds/platform/feed";
import { CacheControl, RequiresScopes } from "@allfunds/platform/graphql";
import { CursorScalar, DateScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import type { Connection } from "@allfunds/platform/graphql/types";
import type { TenantPool } from "@allfunds/platform/tenancy";
import {
  Arg,
  Args,
  Ctx,
  Directive,
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
import { FigureArgs, RollingArgs, YearOfReturnsObject } from "../figures/figure-graphql.ts";
import type { DrawdownObject, RollingPointObject } from "../figures/figure-graphql.ts";
import { monthlyReturnsTask } from "../instruments/instrument-figure-tasks.ts";
import {
  DrawdownConnection,
  drawdownPage,
  RollingConnection,
} from "../instruments/instrument-figures-graphql.ts";
import { MetricObject, MetricSelectionArgs, toMetricObject } from "../metric/metric-graphql.ts";
import { selectMetrics } from "../metric/metric.ts";
import { readerCurrency } from "../prices/conversion-graphql.ts";
import { toDay, utcDate } from "../series/calendar.ts";
import type { DateRange } from "../series/date-range.ts";
import type { Performance, Subject } from "./performance.ts";
import { performanceRange, Performances } from "./performances.ts";
import type { BookedMovements } from "./performances.ts";

/** What the resolvers of a performance receive. */
export interface PerformanceContext extends BookContext, ComputeContext {
  readonly reads: Pick<TenantPool, "seeing">;
}

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

/** Whose performance it is, how its movements are read, and how the graph describes it. */
interface SubjectOfPerformance<Entity extends { readonly id: string }, IdField extends string> {
  readonly subject: Subject;
  readonly entity: ClassType<Entity>;
  readonly type: ClassType<PerformanceObject & Record<IdField, string>>;
  readonly idField: IdField;
  /** What the gateway brings of the entity, by which its book is known. */
  readonly requires: string;
  readonly cost: number;
  readonly description: string;
  readonly rollingDescription: string;
  /** Reads its movements when the book has been followed far enough. */
  readonly read: (
    entity: Entity,
    range: DateRange,
    context: PerformanceContext,
    currency: FigureArgs["currency"],
  ) => Promise<BookedMovements & { readonly position: number }>;
}

/** A class of resolvers for `performance` and `rolling` of a fund or of an account. */
export function subjectPerformanceResolver<
  Entity extends { readonly id: string },
  IdField extends string,
>(of: SubjectOfPerformance<Entity, IdField>): new (pool: Pool) => object {
  const { subject, entity: Entity, type: Type } = of;

  @Resolver(() => Entity)
  class SubjectPerformanceResolver {
    readonly #pool: Pool;

    constructor(pool: Pool) {
      this.#pool = pool;
    }

    @Directive(of.requires)
    @RequiresScopes("metrics:read")
    @CacheControl({ maxAgeSeconds: 5 })
    @Directive(`@cost(weight: ${of.cost})`)
    @FieldResolver(() => Type, { nullable: true, description: of.description })
    async performance(
      @Root() entity: Entity,
      @Args(() => FigureArgs) args: FigureArgs,
      @Ctx() context: PerformanceContext,
    ): Promise<PerformanceObject> {
      const { from: _from, to: _to, benchmarkId: _benchmark, currency: _currency, ...given } = args;
      const { request, asOf, performances } = await this.#read(entity, args, context);
      const { movements, reader } = request;
      return {
        [of.idField]: entity.id,
        asOf,
        position: movements.position,
        currency: reader ?? movements.currency,
        from: movements.range?.from ?? null,
        performance: await performances.of(request, given, asOf),
      };
    }

    @Directive(of.requires)
    @RequiresScopes("metrics:read")
    @Directive("@cost(weight: 600)")
    @FieldResolver(() => RollingConnection, {
      nullable: true,
      description: of.rollingDescription,
    })
    async rolling(
      @Root() entity: Entity,
      @Args(() => RollingArgs) args: RollingArgs,
      @Arg("first", () => Int, FIRST) first: number,
      @Arg("after", () => CursorScalar, AFTER) after: string | null | undefined,
      @Ctx() context: PerformanceContext,
    ): Promise<Connection<RollingPointObject>> {
      const { request, asOf, performances } = await this.#read(entity, args, context);
      return performances.rolling(request, args, { first, after, asOf });
    }

    async #read(
      entity: Entity,
      args: Pick<FigureArgs, "from" | "to" | "currency" | "benchmarkId">,
      context: PerformanceContext,
    ) {
      const { tenantId, now } = context.request;
      const range = performanceRange(args, utcDate(now));
      const movements = await of.read(entity, range, context, args.currency);
      const reader = readerCurrency(args.currency, movements.currency);
      const request = { subject, tenantId, movements, reader, benchmarkId: args.benchmarkId };
      return {
        request,
        asOf: range.to,
        performances: new Performances(this.#pool, context.compute),
      };
    }
  }
  return SubjectPerformanceResolver;
}
