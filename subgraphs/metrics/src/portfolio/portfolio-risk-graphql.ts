import { AppError, invalidInput } from "@allfunds/contract/errors";
import { currencyScale } from "@allfunds/contract/money";
import type { Pool } from "@allfunds/platform/database";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  Float,
  ID,
  InputType,
  Int,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
} from "type-graphql";
import { contentKey } from "../compute/content-key.ts";
import { RISK_MODELS } from "../figures/component-risk.ts";
import type { RiskFigures, RiskModel } from "../figures/component-risk.ts";
import { FIGURE_DEFAULTS, figureArguments } from "../figures/definitions.ts";
import { SeriesCalendarObject, toSeriesCalendar } from "../figures/figure-graphql.ts";
import type { PerformanceContext } from "../performance/performance-graphql.ts";
import { readHoldings } from "./holdings.ts";
import type { Holding } from "./holdings.ts";
import { portfolioRiskTask } from "./portfolio-risk.ts";
import type { PortfolioRisk } from "./portfolio-risk.ts";
import { toDay, utcDate } from "../series/calendar.ts";

registerEnumType(RISK_MODELS, {
  name: "RiskModel",
  description: "How value at risk and expected shortfall of a portfolio are found.",
  valuesConfig: {
    HISTORICAL: {
      description:
        "The sample of past returns is the distribution: the quantile is of type 7 (Hyndman and Fan).",
    },
    NORMAL: {
      description:
        "Returns are normal, with the means and the covariances of the sample's population.",
    },
  },
});

@InputType("PortfolioHoldingInput", { description: "An instrument or a fund of a portfolio." })
class PortfolioHoldingInput {
  @Directive("@cost(weight: 150)")
  @Field(() => ID, { nullable: true, description: "UUID of the instrument; not with a fund." })
  instrumentId?: string | null;

  // Each is valued day by day.
  @Directive("@cost(weight: 500)")
  @Field(() => ID, { nullable: true, description: "UUID of the fund; not with an instrument." })
  fundId?: string | null;

  @Field(() => Float, {
    nullable: true,
    description:
      "Share of the portfolio's value, -10 to 10; below zero it is sold short. It may be left out of all holdings when they are funds: then each weighs by its net assets on the last day.",
  })
  weight?: number | null;
}

@InputType("PortfolioRiskInput", {
  description: "A portfolio whose risk is shared among its holdings.",
})
class PortfolioRiskInput {
  @Field(() => [PortfolioHoldingInput], {
    nullable: true,
    description:
      "1 to 50 holdings. Left out, all funds of the tenant that the caller may see, each weighing by its net assets on the last day.",
  })
  holdings?: PortfolioHoldingInput[] | null;

  @Field(() => String, {
    description:
      "ISO 4217 currency of the portfolio: prices and valuations in others are converted at a rate of their own day or the seven before.",
  })
  currency!: string;

  @Field(() => DateScalar, { nullable: true, description: "First day; a year back by default." })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Last day; today by default." })
  to?: string | null;

  @Field(() => Float, {
    defaultValue: FIGURE_DEFAULTS.level,
    description: "Share of periods whose loss the value at risk covers, 0.5 to 0.9999.",
  })
  level!: number;

  @Field(() => RISK_MODELS, { defaultValue: "HISTORICAL", description: "How losses are found." })
  model!: RiskModel;
}

@ObjectType("RiskContribution", {
  description:
    "The part of a portfolio's risk that a holding brings, as ratios of the portfolio's value: its weight times the derivative of the risk by it (Euler's allocation, Tasche 1999). The parts of all holdings add up to the portfolio's risk; one that hedges is negative.",
})
class RiskContributionObject implements RiskFigures {
  @Field(() => ID, { nullable: true, description: "UUID of the instrument, if it is one." })
  instrumentId!: string | null;

  @Field(() => ID, { nullable: true, description: "UUID of the fund, if it is one." })
  fundId!: string | null;

  @Field(() => Float, { description: "Share of the portfolio's value." })
  weight!: number;

  @Field(() => Float, { description: "Part of the volatility per year." })
  volatility!: number;

  @Field(() => Float, { description: "Part of the value at risk of one period." })
  valueAtRisk!: number;

  @Field(() => Float, { description: "Part of the expected shortfall of one period." })
  expectedShortfall!: number;

  @Field(() => Float, { description: "Volatility of the holding alone, per year." })
  ownVolatility!: number;
}

@ObjectType("PortfolioRisk", {
  description:
    "Risk of a portfolio whose weights are restored every period, and what each holding brings.",
})
class PortfolioRiskObject implements RiskFigures {
  @Field(() => String, { description: "ISO 4217 currency of all prices and valuations." })
  currency!: string;

