import { moneyToJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
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
import { fundNotFound } from "@allfunds/platform/feed";
import type { FundContext } from "@allfunds/platform/feed";
import type { BatchLoader } from "@allfunds/platform/graphql";
import {
  MetricObject,
  MetricSelectionArgs,
  moneyOrNull,
  toMetricObject,
} from "../metric/metric-graphql.ts";
import { selectMetrics } from "../metric/metric.ts";
import type { Metric, MetricName } from "../metric/metric.ts";
import type { FundFigures } from "./fund-figures.ts";
import { fundMetrics, otherNetAssets } from "./fund-metrics.ts";
import type { FundPerformances } from "./fund-performances.ts";
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

  @Field(() => String, { description: "The fund's ISO 4217 currency." })
  currency!: string;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Cash and bank balances in the fund's currency, others converted where the book has a rate; null without a cash account.",
  })
  cash!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Assets less liabilities; null while `otherCurrencies` are held that the book has no rate for.",
  })
  netAssetValue!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Cash that came in over 30 days, transfers between cash accounts not counted.",
  })
  inflow30d!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Cash that went out over 30 days, as a positive amount.",
  })
  outflow30d!: MoneyJson | null;

  @Field(() => MoneyObject, { nullable: true, description: "Inflow less outflow over 30 days." })
  netFlow30d!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Net outflow of 30 days, averaged over 90; null when the fund is not burning.",
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

  // Not a field: `values` picks from it.
  metrics!: readonly Metric[];
}

/** Shapes a fund's figures for clients. */
function toFundMetricsObject(figures: FundFigures): FundMetricsObject {
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
  };
}

/** What the resolvers of a fund's figures receive. */
export interface FundFiguresContext extends FundContext {
  readonly fundFigures: Pick<BatchLoader<FundFigures>, "load">;
  readonly liveFigures: Pick<LiveFigures, "subscribe">;
  readonly fundPerformances: Pick<FundPerformances, "metricsOf">;
}

interface UpdateRequest {
  readonly args: { readonly fundId?: string };
  readonly context: FundFiguresContext;
}

@Resolver(() => FundEntity)
export class FundMetricsResolver {
  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 35)")
  @FieldResolver(() => FundMetricsObject, {
    nullable: true,
    description:
      "Cash, net asset value, flows, burn and runway. Waits up to 1.5 s for the book position, then fails with CONSISTENCY_TIMEOUT.",
  })
  async metrics(
    @Root() fund: FundEntity,
    @Ctx() { awaitFund, fundFigures }: FundFiguresContext,
  ): Promise<FundMetricsObject> {
    await awaitFund(fund);
    const figures = await fundFigures.load(fund.id);
    if (figures === undefined) throw fundNotFound();
    return toFundMetricsObject(figures);
  }

  @RequiresScopes("metrics:read")
  @Subscription(() => FundMetricsObject, {
    description:
      "A fund's figures each time events of its book have been applied; a slow client gets the latest.",
    subscribe: async ({ args, context }: UpdateRequest) => {
      const { request, liveFigures, awaitFund } = context;
      const fundId = args.fundId ?? "";
      // A fund that was opened is in its book's first event.
      await awaitFund({ id: fundId, position: 1 });
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
  @Directive("@listSize(assumedSize: 8)")
  @FieldResolver(() => [MetricObject], {
    description:
      "The figures with their method and inputs; unless `metrics` are given, those of cash and net assets. Return and risk are given by name, or all of them by `Fund.performance`.",
  })
  async values(
    @Root() { fundId, metrics }: FundMetricsObject,
    @Args(() => MetricSelectionArgs) selection: MetricSelectionArgs,
    @Ctx() { fundPerformances }: FundFiguresContext,
  ): Promise<MetricObject[]> {
    const held = new Set<string>(metrics.map(({ name }) => name));
    const wanted = selection.metrics ?? selection.names ?? [];
    // The days of a fund are read only for a figure that needs them.
    const performance = wanted.every((name) => held.has(name))
      ? []
      : await fundPerformances.metricsOf(fundId);
    return selectMetrics([...metrics, ...performance], selection).map(toMetricObject);
  }
}
