import { RequiresScopes } from "@allfunds/platform/graphql";
import type { Pool } from "@allfunds/platform/database";
import { Arg, Ctx, Directive, FieldResolver, Int, Resolver, Root } from "type-graphql";
import { FundEntity } from "../funds/fund-entity.ts";
import type { MetricsContext } from "../metrics-context.ts";
import { utcDate } from "../series/calendar.ts";
import { readSnapshot } from "../series/read-snapshot.ts";
import { ForecastMetric } from "./forecast-metric.ts";
import { ForecastObject, makeForecast } from "./forecast-object.ts";
import { readFundMonthlySeries } from "./fund-monthly-series.ts";
import { DEFAULT_HORIZON, HORIZON_DESCRIPTION, requireHorizon } from "./horizon.ts";

@Resolver(() => FundEntity)
export class FundForecastResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @FieldResolver(() => ForecastObject, {
    nullable: true,
    description:
      "A monthly series of the fund continued, with intervals and a back-test; INSUFFICIENT_DATA when the history is too short.",
  })
  async forecast(
    @Root() fund: FundEntity,
    @Arg("metric", () => ForecastMetric, { defaultValue: ForecastMetric.CASH })
    metric: ForecastMetric,
    @Arg("horizon", () => Int, { defaultValue: DEFAULT_HORIZON, description: HORIZON_DESCRIPTION })
    horizon: number,
    @Ctx() { request, awaitFund }: MetricsContext,
  ): Promise<ForecastObject> {
    requireHorizon(horizon);
    await awaitFund(fund);
    const { tenantId, now } = request;
    const asked = { tenantId, fundId: fund.id, metric, today: utcDate(now) };
    const series = await readSnapshot(this.#pool, (client) => readFundMonthlySeries(client, asked));
    return makeForecast(series, horizon, now);
  }
}