  @Field(() => DateScalar, { description: "First day that all holdings have a value of." })
  from!: string;

  @Field(() => DateScalar, { description: "Last day that all holdings have a value of." })
  to!: string;

  @Field(() => Int, {
    description: "Returns that the figures are of; those over gaps are left out.",
  })
  returns!: number;

  @Field(() => Float, { description: "Share of periods whose loss the value at risk covers." })
  level!: number;

  @Field(() => RISK_MODELS, { description: "How losses were found." })
  model!: RiskModel;

  @Field(() => SeriesCalendarObject, { description: "How often the days come, and their gaps." })
  calendar!: SeriesCalendarObject;

  @Field(() => Float, { description: "Sample standard deviation of returns, per year." })
  volatility!: number;

  @Field(() => Float, { description: "Loss of one period not exceeded in `level` of them." })
  valueAtRisk!: number;

  @Field(() => Float, { description: "Mean loss of the periods at or beyond it." })
  expectedShortfall!: number;

  @Directive("@listSize(assumedSize: 20)")
  @Field(() => [RiskContributionObject], {
    description: "What each holding brings, in their order.",
  })
  contributions!: RiskContributionObject[];
}

@Resolver()
export class PortfolioRiskResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes(["metrics:read", "ledger:read"])
  @Directive("@cost(weight: 1000)")
  @Query(() => PortfolioRiskObject, {
    description:
      "Component risk of a portfolio of instruments, of funds, or of all funds of the tenant: contributions to volatility, value at risk and expected shortfall that add up to the total. INSUFFICIENT_DATA names what a holding lacks, also a rate.",
  })
  async portfolioRisk(
    @Arg("input", () => PortfolioRiskInput) input: PortfolioRiskInput,
    @Ctx() context: PerformanceContext,
  ): Promise<PortfolioRiskObject> {
    const { currency, model, level: given } = input;
    currencyScale(currency);
    const { level } = figureArguments({ level: given });
    const wanted = input.holdings ?? null;
    if (wanted !== null) requireHoldings(wanted);
    const today = utcDate(context.request.now);
    const range = { from: input.from ?? null, to: input.to ?? today };
    if (range.from !== null && range.from > range.to) throw invalidInput("from", "is after to");
    const holdings = await readHoldings(this.#pool, context, { wanted, currency, range });
    const weights = holdings.map(({ weight }) => weight);
    const histories = holdings.map(({ series }) => series);
    const key = contentKey(
      ...histories.flatMap(({ times, values }) => [times, values]),
      JSON.stringify([weights, level, model]),
    );
    const args = { histories, weights, level, model };
    const risk = await context.compute(portfolioRiskTask, args, key);
    if (typeof risk === "string") throw new AppError("INSUFFICIENT_DATA", risk);
    return toObject(risk, holdings, { currency, level, model });
  }
}

const MOST_HOLDINGS = 50;
const isOne = (id: string | null | undefined): boolean => id !== null && id !== undefined;

function requireHoldings(holdings: readonly PortfolioHoldingInput[]): void {
  if (holdings.length < 1 || holdings.length > MOST_HOLDINGS) {
    throw invalidInput("input.holdings", `must be 1 to ${MOST_HOLDINGS}`);
  }
  const weighed = holdings.filter(({ weight }) => typeof weight === "number").length;
  const areFunds = holdings.every(({ fundId }) => isOne(fundId));
  if (weighed < holdings.length && !(weighed === 0 && areFunds)) {
    throw invalidInput("input.holdings", "must all have a weight; only funds may all be without");
  }
  for (const [index, { instrumentId, fundId, weight }] of holdings.entries()) {
    const path = `input.holdings.${index}`;
    if (isOne(instrumentId) === isOne(fundId)) {
      throw invalidInput(path, "must be an instrument or a fund");
    }
    if (typeof weight === "number" && !(Math.abs(weight) <= 10)) {
      throw invalidInput(`${path}.weight`, "must be from -10 to 10");
    }
  }
}

function toObject(
  risk: PortfolioRisk,
  holdings: readonly Holding[],
  given: { readonly currency: string; readonly level: number; readonly model: RiskModel },
): PortfolioRiskObject {
  const { volatility, valueAtRisk, expectedShortfall, frequency, returns, from, to } = risk;
  return {
    ...given,
    from: toDay(from),
    to: toDay(to),
    returns,
    calendar: toSeriesCalendar(frequency),
    volatility,
    valueAtRisk,
    expectedShortfall,
    contributions: holdings.map(({ instrumentId, fundId, weight }, index) => ({
      instrumentId,
      fundId,
      weight,
      ...risk.contributions[index]!,
      ownVolatility: risk.ownVolatilities[index]!,
    })),
  };
}
