import { moneyToJson } from "@allfunds/contract/money";
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
import type { NamedRate } from "../books/book-rates.ts";
import type { InFundCurrency } from "../books/in-fund-currency.ts";
import { FundEntity } from "../books/entities.ts";
import { readFund } from "../books/followed-books.ts";
import type { BookContext } from "@allfunds/platform/feed";
import { utcDate } from "../series/calendar.ts";
import { bucketsOf, clipToHistory, Interval } from "../series/date-range.ts";
import { balancePoints, currenciesOf, readBalances, readCashFlows } from "../series/fund-series.ts";
import type {
  BalancePoint,
  BalanceSource,
  BucketFlows,
  SeriesRequest,
} from "../series/fund-series.ts";
import { CURRENCY_ARGUMENT, readerCurrency } from "../prices/conversion-graphql.ts";
import { readPairSteps } from "../rates/reader-rates-sql.ts";
import { ReaderRates } from "../rates/reader-rates.ts";
import { readSnapshot } from "../series/read-snapshot.ts";

@ObjectType("UsedRate", { description: "An exchange rate that an amount was converted by." })
class UsedRateObject {
  @Field(() => String, { description: "ISO 4217 currency of which one unit is quoted." })
  base!: string;

  @Field(() => String, { description: "ISO 4217 currency of the quotation." })
  quote!: string;

  @Field(() => String, { description: "What one unit of `base` costs, a decimal string." })
  rate!: string;

  @Field(() => DateScalar, { description: "The day the rate is of." })
  date!: string;

  @Field(() => String, {
    nullable: true,
    description: "Who quoted it; null where a posting of the fund stated it.",
  })
  source!: string | null;
}

@ObjectType("BalancePoint", { description: "A fund's balances at the end of a day or month." })
class BalancePointObject {
  @Field(() => DateScalar, {
    description: "The day, or the last day of the month that has passed so far.",
  })
  date!: string;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Cash in the fund's currency, or the reader's, others converted at the rate of the day; null while cash is held that there is no rate for.",
  })
  cash!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Assets less liabilities; null while some are held that there is no rate for.",
  })
  netAssetValue!: MoneyJson | null;

  @Field(() => [MoneyObject], {
    description:
      "What is held without an exchange rate on or before the day, each in its currency: net assets, cash where these are zero.",
  })
  withoutRate!: MoneyJson[];

  @Field(() => [UsedRateObject], {
    description: "The exchange rates that the amounts of the day were converted by.",
  })
  rates!: UsedRateObject[];
}

@ObjectType("CashFlowPoint", {
  description:
    "Cash that came in and went out of a fund. Each transaction counts with its net effect on all cash accounts together, so transfers between them are no flow. Adjustments are none, and what is reversed is none on the day of what it reverses.",
})
class CashFlowPointObject {
  @Field(() => DateScalar, { description: "First day of the day or month." })
  period!: string;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "What came in; null when some of it has no rate.",
  })
  inflow!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "What went out, as a positive amount; null when some of it has no rate.",
  })
  outflow!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Inflow less outflow; null when some of either has no rate.",
  })
  net!: MoneyJson | null;

  @Field(() => [MoneyObject], {
    description:
      "What came in and went out that there is no exchange rate for on or before the period's last day, each in its currency.",
  })
  withoutRate!: MoneyJson[];
}

/** A sum as money; null when part of it has no rate. */
const wholeOrNull = ({ minor, missing }: InFundCurrency, currency: string): MoneyJson | null =>
  missing.length > 0 ? null : moneyToJson({ minor, currency });

function toBalancePoint({ date, cash, net }: BalancePoint, currency: string): BalancePointObject {
  // Cash is part of the net assets, so a currency is named once.
  const held = new Map([...cash.missing, ...net.missing].map((money) => [money.currency, money]));
  return {
    date,
    cash: wholeOrNull(cash, currency),
    netAssetValue: wholeOrNull(net, currency),
    withoutRate: [...held.values()].map(moneyToJson),
    rates: usedRates([...cash.rates, ...net.rates]),
  };
}

