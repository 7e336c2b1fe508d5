import { RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar } from "@allfunds/platform/graphql/types";
import type { Pool } from "@allfunds/platform/database";
import { Arg, Ctx, Directive, FieldResolver, Resolver, Root } from "type-graphql";
import type { MetricsContext } from "../metrics-context.ts";
import { utcDate } from "../series/calendar.ts";
import { bucketsOf, clipToHistory } from "../series/date-range.ts";
import { Interval } from "../series/interval.ts";
import { NO_CHANGE, readFundBuckets } from "../series/read-fund-series.ts";
import { readSnapshot } from "../series/read-snapshot.ts";
import { FundEntity } from "./fund-entity.ts";
import {
  BalancePointObject,
  CashFlowPointObject,
  toBalancePoint,
  toCashFlowPoint,
} from "./fund-series-objects.ts";
import { readBalancePoints } from "./read-balance-points.ts";
import { readFund } from "./read-fund.ts";

const FROM = { nullable: true, description: "First day; a year or 36 months back by default." };
const TO = { nullable: true, description: "Last day; the last day with entries by default." };
type OptionalDate = string | null | undefined;

@Resolver(() => FundEntity)
export class FundSeriesResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @FieldResolver(() => [BalancePointObject], {
    nullable: true,
    description:
      "Cash and net asset value at the end of every day or month, oldest first, within the days the book has entries for; at most 3,660 days.",
  })
  async balanceHistory(
    @Root() fund: FundEntity,
    @Arg("interval", () => Interval, { defaultValue: Interval.DAY }) interval: Interval,
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Ctx() { request, awaitFund }: MetricsContext,
  ): Promise<BalancePointObject[]> {
    await awaitFund(fund);
    return readSnapshot(this.#pool, async (client) => {
      const { tenantId, now } = request;
      const { currency, activity } = await readFund(client, tenantId, fund.id, utcDate(now));
      const range = activity && clipToHistory(interval, { from, to }, activity);
      if (range === null) return [];
      const asked = { tenantId, fundId: fund.id, currency, interval, range };
      const points = await readBalancePoints(client, asked);
      return points.map((point) => toBalancePoint(point, currency));
    });
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @FieldResolver(() => [CashFlowPointObject], {
    nullable: true,
    description:
      "Cash in and out by day or month in the fund's currency, oldest first, empty periods included; at most 3,660 days.",
  })
  async cashFlows(
    @Root() fund: FundEntity,
    @Arg("interval", () => Interval, { defaultValue: Interval.MONTH }) interval: Interval,
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Ctx() { request, awaitFund }: MetricsContext,
  ): Promise<CashFlowPointObject[]> {
    await awaitFund(fund);
    return readSnapshot(this.#pool, async (client) => {
      const { tenantId, now } = request;
      const { currency, activity } = await readFund(client, tenantId, fund.id, utcDate(now));
      const range = activity && clipToHistory(interval, { from, to }, activity);
      if (range === null) return [];
      const buckets = await readFundBuckets(client, tenantId, fund.id, interval, range);
      const own = buckets.filter((bucket) => bucket.currency === currency);
      const flows = new Map(own.map((bucket) => [bucket.bucket, bucket]));
      return bucketsOf(interval, range).map((period) =>
        toCashFlowPoint(period, flows.get(period) ?? NO_CHANGE, currency),
      );
    });
  }
}
