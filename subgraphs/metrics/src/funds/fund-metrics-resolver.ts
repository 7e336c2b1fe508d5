import { RequiresScopes } from "@allfunds/platform/graphql";
import type { Pool } from "@allfunds/platform/database";
import { Arg, Ctx, Directive, FieldResolver, ID, Resolver, Root, Subscription } from "type-graphql";
import { MetricObject, toMetricObject } from "../metric/metric-object.ts";
import { selectMetrics } from "../metric/select-metrics.ts";
import type { MetricsContext } from "../metrics-context.ts";
import { utcDate } from "../series/calendar.ts";
import type { FundUpdate } from "../series/fund-updates.ts";
import { readSnapshot } from "../series/read-snapshot.ts";
import { FundEntity } from "./fund-entity.ts";
import { readFundFigures } from "./fund-figures.ts";
import { FundMetricsObject, toFundMetricsObject } from "./fund-metrics-object.ts";

interface UpdateRequest {
  readonly args: { readonly fundId?: string };
  readonly context: MetricsContext;
}

@Resolver(() => FundEntity)
export class FundMetricsResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @FieldResolver(() => FundMetricsObject, {
    nullable: true,
    description:
      "Cash, net asset value, flows, burn and runway. Waits up to 1.5 s for the book position, then fails with CONSISTENCY_TIMEOUT.",
  })
  async metrics(
    @Root() fund: FundEntity,
    @Ctx() { request, awaitFund }: MetricsContext,
  ): Promise<FundMetricsObject> {
    await awaitFund(fund);
    return this.#read(request.tenantId, fund.id, request.now);
  }

  @RequiresScopes("metrics:read")
  @Subscription(() => FundMetricsObject, {
    description:
      "A fund's figures each time events of its book have been applied; a slow client gets the latest.",
    subscribe: async ({ args, context }: UpdateRequest) => {
      const { request, fundUpdates, awaitFund } = context;
      const fundId = args.fundId ?? "";
      // A fund that was opened is in its book's first event.
      await awaitFund({ id: fundId, position: 1 });
      return fundUpdates.subscribe(request.tenantId, fundId);
    },
  })
  metricsUpdated(
    @Arg("fundId", () => ID, { description: "UUID of the fund." }) _fundId: string,
    @Root() { tenantId, fundId, at }: FundUpdate,
  ): Promise<FundMetricsObject> {
    return this.#read(tenantId, fundId, at);
  }

  async #read(tenantId: string, fundId: string, now: Date): Promise<FundMetricsObject> {
    const figures = await readSnapshot(this.#pool, (client) =>
      readFundFigures(client, tenantId, fundId, utcDate(now)),
    );
    return toFundMetricsObject(figures);
  }
}

@Resolver(() => FundMetricsObject)
export class FundMetricValuesResolver {
  @FieldResolver(() => [MetricObject], {
    description: "The figures with their method and inputs; all of them unless `names` are given.",
  })
  values(
    @Root() { metrics }: FundMetricsObject,
    @Arg("names", () => [String], {
      nullable: true,
      description:
        "cash, netAssetValue, inflow30d, outflow30d, netFlow30d, monthlyBurn, runwayMonths",
    })
    names: string[] | null | undefined,
  ): MetricObject[] {
    return selectMetrics(metrics, names).map(toMetricObject);
  }
}
