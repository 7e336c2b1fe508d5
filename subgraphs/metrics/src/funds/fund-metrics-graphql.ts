import { moneyToJson } from "@allfunds/contract/money";
import { CacheControl, RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar, MoneyObject, SafeIntScalar } from "@allfunds/platform/graphql/types";
import type { MoneyJson } from "@allfunds/contract/money";
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  ID,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { FundEntity } from "../books/entities.ts";
import { fundNotFound } from "@allfunds/contract/feed";
import type { BookContext } from "@allfunds/platform/feed";
import type { Pool } from "@allfunds/platform/database";
import type { CurrencyLoaders } from "../compute/currency-loaders.ts";
import type { ComputeContext } from "../compute/request-compute.ts";
import {
  MetricObject,
  MetricSelectionArgs,
  moneyOrNull,
  toMetricObject,
} from "../metric/metric-graphql.ts";
import { selectMetrics } from "../metric/metric.ts";
import type { Metric, MetricName } from "../metric/metric.ts";
import { Performances } from "../performance/performances.ts";
import { CURRENCY_ARGUMENT, readerCurrency } from "../prices/conversion-graphql.ts";
import { readPairSteps } from "../rates/reader-rates-sql.ts";
import { READER_RATE_RULE, ReaderRates } from "../rates/reader-rates.ts";
import { addDays } from "../series/calendar.ts";
import { FLOW_DAYS } from "./fund-figures.ts";
import type { FundFigures } from "./fund-figures.ts";
import { fundMetrics, otherNetAssets } from "./fund-metrics.ts";
import type { ConvertibleFigures } from "./fund-metrics.ts";
import type { FundMovements } from "./fund-movements-sql.ts";
import type { LiveFigures } from "./live-figures.ts";

@ObjectType("FundMetrics", {
  description:
    "A fund's figures at one book position. A null figure has its reason under `values`. Cash accounts are those that count as cash now, see `Account.countsAsCash`; the mark holds for all days.",
})
class FundMetricsObject {
  @Field(() => ID, { description: "UUID of the fund." })
  fundId!: string;

  @Field(() => DateScalar, {
    description:
      "The reader's day in UTC, which the figures are of: balances at its end, flows up to it. Entries of later effective days do not count yet.",
  })
  asOf!: string;

  @Field(() => SafeIntScalar, { description: "Book position the figures include." })
  position!: number;

  @Field(() => String, {
    description: "ISO 4217 currency of the figures: the fund's, or the reader's.",
  })
  currency!: string;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Cash and bank balances in `currency`, others converted; null without a cash account, and while cash is held that there is no rate for.",
  })
  cash!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Assets less liabilities; null while `otherCurrencies` are held that there is no rate for.",
  })
  netAssetValue!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Cash that came in over 30 days, transfers between cash accounts not counted; null when some has no rate.",
  })
  inflow30d!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Cash that went out over 30 days, as a positive amount; null when some has no rate.",
  })
  outflow30d!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Inflow less outflow over 30 days; null when some of it has no rate.",
  })
  netFlow30d!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Net outflow of 30 days, averaged over 90; null when the fund is not burning or some flow has no rate.",
  })
  monthlyBurn!: MoneyJson | null;

  @Field(() => Float, {
    nullable: true,
    description: "Months of 30 days the cash lasts at `monthlyBurn`; null when not burning.",
  })
  runwayMonths!: number | null;

  @Field(() => [MoneyObject], {
    description:
      "Net assets held in other currencies, each in its own; the figures have them converted.",
  })
  otherCurrencies!: MoneyJson[];

  // Not fields: `values` picks from them.
  metrics!: readonly Metric[];
  reader!: string | null;
}

/** Shapes a fund's figures for clients. */
function toFundMetricsObject(
  figures: ConvertibleFigures,
  reader: string | null = null,
): FundMetricsObject {
  const metrics = fundMetrics(figures);
  const metric = (name: MetricName) => metrics.find((candidate) => candidate.name === name);
  const money = (name: MetricName) => moneyOrNull(metric(name)?.money ?? null);
  return {
    fundId: figures.fundId,
    asOf: figures.asOf,
    position: figures.position,
    currency: figures.currency,
    cash: money("cash"),
    netAssetValue: money("netAssetValue"),
    inflow30d: money("inflow30d"),
    outflow30d: money("outflow30d"),
    netFlow30d: money("netFlow30d"),
    monthlyBurn: money("monthlyBurn"),
    runwayMonths: metric("runwayMonths")?.value ?? null,
    otherCurrencies: otherNetAssets(figures).map(moneyToJson),
    metrics,
    reader,
  };
}

