import { formatAmount } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar, MoneyObject } from "@allfunds/platform/graphql/types";
import type { MoneyJson } from "@allfunds/contract/money";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import { FundEntity } from "../books/entities.ts";
import { readFund } from "../books/followed-books.ts";
import type { BookContext } from "@allfunds/platform/feed";
import { utcDate } from "../series/calendar.ts";
import { bucketsOf, clipToHistory, Interval } from "../series/date-range.ts";
import { NO_CHANGE, readBalancePoints, readCashFlows } from "../series/fund-series.ts";
import type { BalancePoint, SeriesRequest } from "../series/fund-series.ts";
import { readSnapshot } from "../series/read-snapshot.ts";

@ObjectType("BalancePoint", { description: "A fund's balances at the end of a day or month." })
class BalancePointObject {
  @Field(() => DateScalar, {
    description: "The day, or the last day of the month that has passed so far.",
  })
  date!: string;

  @Field(() => MoneyObject, {
    description: "Cash in the fund's currency, others converted where the book has a rate.",
  })
  cash!: MoneyJson;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Assets less liabilities; null while other currencies are held that the book has no rate for.",
  })
  netAssetValue!: MoneyJson | null;
}

@ObjectType("CashFlowPoint", {
  description:
    "Cash that came in and went out of a fund. Each transaction counts with its net effect on all cash accounts together, so transfers between them are no flow. Adjustments are none, and what is reversed is none on the day of what it reverses.",
})
class CashFlowPointObject {
  @Field(() => DateScalar, { description: "First day of the day or month." })
  period!: string;

  @Field(() => MoneyObject, { description: "What came in." })
  inflow!: MoneyJson;

  @Field(() => MoneyObject, { description: "What went out, as a positive amount." })
  outflow!: MoneyJson;

  @Field(() => MoneyObject, { description: "Inflow less outflow." })
  net!: MoneyJson;
}

function toBalancePoint(point: BalancePoint, currency: string): BalancePointObject {
  const money = (minor: bigint) => ({ amount: formatAmount(minor, currency), currency });
  return {
    date: point.date,
    cash: money(point.cash),
    netAssetValue: point.holdsOtherCurrencies ? null : money(point.assets - point.liabilities),
  };
}

function toCashFlowPoint(
  period: string,
  { inflow, outflow }: { inflow: bigint; outflow: bigint },
  currency: string,
): CashFlowPointObject {
  const money = (minor: bigint) => ({ amount: formatAmount(minor, currency), currency });
  return { period, inflow: money(inflow), outflow: money(outflow), net: money(inflow - outflow) };
}

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
  @Directive("@cost(weight: 300)")
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
    @Ctx() context: BookContext,
  ): Promise<BalancePointObject[]> {
    return this.#read(fund, { interval, from, to }, context, async (client, wanted) => {
      const points = await readBalancePoints(client, wanted);
      return points.map((point) => toBalancePoint(point, wanted.currency));
    });
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 130)")
  @FieldResolver(() => [CashFlowPointObject], {
    nullable: true,
    description:
      "Cash in and out by day or month in the fund's currency, others converted at the book's rate of the period's last day, oldest first, empty periods included; at most 3,660 days.",
  })
  async cashFlows(
    @Root() fund: FundEntity,
    @Arg("interval", () => Interval, { defaultValue: Interval.MONTH }) interval: Interval,
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Ctx() context: BookContext,
  ): Promise<CashFlowPointObject[]> {
    return this.#read(fund, { interval, from, to }, context, async (client, wanted) => {
      const flows = await readCashFlows(client, wanted);
      return bucketsOf(interval, wanted.range).map((period) =>
        toCashFlowPoint(period, flows.get(period) ?? NO_CHANGE, wanted.currency),
      );
    });
  }

  /** What is read of the days that the book has entries for; nothing without any. */
  async #read<Point>(
    fund: FundEntity,
    { interval, ...days }: { interval: Interval; from: OptionalDate; to: OptionalDate },
    { request, awaitBook }: BookContext,
    readPoints: (client: DatabaseClient, wanted: SeriesRequest) => Promise<Point[]>,
  ): Promise<Point[]> {
    await awaitBook(fund);
    return readSnapshot(this.#pool, async (client) => {
      const { tenantId, now } = request;
      const { currency, activity } = await readFund(client, tenantId, fund.id, utcDate(now));
      const range = activity && clipToHistory(interval, days, activity);
      if (range === null) return [];
      return readPoints(client, { tenantId, fundId: fund.id, currency, interval, range });
    });
  }
}
