import { fundNotFound } from "@allfunds/platform/feed";
import type { FundContext } from "@allfunds/platform/feed";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  CursorScalar,
  DateScalar,
  encodeCursor,
  pageSize,
  SafeIntScalar,
  toConnection,
} from "@allfunds/platform/graphql/types";
import type { Connection } from "@allfunds/platform/graphql/types";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { TenantPool } from "@allfunds/platform/tenancy";
import type { Pool } from "@allfunds/platform/database";
import {
  Arg,
  Args,
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
import { FundEntity } from "../books/entities.ts";
import { contentKey } from "../compute/content-key.ts";
import type { ComputeContext } from "../compute/request-compute.ts";
import { figureArguments } from "../figures/definitions.ts";
import { FigureArgs, toDrawdownObject, YearOfReturnsObject } from "../figures/figure-graphql.ts";
import type { DrawdownObject } from "../figures/figure-graphql.ts";
import { drawdownsTask, monthlyReturnsTask } from "../instruments/instrument-figure-tasks.ts";
import { DrawdownConnection, rankCursor } from "../instruments/instrument-figures-graphql.ts";
import { readInstrument } from "../instruments/instrument-store.ts";
import { readCloses } from "../instruments/price-store.ts";
import { MetricObject, MetricSelectionArgs, toMetricObject } from "../metric/metric-graphql.ts";
import { selectMetrics } from "../metric/metric.ts";
import { earlier, toDay, utcDate } from "../series/calendar.ts";
import type { Series } from "../series/series.ts";
import { readFundMovements } from "./fund-movements-sql.ts";
import type { Performance } from "./fund-performance.ts";
import { fundPerformanceTask, performanceKey } from "./fund-performance-task.ts";
import { fundValuations } from "./fund-valuations.ts";
import type { FundMovements } from "./fund-valuations.ts";

/** What the resolvers of a fund's performance receive. */
export interface FundPerformanceContext extends FundContext, ComputeContext {
  readonly reads: Pick<TenantPool, "seeing">;
}

@ObjectType("UnitValue", { description: "What one unit of a fund is worth; it starts at 1." })
class UnitValueObject {
  @Field(() => DateScalar, { description: "The day; the value is of its end." })
  date!: string;

  @Field(() => Float, { description: "The value of one unit, which capital does not move." })
  value!: number;
}

@ObjectType("FundPerformance", {
  description:
    "Return and risk of a fund, revalued every day at the rates of its book. Capital that comes in counts at the start of its day, capital that goes out at the end.",
})
class FundPerformanceObject {
  @Field(() => ID, { description: "UUID of the fund." })
  fundId!: string;

  @Field(() => DateScalar, { description: "Last day of the range: today, or an earlier `to`." })
  asOf!: string;

  @Field(() => SafeIntScalar, { description: "Book position the figures include." })
  position!: number;

  @Field(() => String, { description: "The fund's ISO 4217 currency." })
  currency!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: "First day that is valued; null for a book without entries.",
  })
  from!: string | null;

  // Not a field: the others pick from it.
  performance!: Performance;
}

const FIRST = { defaultValue: 20, description: "Page size, 1 to 200." };
const AFTER = { nullable: true, description: "Cursor to read on from." };
const UNIT_VALUE_DAYS =
  "At most the last 3,660 days, oldest first; none where the fund cannot be valued.";

