import { DateScalar, DateTimeScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { Field, Float, Int, ObjectType, registerEnumType } from "type-graphql";
import { GapPolicy } from "../series/gap-policy.ts";
import { Interval } from "../series/date-range.ts";
import { ForecastWarning } from "./forecast.ts";
import { ForecastMetric, ForecastSeries } from "./forecast-series.ts";
import { ForecastFrequency } from "./period.ts";

const SERIES_OF_FUND = {
  CASH: { description: "Cash at the end of the period." },
  NET_ASSET_VALUE: { description: "Assets less liabilities at the end of the period." },
  INFLOW: { description: "Cash that comes in during the period." },
  OUTFLOW: { description: "Cash that goes out during the period, as a positive amount." },
  NET_FLOW: { description: "Inflow less outflow of the period." },
  REVENUE: { description: "Net credits of the period on INCOME accounts." },
  EXPENSES: { description: "Net debits of the period on EXPENSE accounts." },
};

registerEnumType(ForecastMetric, {
  name: "ForecastMetric",
  description: "A series of a fund, in the fund's currency.",
  valuesConfig: SERIES_OF_FUND,
});

registerEnumType(ForecastSeries, {
  name: "ForecastSeries",
  description: "A series that is forecast: of a fund, an account or an instrument.",
  valuesConfig: {
    ...SERIES_OF_FUND,
    BALANCE: { description: "Balance of an account at the end of the period, on its normal side." },
    CLOSE: { description: "Last close of an instrument in the period." },
  },
});

registerEnumType(ForecastFrequency, {
  name: "ForecastFrequency",
  description: "How often a series that is forecast has values, and the season it may have.",
  valuesConfig: {
    HOURLY: {
      description: "Every hour that an instrument has prices in; a season of a day. Not of books.",
    },
    DAILY: { description: "Every day; a season of seven days." },
    BUSINESS_DAILY: { description: "Every working day, Monday to Friday; a season of five days." },
    WEEKLY: { description: "Every week, ending on Sunday; a season of 52 weeks." },
    MONTHLY: { description: "Every calendar month; a season of twelve." },
    QUARTERLY: { description: "Every calendar quarter; a season of four." },
    YEARLY: { description: "Every calendar year; no season." },
  },
});

registerEnumType(ForecastWarning, {
  name: "ForecastWarning",
  description: "What has to be known before a forecast is trusted.",
  valuesConfig: {
    SHORT_HISTORY: { description: "Six values or fewer: only the simplest methods suit them." },
    NO_BACKTEST: {
      description: "One value: there is no past forecast, and no figure of the back-test.",
    },
    ASSUMED_INTERVAL: {
      description: "One value: the interval is as wide as the value, which nothing has proven.",
    },
    CONSTANT: { description: "All values are equal: the intervals have no width." },
    OLD_VALUES_LEFT_OUT: {
      description: "The history is longer than a forecast uses; its oldest part was left out.",
    },
    RUNNING_PERIOD: {
      description:
        "The first point is the running period: what happened so far and the expected rest of it.",
    },
    GAP_FILLED: { description: "Short gaps were filled with the value before them." },
    OLD_PART_LEFT_OUT: { description: "Only what follows the last long gap was used." },
  },
});

@ObjectType("ForecastPoint", { description: "What is expected of one period, with its intervals." })
class ForecastPointObject {
  @Field(() => DateScalar, { description: "Last day of the period." })
  date!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "Start of the hour of an hourly forecast, null for others.",
  })
  at!: string | null;

  @Field(() => DecimalScalar, { description: "Expected value, in units of `currency`." })
  value!: string;

  @Field(() => DecimalScalar, { description: "Lower end of the 80 % interval." })
  lower!: string;

  @Field(() => DecimalScalar, { description: "Upper end of the 80 % interval." })
  upper!: string;

  @Field(() => DecimalScalar, { description: "Lower end of the 95 % interval." })
  lower95!: string;

  @Field(() => DecimalScalar, { description: "Upper end of the 95 % interval." })
  upper95!: string;
}

@ObjectType("ForecastCandidate", { description: "A method that was tried and how well it did." })
class ForecastCandidateObject {
  @Field(() => String, { description: "Name of the method." })
  method!: string;

  @Field(() => Float, {
    nullable: true,
    description: "Its mean absolute scaled error in the back-test, as `ForecastBacktest.mase`.",
  })
  mase!: number | null;
}

