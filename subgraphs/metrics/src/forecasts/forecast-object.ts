import { formatScaled } from "@allfunds/contract/money";
import { DateScalar, DateTimeScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { Field, Float, Int, ObjectType } from "type-graphql";
import { addMonths, monthEnd } from "../series/calendar.ts";
import { Interval } from "../series/interval.ts";
import { forecastSeries, INTERVAL_LEVEL } from "./forecast-series.ts";
import type { SeriesForecast } from "./forecast-series.ts";
import type { MonthlySeries } from "./monthly-series.ts";

@ObjectType("ForecastPoint", { description: "What is expected of one month, with its interval." })
export class ForecastPointObject {
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
export class ForecastCandidateObject {
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
    "How the chosen method would have done: it forecast from each of the latest months knowing only what came before.",
})
export class ForecastBacktestObject {
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
export class ForecastObject {
  @Field(() => String, { description: "What is forecast, such as `CASH`." })
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
export function makeForecast(series: MonthlySeries, horizon: number, now: Date): ForecastObject {
  const forecast = forecastSeries(Float64Array.from(series.values, Number), horizon);
  const lastMonth = series.months.at(-1)!;
  const toDecimal = (value: number): string => {
    const bounded = series.nonNegative ? Math.max(0, value) : value;
    return formatScaled(BigInt(Math.round(bounded)), series.scale);
  };
  return {
    metric: series.metric,
    method: forecast.chosen.method.name,
    generatedAt: now.toISOString(),
    asOf: monthEnd(lastMonth),
    interval: Interval.MONTH,
    level: INTERVAL_LEVEL,
    currency: series.currency,
    points: forecast.points.map(({ value, lower, upper }, step) => ({
      date: monthEnd(addMonths(lastMonth, step + 1)),
      value: toDecimal(value),
      lower: toDecimal(lower),
      upper: toDecimal(upper),
    })),
    backtest: toBacktest(forecast),
  };
}

const toBacktest = ({ chosen, candidates, coverage }: SeriesForecast): ForecastBacktestObject => ({
  folds: chosen.folds,
  mase: chosen.mase,
  smape: chosen.smape,
  coverage,
  candidates: candidates.map(({ method, mase }) => ({ method: method.name, mase })),
});
