import { invalidInput } from "@allfunds/contract/errors";
import { isCalendarDate } from "@allfunds/platform/dates";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateScalar,
  DecimalScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import type { Pool } from "@allfunds/platform/database";
import type { Connection } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  Float,
  ID,
  Int,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import { contentKey } from "../compute/content-key.ts";
import type { ComputeContext } from "../compute/request-compute.ts";
import { MetricObject, MetricSelectionArgs, toMetricObject } from "../metric/metric-graphql.ts";
import { selectMetrics } from "../metric/metric.ts";
import type { Metric } from "../metric/metric.ts";
import { utcDate } from "../series/calendar.ts";
import { InstrumentObject } from "./instrument-graphql.ts";
import type { InstrumentContext } from "./instrument-graphql.ts";
import { instrumentMetricsTask } from "./instrument-metrics-task.ts";
import { listPrices, readPriceSeries } from "./price-store.ts";

@ObjectType("Price", { description: "The price of an instrument at the close of a day." })
class PriceObject {
  @Field(() => DateScalar, { description: "The day." })
  date!: string;

  @Field(() => DecimalScalar, { nullable: true, description: "Opening price, if it is known." })
  open!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Highest price, if it is known." })
  high!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Lowest price, if it is known." })
  low!: string | null;

  @Field(() => DecimalScalar, { description: "Closing price, exactly as imported." })
  close!: string;

  @Field(() => DecimalScalar, { nullable: true, description: "Traded volume, if it is known." })
  volume!: string | null;
}

const PriceConnection = connectionType("Price", PriceObject);

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

  // Not a field: `values` picks from it.
  metrics!: readonly Metric[];
}

const FROM = { nullable: true, description: "First day; from the first price by default." };
const TO = { nullable: true, description: "Last day; to the last price by default." };
type OptionalDate = string | null | undefined;

@Resolver(() => InstrumentObject)
export class PriceResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @FieldResolver(() => PriceConnection, { description: "Closing prices, oldest first." })
  async prices(
    @Root() { id }: InstrumentObject,
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() { request }: InstrumentContext,
  ): Promise<Connection<PriceObject>> {
    const size = pageSize(first);
    const page = { from, to, afterDay: dayCursor(after), limit: size + 1 };
    const rows = await listPrices(this.#pool, request.tenantId, id, page);
    const items = rows.map(({ day, ...parts }) => ({ date: day, ...parts }));
    return toConnection(items, {
      first: size,
      after,
      cursorOf: ({ date }) => encodeCursor([date]),
    });
  }

  @RequiresScopes("metrics:read")
  @FieldResolver(() => InstrumentMetricsObject, {
    description: "Return and risk of the prices in a range, all of them by default.",
  })
  async metrics(
    @Root() { id }: InstrumentObject,
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Arg("riskFreeRate", () => Float, {
      defaultValue: 0,
      description: "Yearly rate for Sharpe and Sortino: 0.02 is 2 %.",
    })
    riskFreeRate: number,
    @Ctx() { request, compute }: InstrumentContext & ComputeContext,
  ): Promise<InstrumentMetricsObject> {
    if (!(riskFreeRate > -0.5 && riskFreeRate < 1)) {
      throw invalidInput("riskFreeRate", "must lie between -0.5 and 1");
    }
    const series = await readPriceSeries(this.#pool, request.tenantId, id, { from, to });
    const [first, last] = [series.days[0] ?? null, series.days.at(-1) ?? null];
    const asOf = last ?? utcDate(request.now);
    const key = contentKey(series.closes, series.days, riskFreeRate, asOf);
    return {
      instrumentId: id,
      from: first,
      to: last,
      prices: series.days.length,
      metrics: await compute(instrumentMetricsTask, { series, riskFreeRate, asOf }, key),
    };
  }
}

@Resolver(() => InstrumentMetricsObject)
export class InstrumentMetricValuesResolver {
  @FieldResolver(() => [MetricObject], {
    description:
      "The figures with their method and inputs; all of them unless `metrics` are given.",
  })
  values(
    @Root() { metrics }: InstrumentMetricsObject,
    @Args(() => MetricSelectionArgs) selection: MetricSelectionArgs,
  ): MetricObject[] {
    return selectMetrics(metrics, selection).map(toMetricObject);
  }
}

/** The day a page starts after; null for the first page. */
export function dayCursor(after: string | null | undefined): string | null {
  if (after === null || after === undefined) return null;
  const [day] = decodeCursor(after, 1);
  if (typeof day === "string" && isCalendarDate(day)) return day;
  throw invalidInput("after", "is not a cursor of this list");
}