@ObjectType("ForecastBacktest", {
  description:
    "How the whole procedure would have done: at origins in the past it chose and forecast with only what came before.",
})
class ForecastBacktestObject {
  @Field(() => Int, { description: "Origins it forecast from." })
  folds!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      "Mean absolute scaled error (Hyndman and Koehler, as in R): the mean absolute error, divided by that of the seasonal naive method within the values before the origin; null where these never changed.",
  })
  mase!: number | null;

  @Field(() => Float, {
    description: "Symmetric mean absolute percentage error, 0 to 200; 200 without a fold.",
    deprecationReason: "Use `symmetricError`, which is null without a fold. Removal: 2027-06-30.",
  })
  smape!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      "Symmetric mean absolute percentage error (Makridakis 1993): twice the absolute error over the sum of the sizes of value and forecast, in percent, 0 to 200; null without a fold.",
  })
  symmetricError!: number | null;

  @Field(() => Float, {
    description:
      "Share of values inside 80 % intervals that were made from earlier folds only; 0 without a fold.",
    deprecationReason: "Use `coverageOf80`, which is null without a fold. Removal: 2027-06-30.",
  })
  coverage!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      "Share of values inside 80 % intervals that were made from earlier folds only, 0 to 1; null without a fold.",
  })
  coverageOf80!: number | null;

  @Field(() => Float, {
    description: "Share of values inside 95 % intervals made likewise; 0 without a fold.",
    deprecationReason: "Use `coverageOf95`, which is null without a fold. Removal: 2027-06-30.",
  })
  coverage95!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      "Share of values inside 95 % intervals made likewise, 0 to 1; null without a fold.",
  })
  coverageOf95!: number | null;

  @Field(() => [ForecastCandidateObject], {
    description:
      "All methods that suit the series, with their errors. The combination is preferred, unless the naive or seasonal naive method did better: then its mean with that one, or that one alone.",
  })
  candidates!: ForecastCandidateObject[];
}

@ObjectType("Forecast", {
  description:
    "A series continued by a combination of models, or by another method where that would have done worse than repeating the last value or season.",
})
export class ForecastObject {
  @Field(() => ForecastSeries, { description: "What is forecast." })
  series!: ForecastSeries;

  @Field(() => String, {
    description: "What is forecast, such as `CASH`.",
    deprecationReason: "Use `series`: the same as a value of an enum. Removal: 2027-06-30.",
  })
  metric!: string;

  @Field(() => String, {
    description: "Name of the chosen method, such as `combination` or `naive`.",
  })
  method!: string;

  @Field(() => String, { description: "The model that the method chose, such as `ETS(M,Ad,A)`." })
  model!: string;

  @Field(() => [String], {
    description: "Models whose mean the forecast is; empty for a single method.",
  })
  members!: string[];

  @Field(() => DateTimeScalar, { description: "When the forecast was made." })
  generatedAt!: string;

  @Field(() => DateScalar, { description: "Last day of the last complete period it builds on." })
  asOf!: string;

  @Field(() => ForecastFrequency, { description: "Distance between points." })
  frequency!: ForecastFrequency;

  @Field(() => Interval, {
    description: "`DAY` for points nearer than a month, else `MONTH`.",
    deprecationReason: "Use `frequency`, which has a value for each distance. Removal: 2027-06-30.",
  })
  interval!: Interval;

  @Field(() => Float, {
    description: "Share of future values that `lower` and `upper` are made to hold: 0.8.",
  })
  level!: number;

  @Field(() => [Float], {
    description: "Shares of future values that the intervals are made to hold: 0.8 and 0.95.",
  })
  levels!: number[];

  @Field(() => String, { description: "ISO 4217 currency of the values." })
  currency!: string;

  @Field(() => Int, { description: "Values the forecast builds on." })
  observations!: number;

  @Field(() => GapPolicy, { description: "What was done at gaps of the series." })
  gapPolicy!: GapPolicy;

  @Field(() => [ForecastWarning], { description: "What has to be known before it is trusted." })
  warnings!: ForecastWarning[];

  @Field(() => [ForecastPointObject], { description: "The periods ahead, nearest first." })
  points!: ForecastPointObject[];

  @Field(() => ForecastBacktestObject, { description: "How far the forecast can be trusted." })
  backtest!: ForecastBacktestObject;
}
