import { RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar } from "@allfunds/platform/graphql/types";
import {
  Arg,
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
import { InstrumentEntity } from "../books/entities.ts";
import { leastCloses, predictDirection } from "./direction.ts";
import type { Direction, DirectionBackTest, DirectionHorizon } from "./direction.ts";

const HorizonEnum = { DAY: "DAY", WEEK: "WEEK", MONTH: "MONTH" } as const;
registerEnumType(HorizonEnum, {
  name: "DirectionHorizon",
  description: "How far ahead, in days with a price: 1, 5 or 21.",
});

const VerdictEnum = { EDGE: "EDGE", NO_EDGE: "NO_EDGE", UNAVAILABLE: "UNAVAILABLE" } as const;
type Verdict = keyof typeof VerdictEnum;
registerEnumType(VerdictEnum, {
  name: "DirectionVerdict",
  description: "Whether the method has shown skill on the instrument's own past.",
  valuesConfig: {
    EDGE: {
      description:
        "Its Brier score was below that of the base rate by more than 1.645 standard errors.",
    },
    NO_EDGE: { description: "It was not: the base rate is all that is known." },
    UNAVAILABLE: { description: "There are too few prices for a back-test." },
  },
});

@ObjectType("DirectionBackTest", {
  description:
    "How predictions of the past would have fared: each fold by a model of what came before it.",
})
class DirectionBackTestObject implements DirectionBackTest {
  @Field(() => Int, { description: "Folds of the walk forward; each fits the model anew." })
  folds!: number;

  @Field(() => Int, { description: "Days predicted." })
  predictions!: number;

  @Field(() => Float, {
    description: "Brier score: mean squared error of the probabilities. A coin has 0.25.",
  })
  brier!: number;

  @Field(() => Float, {
    description: "Brier score of the share of rises before, as a random walk with drift has it.",
  })
  brierBaseRate!: number;

  @Field(() => Float, { description: "Brier score of the base rate less that of the method." })
  gain!: number;

  @Field(() => Float, {
    description: "Standard error of the gain, by Newey and West, because horizons overlap.",
  })
  gainError!: number;

  @Field(() => Float, { description: "Mean logarithmic loss in nats; a coin has 0.693." })
  logLoss!: number;

  @Field(() => Float, { description: "The same of the base rate." })
  logLossBaseRate!: number;

  @Field(() => Float, { description: "Share of predictions on the right side of one half." })
  accuracy!: number;

  @Field(() => Float, { description: "The same of the base rate." })
  accuracyBaseRate!: number;

  @Field(() => Float, {
    description: "Mean distance of the probabilities from the share of rises, in five bins.",
  })
  calibrationError!: number;
}

@ObjectType("MarketDirection", {
  description: "Whether a price will be higher after a horizon. No advice to buy or sell.",
})
class MarketDirectionObject {
  @Field(() => HorizonEnum, { description: "How far ahead." })
  horizon!: DirectionHorizon;

  @Field(() => DateScalar, { nullable: true, description: "Day of the latest price." })
  asOf!: string | null;

  @Field(() => VerdictEnum, { description: "Whether the method has shown skill." })
  verdict!: Verdict;

  @Field(() => Float, {
    nullable: true,
    description: "Calibrated probability that the price is higher; null without an edge.",
  })
  probability!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "Share of past horizons that ended higher; null without enough prices.",
  })
  baseRate!: number | null;

  @Field(() => DirectionBackTestObject, {
    nullable: true,
    description: "What the verdict rests on.",
  })
  backTest!: DirectionBackTestObject | null;

  @Field(() => Int, {
    nullable: true,
    description: "Daily closes that a back-test needs, where there are too few; else null.",
  })
  neededCloses!: number | null;

  @Field(() => String, { description: "One sentence for a person." })
  message!: string;

  @Field(() => String, { description: "The method." })
  method!: string;
}

const METHOD =
  "Logistic regression over momentum of 1, 5, 21 and 63 days, distance from the 50-day mean and change of volatility, shrunk towards the base rate; walk-forward back-test.";

@Resolver(() => InstrumentEntity)
export class DirectionResolver {
  @Directive('@requires(fields: "dailyCloses lastPriceDate")')
  @Directive("@cost(weight: 100)")
  @RequiresScopes(["analytics:read", "metrics:read"])
  @FieldResolver(() => MarketDirectionObject, {
    nullable: true,
    description:
      "The chance that the price is higher after the horizon, by its latest 1,500 closes; without skill in the back-test the verdict is NO_EDGE.",
  })
  direction(
    @Root() instrument: InstrumentEntity,
    @Arg("horizon", () => HorizonEnum, { defaultValue: "WEEK", description: "How far ahead." })
    horizon: DirectionHorizon,
  ): MarketDirectionObject {
    const { dailyCloses, lastPriceDate: asOf } = instrument;
    const closes = dailyCloses.filter((close) => close > 0);
    return {
      horizon,
      asOf,
      method: METHOD,
      ...toAnswer(predictDirection(closes, horizon), horizon),
    };
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

type Answer = Omit<MarketDirectionObject, "horizon" | "asOf" | "method">;

function toAnswer(found: Direction | undefined, horizon: DirectionHorizon): Answer {
  if (found === undefined) {
    const neededCloses = leastCloses(horizon);
    return {
      verdict: "UNAVAILABLE",
      probability: null,
      baseRate: null,
      backTest: null,
      neededCloses,
      message: `A back-test needs ${neededCloses} daily closes.`,
    };
  }
  const base = percent(found.baseRate);
  const message =
    found.probability === null
      ? `No edge: the back-test was not better than the base rate of ${base}.`
      : `${percent(found.probability)} that it is higher; the base rate is ${base}.`;
  return { ...found, neededCloses: null, message };
}