@Resolver(() => FundEntity)
export class FundPerformanceResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @FieldResolver(() => FundPerformanceObject, {
    nullable: true,
    description:
      "Time- and money-weighted return and the figures of risk, from the first entry to today by default, over ten years at most. A benchmark is an instrument priced in the fund's currency.",
  })
  async performance(
    @Root() fund: FundEntity,
    @Args(() => FigureArgs) { from, to, benchmarkId, ...given }: FigureArgs,
    @Ctx() { request, awaitFund, compute, reads }: FundPerformanceContext,
  ): Promise<FundPerformanceObject> {
    const checked = figureArguments(given);
    await awaitFund(fund);
    const { tenantId } = request;
    const today = utcDate(request.now);
    const asOf = earlier(to ?? today, today);
    const granted = reads.seeing(grantsOf(request));
    const range = { from: from ?? "0001-01-01", to: asOf };
    const movements = (await readFundMovements(granted, tenantId, [fund.id], range)).get(fund.id);
    if (movements === undefined) throw fundNotFound();
    const benchmark = await this.#readBenchmark(tenantId, movements, benchmarkId);
    const args = { valuations: fundValuations(movements), benchmark, given: checked, asOf };
    return {
      fundId: fund.id,
      asOf,
      position: movements.position,
      currency: movements.currency,
      from: movements.range?.from ?? null,
      performance: await compute(fundPerformanceTask, args, performanceKey(args)),
    };
  }

  /** The benchmark's prices; null without one, a reason when it is priced in another currency. */
  async #readBenchmark(
    tenantId: string,
    { currency, range }: FundMovements,
    benchmarkId: string | null | undefined,
  ): Promise<Series | string | null> {
    if (!benchmarkId) return null;
    const benchmark = await readInstrument(this.#pool, tenantId, benchmarkId);
    if (benchmark.currency !== currency) {
      return `The benchmark is priced in ${benchmark.currency}, not in ${currency}.`;
    }
    if (range === null) return "The fund has no entries.";
    return (await readCloses(this.#pool, tenantId, benchmark.id, range)).series;
  }
}

@Resolver(() => FundPerformanceObject)
export class FundPerformanceValuesResolver {
  @FieldResolver(() => [MetricObject], {
    description:
      "The figures with their method and inputs; unless `metrics` are given, all of them, those beside a benchmark only with one.",
  })
  values(
    @Root() { performance }: FundPerformanceObject,
    @Args(() => MetricSelectionArgs) selection: MetricSelectionArgs,
  ): MetricObject[] {
    return selectMetrics(performance.metrics, selection).map(toMetricObject);
  }

  @FieldResolver(() => [UnitValueObject], {
    description: `The fund's unit value by day. ${UNIT_VALUE_DAYS}`,
  })
  unitValues(@Root() { performance }: FundPerformanceObject): UnitValueObject[] {
    const { times, values } = performance.index;
    return Array.from(times, (time, index) => ({ date: toDay(time), value: values[index]! + 0 }));
  }

  @FieldResolver(() => [YearOfReturnsObject], {
    description: "The table of monthly returns of the unit value by year, oldest first.",
  })
  monthlyReturns(
    @Root() { performance }: FundPerformanceObject,
    @Ctx() { compute }: FundPerformanceContext,
  ): Promise<YearOfReturnsObject[]> {
    const { times, values } = performance.index;
    return compute(monthlyReturnsTask, performance.index, contentKey(times, values));
  }

  @FieldResolver(() => DrawdownConnection, {
    description:
      "Falls of the unit value from a peak until it is reached again, the deepest first.",
  })
  async drawdowns(
    @Root() { performance }: FundPerformanceObject,
    @Arg("first", () => Int, FIRST) first: number,
    @Arg("after", () => CursorScalar, AFTER) after: string | null | undefined,
    @Ctx() { compute }: FundPerformanceContext,
  ): Promise<Connection<DrawdownObject>> {
    const size = pageSize(first);
    const start = rankCursor(after);
    const { times, values } = performance.index;
    const deepest = await compute(drawdownsTask, values, contentKey(values));
    const shown = deepest.slice(start, start + size + 1);
    const items = shown.map((drawdown) => toDrawdownObject(drawdown, times));
    const cursorOf = (item: DrawdownObject) => encodeCursor([start + items.indexOf(item) + 1]);
    return toConnection(items, { first: size, after, cursorOf });
  }
}