/** Each rate once. */
function usedRates(rates: readonly NamedRate[]): UsedRateObject[] {
  const used = new Map(rates.map((rate) => [`${rate.base} ${rate.quote}`, rate]));
  return Array.from(used.values(), ({ base, quote, rate, day, source }) => {
    return { base, quote, rate, date: day, source: source ?? null };
  });
}

function toCashFlowPoint(
  period: string,
  { inflow, outflow }: BucketFlows,
  currency: string,
): CashFlowPointObject {
  const missing = [...inflow.missing, ...outflow.missing];
  const net = { ...inflow, minor: inflow.minor - outflow.minor, missing };
  return {
    period,
    inflow: wholeOrNull(inflow, currency),
    outflow: wholeOrNull(outflow, currency),
    net: wholeOrNull(net, currency),
    withoutRate: missing.map(moneyToJson),
  };
}

const NOTHING: InFundCurrency = { minor: 0n, rates: [], missing: [] };
const NO_FLOWS: BucketFlows = { inflow: NOTHING, outflow: NOTHING };

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
      "Cash and net asset value at the end of every day or month, oldest first, within the days the book has entries for; at most 3,660 days. In a reader's currency, each day is converted by the newest rate of the seven days up to it: that of the books, else that of currency pairs.",
  })
  async balanceHistory(
    @Root() fund: FundEntity,
    @Arg("interval", () => Interval, { defaultValue: Interval.DAY }) interval: Interval,
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Arg("currency", () => String, CURRENCY_ARGUMENT) currency: string | null | undefined,
    @Ctx() context: BookContext,
  ): Promise<BalancePointObject[]> {
    const reader = readerCurrency(currency);
    const read = await this.#read(fund, { interval, from, to }, context, async (client, own) => {
      const wanted = { ...own, currency: reader ?? own.currency };
      return { wanted, source: await readBalances(client, wanted) };
    });
    if (read === null) return [];
    const { wanted, source } = read;
    const rates = reader === null ? source.rates : await this.#ratesTo(reader, read);
    return balancePoints(interval, wanted.range, { ...source, rates }).map((point) =>
      toBalancePoint(point, wanted.currency),
    );
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 130)")
  @FieldResolver(() => [CashFlowPointObject], {
    nullable: true,
    description:
      "Cash in and out by day or month in the fund's currency, others converted at the rate of the period's last day, oldest first, empty periods included; at most 3,660 days.",
  })
  async cashFlows(
    @Root() fund: FundEntity,
    @Arg("interval", () => Interval, { defaultValue: Interval.MONTH }) interval: Interval,
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Ctx() context: BookContext,
  ): Promise<CashFlowPointObject[]> {
    const read = this.#read(fund, { interval, from, to }, context, async (client, wanted) => {
      const flows = await readCashFlows(client, wanted);
      return bucketsOf(interval, wanted.range).map((period) =>
        toCashFlowPoint(period, flows.get(period) ?? NO_FLOWS, wanted.currency),
      );
    });
    return (await read) ?? [];
  }

  /** Rates of the books, and of currency pairs where these have none of the last days. */
  async #ratesTo(
    reader: string,
    { wanted, source }: { wanted: SeriesRequest; source: BalanceSource },
  ): Promise<ReaderRates> {
    const held = { from: currenciesOf(source).filter((of) => of !== reader), to: reader };
    const steps = await readPairSteps(this.#pool, wanted.tenantId, held, wanted.range);
    return new ReaderRates(source.rates, steps);
  }

  /** What is read of the days that the book has entries for; null without any. */
  async #read<Read>(
    fund: FundEntity,
    { interval, ...days }: { interval: Interval; from: OptionalDate; to: OptionalDate },
    { request, awaitBook }: BookContext,
    readPoints: (client: DatabaseClient, wanted: SeriesRequest) => Promise<Read>,
  ): Promise<Read | null> {
    await awaitBook(fund);
    return readSnapshot(this.#pool, async (client) => {
      const { tenantId, now } = request;
      const { currency, activity } = await readFund(client, tenantId, fund.id, utcDate(now));
      const range = activity && clipToHistory(interval, days, activity);
      if (range === null) return null;
      return readPoints(client, { tenantId, fundId: fund.id, currency, interval, range });
    });
  }
}