const shapes = new WeakMap<FundFigures, FundMetricsObject>();

/** The same of figures that stay as they are: a page of funds that did not change is not computed again. */
function shapeOnce(figures: FundFigures): FundMetricsObject {
  const shape = shapes.get(figures) ?? toFundMetricsObject(figures);
  shapes.set(figures, shape);
  return shape;
}

/** What the resolvers of a fund's figures receive. */
export interface FundFiguresContext extends BookContext, ComputeContext {
  readonly fundFigures: Pick<CurrencyLoaders<FundFigures>, "load">;
  readonly liveFigures: Pick<LiveFigures, "subscribe">;
  readonly fundMovements: Pick<CurrencyLoaders<FundMovements>, "load">;
}

interface UpdateRequest {
  readonly args: { readonly fundId?: string };
  readonly context: FundFiguresContext;
}

@Resolver(() => FundEntity)
export class FundMetricsResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @CacheControl({ maxAgeSeconds: 5 })
  @Directive("@cost(weight: 25)")
  @FieldResolver(() => FundMetricsObject, {
    nullable: true,
    description:
      "Cash, net asset value, flows, burn and runway. Other currencies are converted by the newest rate on or before the day, an exchange rate that was recorded before that of a posting; a sum is null while part of it has no rate. In a reader's currency, each amount is converted by the newest rate of the seven days up to its day: that of the books, else that of currency pairs. Waits up to 1.5 s for the book position, then fails with CONSISTENCY_TIMEOUT.",
  })
  async metrics(
    @Root() fund: FundEntity,
    @Arg("currency", () => String, CURRENCY_ARGUMENT) currency: string | null | undefined,
    @Ctx() { request, awaitBook, fundFigures }: FundFiguresContext,
  ): Promise<FundMetricsObject> {
    const reader = readerCurrency(currency);
    await awaitBook(fund);
    const figures = await fundFigures.load(fund.id, reader);
    if (figures === undefined) throw fundNotFound();
    if (reader === null) return shapeOnce(figures);
    const { asOf, balances } = figures;
    const held = { from: [...balances.keys()].filter((of) => of !== reader), to: reader };
    const range = { from: addDays(asOf, -FLOW_DAYS), to: asOf };
    const steps = await readPairSteps(this.#pool, request.tenantId, held, range);
    const rates = new ReaderRates(figures.rates, steps);
    return toFundMetricsObject({ ...figures, rates, rateRule: READER_RATE_RULE }, reader);
  }

  @RequiresScopes("metrics:read")
  @Subscription(() => FundMetricsObject, {
    description:
      "A fund's figures each time events of its book, or exchange rates of the tenant, have been applied; a slow client gets the latest.",
    subscribe: async ({ args, context }: UpdateRequest) => {
      const { request, liveFigures, awaitBook } = context;
      const fundId = args.fundId ?? "";
      // A fund that was opened is in its book's first event.
      await awaitBook({ id: fundId, position: 1 });
      return liveFigures.subscribe(request.tenantId, fundId);
    },
  })
  metricsUpdated(
    @Arg("fundId", () => ID, { description: "UUID of the fund." }) _fundId: string,
    @Root() figures: FundFigures,
  ): FundMetricsObject {
    return toFundMetricsObject(figures);
  }
}

@Resolver(() => FundMetricsObject)
export class FundMetricValuesResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive("@listSize(assumedSize: 8)")
  @FieldResolver(() => [MetricObject], {
    description:
      "The figures with their method and inputs; unless `metrics` are given, those of cash and net assets. Return and risk are given by name, or all of them by `Fund.performance`.",
  })
  async values(
    @Root() { fundId, asOf, metrics, reader }: FundMetricsObject,
    @Args(() => MetricSelectionArgs) selection: MetricSelectionArgs,
    @Ctx() context: FundFiguresContext,
  ): Promise<MetricObject[]> {
    const held = new Set<string>(metrics.map(({ name }) => name));
    const wanted = selection.metrics ?? selection.names ?? [];
    // The days of a fund are read only for a figure that needs them.
    const movements = wanted.every((name) => held.has(name))
      ? undefined
      : await context.fundMovements.load(fundId, reader);
    const { tenantId } = context.request;
    const performances = new Performances(this.#pool, context.compute);
    const performance =
      movements === undefined
        ? []
        : (await performances.of({ subject: "FUND", tenantId, movements, reader }, {}, asOf))
            .metrics;
    return selectMetrics([...metrics, ...performance], selection).map(toMetricObject);
  }
}
