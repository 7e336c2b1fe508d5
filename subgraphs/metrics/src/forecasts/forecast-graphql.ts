import { invalidInput } from "@allfunds/contract/errors";
import { formatScaled } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar, DateTimeScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import type { Pool } from "@allfunds/platform/database";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  Int,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
} from "type-graphql";
import { AccountEntity, FundEntity } from "../books/entities.ts";
import type { FundContext } from "@allfunds/platform/feed";
import { contentKey } from "../compute/content-key.ts";
import type { ComputeContext, RequestCompute } from "../compute/request-compute.ts";
import { InstrumentObject } from "../instruments/instrument-graphql.ts";
import type { InstrumentContext } from "../instruments/instrument-graphql.ts";
import { readMonthlyCloses } from "../instruments/price-store.ts";
import { addMonths, monthEnd, utcDate } from "../series/calendar.ts";
import { Interval } from "../series/date-range.ts";
import { readSnapshot } from "../series/read-snapshot.ts";
import { INTERVAL_LEVEL } from "./forecast.ts";
import { forecastTask, type ForecastResult } from "./forecast-task.ts";
import {
  closeSeries,
  ForecastMetric,
  ForecastSeries,
  readAccountSeries,
  readFundMonthlySeries,
} from "./monthly-series.ts";
import type { MonthlySeries } from "./monthly-series.ts";

const SERIES_OF_FUND = {
  CASH: { description: "Cash at the end of the month." },
  NET_ASSET_VALUE: { description: "Assets less liabilities at the end of the month." },
  INFLOW: { description: "Cash that comes in during the month." },
  OUTFLOW: { description: "Cash that goes out during the month, as a positive amount." },
  NET_FLOW: { description: "Inflow less outflow of the month." },
  REVENUE: { description: "Net credits of the month on INCOME accounts." },
  EXPENSES: { description: "Net debits of the month on EXPENSE accounts." },
};

registerEnumType(ForecastMetric, {
  name: "ForecastMetric",
  description: "A monthly series of a fund, in the fund's currency.",
  valuesConfig: SERIES_OF_FUND,
});

registerEnumType(ForecastSeries, {
  name: "ForecastSeries",
  description: "A monthly series that is forecast: of a fund, an account or an instrument.",
  valuesConfig: {
    ...SERIES_OF_FUND,
    BALANCE: { description: "Balance of an account at the end of the month, on its normal side." },
    CLOSE: { description: "Last close of an instrument in the month." },
  },
});

@ObjectType("ForecastPoint", { description: "What is expected of one month, with its interval." })
class ForecastPointObject {
  @Field(() => DateScalar, { description: "Last day of the month." })
  date!: string;

  @Field(() => DecimalScalar, { description: "Expected value, in units of `currency`." })
  value!: string;

  @Field(() => DecimalScalar, { description: "Lower end of the interval." })
  lower!: string;

  @Field(() => DecimalScalar, { description: "Upper end of the interval." })
  upper!: string;
}

@ObjectType("ForecastCandidate", { description: "A method that was tried and how well it did." })
class ForecastCandidateObject {
  @Field(() => String, { description: "Name of the method." })
  method!: string;

  @Field(() => Float, {
    nullable: true,
    description: "Mean absolute scaled error of the back-test; null for a constant series.",
  })
  mase!: number | null;
}

@ObjectType("ForecastBacktest", {
  description:
    "How the chosen method would have done: it forecast from each of the latest months with only what came before.",
})
class ForecastBacktestObject {
  @Field(() => Int, { description: "Months it forecast from." })
  folds!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      "Mean absolute error over all steps, divided by the mean absolute month-to-month change of the whole series; null for a constant series.",
  })
  mase!: number | null;

  @Field(() => Float, {
    description: "Symmetric mean absolute percentage error, 0 to 200 per cent.",
  })
  smape!: number;

  @Field(() => Float, {
    description:
      "Share of back-test values inside an interval made from the other errors of the same step.",
  })
  coverage!: number;

  @Field(() => [ForecastCandidateObject], {
    description:
      "All methods that were tried; the smallest error was chosen, the simpler on a tie. The seasonal naive method takes part when every fold has a year before it.",
  })
  candidates!: ForecastCandidateObject[];
}

@ObjectType("Forecast", {
  description:
    "A continuation of a monthly series by the method with the smallest back-test error, never one that did worse than repeating the last value or the last year.",
})
class ForecastObject {
  @Field(() => ForecastSeries, { description: "What is forecast." })
  series!: ForecastSeries;

  @Field(() => String, {
    description: "What is forecast, such as `CASH`.",
    deprecationReason: "Use `series`: the same as a value of an enum.",
  })
  metric!: string;

  @Field(() => String, { description: "Name of the chosen method." })
  method!: string;

  @Field(() => DateTimeScalar, { description: "When the forecast was made." })
  generatedAt!: string;

