import { moneyToJson } from "@allfunds/contract/money";
import { DateScalar, MoneyObject } from "@allfunds/platform/graphql/types";
import type { Money, MoneyJson } from "@allfunds/contract/money";
import { Field, Float, ObjectType, registerEnumType } from "type-graphql";
import type { Metric } from "./metric.ts";

const MetricUnit = {
  MONEY: "MONEY",
  RATIO: "RATIO",
  PERCENT: "PERCENT",
  COUNT: "COUNT",
  MONTHS: "MONTHS",
} as const;

registerEnumType(MetricUnit, {
  name: "MetricUnit",
  description: "What a metric is counted in.",
  valuesConfig: {
    MONEY: { description: "An amount of money, in `money`." },
    RATIO: { description: "A ratio: 0.25 is 25 %." },
    PERCENT: { description: "A percentage: 25 is 25 %." },
    COUNT: { description: "A number of things." },
    MONTHS: { description: "Months of 30 days." },
  },
});

@ObjectType("MetricInput", { description: "One figure a metric was computed from." })
export class MetricInputObject {
  @Field(() => String, { description: "What the figure is." })
  name!: string;

  @Field(() => String, { description: "The figure as text." })
  value!: string;
}

@ObjectType("Metric", {
  description: "A figure with its date, method and inputs, or the reason why there is none.",
})
export class MetricObject {
  @Field(() => String, { description: "Stable name, such as `netAssetValue`." })
  name!: string;

  @Field(() => Float, { nullable: true, description: "The figure, unless it is money." })
  value!: number | null;

  @Field(() => MoneyObject, { nullable: true, description: "The figure when it is money." })
  money!: MoneyJson | null;

  @Field(() => MetricUnit, { description: "What `value` is counted in." })
  unit!: Metric["unit"];

  @Field(() => DateScalar, { description: "The last day the figure takes into account." })
  asOf!: string;

  @Field(() => String, { description: "How the figure is defined, in one sentence." })
  method!: string;

  @Field(() => [MetricInputObject], { description: "What it was computed from." })
  inputs!: MetricInputObject[];

  @Field(() => String, {
    nullable: true,
    description: "Why there is no figure; then `value` and `money` are null.",
  })
  unavailable!: string | null;
}

/** Money as clients see it; null stays null. */
export const moneyOrNull = (money: Money | null): MoneyJson | null => money && moneyToJson(money);

export const toMetricObject = (metric: Metric): MetricObject => ({
  ...metric,
  money: moneyOrNull(metric.money),
});
