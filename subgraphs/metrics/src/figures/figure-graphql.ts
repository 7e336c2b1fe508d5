import { DateScalar } from "@allfunds/platform/graphql/types";
import { ArgsType, Field, Float, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { CURRENCY_ARGUMENT } from "../prices/conversion-graphql.ts";
import { toDay } from "../series/calendar.ts";
import type { Frequency } from "../series/frequency.ts";
import { FIGURE_DEFAULTS } from "./definitions.ts";
import type { Drawdown } from "./drawdowns.ts";
import { RollingFigure } from "./rolling-series.ts";

/** The range of a price series, and what its figures are measured against. */
@ArgsType()
class SeriesArgs {
  @Field(() => DateScalar, {
    nullable: true,
    description: "First day; from the first price by default.",
  })
  from?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Last day; to the last price by default.",
  })
  to?: string | null;

  @Field(() => Float, {
    defaultValue: FIGURE_DEFAULTS.riskFreeRate,
    description: "Yearly rate that excess returns are measured from: 0.02 is 2 %.",
  })
  riskFreeRate!: number;

  @Field(() => ID, {
    nullable: true,
    description:
      "Instrument to compare with: BETA and the other figures beside a benchmark need one. One in another currency is converted day by day by currency pairs.",
  })
  benchmarkId?: string | null;

  @Field(() => String, CURRENCY_ARGUMENT)
  currency?: string | null;
}

const ADJUSTED = {
  defaultValue: false,
  description:
    "Whether earlier prices are as if dividends had always been so: a total return. For splits they always are.",
};

/** The range and form of a price history. */
@ArgsType()
export class PriceHistoryArgs {
  @Field(() => DateScalar, {
    nullable: true,
    description: "First day; from the first price by default.",
  })
  from?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Last day; to the last price by default.",
  })
  to?: string | null;

  @Field(() => String, CURRENCY_ARGUMENT)
  currency?: string | null;

  @Field(() => Boolean, ADJUSTED)
  adjusted!: boolean;
}

/** The arguments of the figures of a price series; what is left out has its default. */
@ArgsType()
export class FigureArgs extends SeriesArgs {
  @Field(() => Float, {
    nullable: true,
    description:
      "Yearly return below which a period falls short, for SORTINO, OMEGA and DOWNSIDE_DEVIATION; the risk-free rate by default.",
  })
  targetReturn?: number | null;

  @Field(() => Float, {
    defaultValue: FIGURE_DEFAULTS.level,
    description: "Share of periods whose loss a value at risk covers, 0.5 to 0.9999.",
  })
  level!: number;

  @Field(() => Int, {
    defaultValue: FIGURE_DEFAULTS.window,
    description: "Returns that VALUE_AT_RISK_BACKTEST looks back on, 2 to 10000.",
  })
  window!: number;
}

/** The arguments of the figures of an instrument's prices. */
@ArgsType()
export class InstrumentFigureArgs extends FigureArgs {
  @Field(() => Boolean, ADJUSTED)
  adjusted!: boolean;
}

/** The arguments of a rolling figure. */
@ArgsType()
export class RollingArgs extends SeriesArgs {
  @Field(() => RollingFigure, { description: "Which figure." })
  figure!: RollingFigure;

  @Field(() => Int, { description: "Returns of a window, 2 to 10000." })
  window!: number;
}

/** The arguments of a rolling figure of an instrument's prices. */
@ArgsType()
export class InstrumentRollingArgs extends RollingArgs {
  @Field(() => Boolean, ADJUSTED)
  adjusted!: boolean;
}

@ObjectType("SeriesGap", {
  description:
    "A hole in a series that its calendar does not explain; returns over it are left out.",
})
class SeriesGapObject {
  @Field(() => DateScalar, { description: "The last day before it." })
  from!: string;

  @Field(() => DateScalar, { description: "The first day after it." })
  to!: string;

  @Field(() => Int, { description: "Points that the calendar expects in between." })
  missing!: number;
}

const SeriesFrequency = {
  YEARLY: "YEARLY",
  QUARTERLY: "QUARTERLY",
  MONTHLY: "MONTHLY",
  WEEKLY: "WEEKLY",
  DAILY: "DAILY",
  BUSINESS_DAILY: "BUSINESS_DAILY",
  HOURLY: "HOURLY",
  MINUTELY: "MINUTELY",
  IRREGULAR: "IRREGULAR",
} as const;