  @Field(() => DateScalar, { description: "Last day of the last complete month it builds on." })
  asOf!: string;

  @Field(() => Interval, { description: "Distance between points." })
  interval!: Interval;

  @Field(() => Float, {
    description:
      "Share of future values the intervals are made to hold, by conformal quantiles of past errors.",
  })
  level!: number;

  @Field(() => String, { description: "ISO 4217 currency of the values." })
  currency!: string;

  @Field(() => [ForecastPointObject], { description: "The months ahead, nearest first." })
  points!: ForecastPointObject[];

  @Field(() => ForecastBacktestObject, { description: "How far the method can be trusted." })
  backtest!: ForecastBacktestObject;
}

/** Forecasts a series and shapes the result; throws INSUFFICIENT_DATA for a short one. */
async function makeForecast(
  compute: RequestCompute,
  monthly: MonthlySeries,
  horizon: number,
  now: Date,
): Promise<ForecastObject> {
  const values = Float64Array.from(monthly.values, Number);
  const forecast = await compute(forecastTask, { values, horizon }, contentKey(values, horizon));
  const lastMonth = monthly.months.at(-1)!;
  const toDecimal = (value: number): string => {
    const bounded = monthly.nonNegative ? Math.max(0, value) : value;
    return formatScaled(BigInt(Math.round(bounded)), monthly.scale);
  };
  return {
    series: monthly.series,
    metric: monthly.series,
    method: forecast.method,
    generatedAt: now.toISOString(),
    asOf: monthEnd(lastMonth),
    interval: Interval.MONTH,
    level: INTERVAL_LEVEL,
    currency: monthly.currency,
    points: forecast.points.map(({ value, lower, upper }, step) => ({
      date: monthEnd(addMonths(lastMonth, step + 1)),
      value: toDecimal(value),
      lower: toDecimal(lower),
      upper: toDecimal(upper),
    })),
    backtest: toBacktest(forecast),
  };
}

const toBacktest = (forecast: ForecastResult): ForecastBacktestObject => {
  const { folds, mase, smape, coverage, candidates } = forecast;
  return { folds, mase, smape, coverage, candidates: [...candidates] };
};

const DEFAULT_HORIZON = 6;
const LONGEST_HORIZON = 24;

const HORIZON_DESCRIPTION = `Months ahead, 1 to ${LONGEST_HORIZON}. Needs 10 complete months of history more than that.`;

/** Months ahead within the limits, else INVALID_INPUT. */
function requireHorizon(horizon: number): number {
  if (Number.isInteger(horizon) && horizon >= 1 && horizon <= LONGEST_HORIZON) return horizon;
  throw invalidInput("horizon", `must be between 1 and ${LONGEST_HORIZON} months`);
}

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
    @Ctx() { request, awaitFund, compute }: FundContext & ComputeContext,
  ): Promise<ForecastObject> {
    requireHorizon(horizon);
    await awaitFund(fund);
    const { tenantId, now } = request;
    const wanted = { tenantId, fundId: fund.id, metric, today: utcDate(now) };
    const series = await readSnapshot(this.#pool, (client) =>
      readFundMonthlySeries(client, wanted),
    );
    return makeForecast(compute, series, horizon, now);
  }
}

@Resolver(() => AccountEntity)
export class AccountForecastResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @FieldResolver(() => ForecastObject, {
    nullable: true,
    description:
      "The account's month-end balance continued, on its normal side; INSUFFICIENT_DATA when the history is too short.",
  })
  async forecast(
    @Root() account: AccountEntity,
    @Arg("horizon", () => Int, { defaultValue: DEFAULT_HORIZON, description: HORIZON_DESCRIPTION })
    horizon: number,
    @Ctx() { request, awaitFund, compute }: FundContext & ComputeContext,
  ): Promise<ForecastObject> {
    requireHorizon(horizon);
    await awaitFund(account.fund);
    const series = await readSnapshot(this.#pool, (client) =>
      readAccountSeries(client, request, account.id),
    );
    return makeForecast(compute, series, horizon, request.now);
  }
}

@Resolver(() => InstrumentObject)
export class InstrumentForecastResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @FieldResolver(() => ForecastObject, {
    nullable: true,
    description:
      "The last close of each month continued; INSUFFICIENT_DATA when the history is too short or has a gap.",
  })
  async forecast(
    @Root() instrument: InstrumentObject,
    @Arg("horizon", () => Int, { defaultValue: DEFAULT_HORIZON, description: HORIZON_DESCRIPTION })
    horizon: number,
    @Ctx() { request, compute }: InstrumentContext & ComputeContext,
  ): Promise<ForecastObject> {
    requireHorizon(horizon);
    const closes = await readMonthlyCloses(this.#pool, request.tenantId, instrument.id);
    const series = closeSeries(closes, utcDate(request.now), instrument.currency);
    return makeForecast(compute, series, horizon, request.now);
  }
}