registerEnumType(SeriesFrequency, {
  name: "SeriesFrequency",
  description: "How often a series has points, by the spacing that most of them have.",
  valuesConfig: {
    DAILY: { description: "Every calendar day." },
    BUSINESS_DAILY: { description: "The open days of an exchange." },
    HOURLY: { description: "Whole hours, all day or within sessions." },
    MINUTELY: { description: "Whole minutes, all day or within sessions." },
    IRREGULAR: { description: "No spacing that most points share." },
  },
});

@ObjectType("SeriesCalendar", { description: "How often a series has points, and its gaps." })
export class SeriesCalendarObject {
  @Field(() => SeriesFrequency, { description: "The frequency." })
  frequency!: keyof typeof SeriesFrequency;

  @Field(() => Int, { description: "Periods that make a year; 0 when IRREGULAR." })
  periodsPerYear!: number;

  @Field(() => [SeriesGapObject], { description: "The first 100 gaps, in order." })
  gaps!: SeriesGapObject[];
}

const MOST_GAPS = 100;

export const toSeriesCalendar = ({
  name,
  periodsPerYear,
  gaps,
}: Frequency): SeriesCalendarObject => ({
  frequency: name,
  periodsPerYear,
  gaps: gaps
    .slice(0, MOST_GAPS)
    .map(({ from, to, missing }) => ({ from: toDay(from), to: toDay(to), missing })),
});

@ObjectType("Drawdown", {
  description: "A fall of the price from a peak until it is reached again.",
})
export class DrawdownObject {
  @Field(() => DateScalar, { description: "Day of the peak." })
  from!: string;

  @Field(() => DateScalar, { description: "Day of the lowest price." })
  trough!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: "First day on which the peak is reached again; null while it is not.",
  })
  to!: string | null;

  @Field(() => Float, { description: "Fall from peak to trough as a positive ratio." })
  depth!: number;

  @Field(() => Int, { description: "Prices from the peak to the trough." })
  periodsToTrough!: number;

  @Field(() => Int, {
    nullable: true,
    description: "Prices from the trough to the recovery; null while there is none.",
  })
  periodsToRecovery!: number | null;
}

/** A drawdown with days instead of places in the series. */
export function toDrawdownObject(
  { peak, trough, recovery, depth }: Drawdown,
  times: Float64Array,
): DrawdownObject {
  return {
    from: toDay(times[peak]!),
    trough: toDay(times[trough]!),
    to: recovery === null ? null : toDay(times[recovery]!),
    depth,
    periodsToTrough: trough - peak,
    periodsToRecovery: recovery === null ? null : recovery - trough,
  };
}

@ObjectType("YearOfReturns", { description: "The returns of a calendar year as ratios." })
export class YearOfReturnsObject {
  @Field(() => Int, { description: "The year." })
  year!: number;

  @Field(() => [Float], {
    nullable: "items",
    description:
      "January to December: last price of the month over that of the month before, less one; null without one of the two, and where a gap lies over the end of one.",
  })
  months!: (number | null)[];

  @Field(() => Float, {
    nullable: true,
    description:
      "Last price of the year over that of the year before, or the first of all, less one; null without one of the two, and where a gap lies over the end of one.",
  })
  total!: number | null;
}

registerEnumType(RollingFigure, {
  name: "RollingFigure",
  description: "A figure of a window of returns that moves over a series.",
  valuesConfig: {
    RETURN: { description: "Total return over the window, not annualised." },
    VOLATILITY: { description: "As ANNUALISED_VOLATILITY." },
    SHARPE: { description: "As SHARPE." },
    BETA: { description: "As BETA; needs a benchmark." },
    DRAWDOWN: { description: "Deepest fall from a peak within the window, as a positive ratio." },
  },
});

@ObjectType("RollingPoint", { description: "A figure of the returns up to a day." })
export class RollingPointObject {
  @Field(() => DateScalar, { description: "Last day of the window." })
  date!: string;

  @Field(() => Float, {
    nullable: true,
    description: "The figure as a ratio; null until a window is full, and where it has none.",
  })
  value!: number | null;
}
