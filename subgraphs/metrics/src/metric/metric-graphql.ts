import { moneyToJson } from "@allfunds/contract/money";
import { DateScalar, MoneyObject } from "@allfunds/platform/graphql/types";
import type { Money, MoneyJson } from "@allfunds/contract/money";
import { ArgsType, Directive, Field, Float, ObjectType, registerEnumType } from "type-graphql";
import { readAbsence } from "../absences/absence.ts";
import { FIGURE_DESCRIPTIONS } from "../figures/definitions.ts";
import { MetricName } from "./metric.ts";
import type { Metric, MetricSelection } from "./metric.ts";

registerEnumType(MetricName, {
  name: "MetricName",
  description: "A figure of a fund, an account or an instrument.",
  valuesConfig: {
    CASH: { description: "Of a fund: its cash." },
    NET_ASSET_VALUE: { description: "Of a fund: assets less liabilities." },
    INFLOW_30D: { description: "Of a fund: cash received over 30 days." },
    OUTFLOW_30D: { description: "Of a fund: cash paid over 30 days, as a positive amount." },
    NET_FLOW_30D: { description: "Of a fund: inflow less outflow over 30 days." },
    MONTHLY_BURN: { description: "Of a fund: net outflow of 30 days, averaged over 90." },
    RUNWAY_MONTHS: { description: "Of a fund: months the cash lasts at that burn." },
    BALANCE: { description: "Of an account: its balance, on its normal side." },
    DEBITS_30D: { description: "Of an account: debits over 30 days." },
    CREDITS_30D: { description: "Of an account: credits over 30 days." },
    NET_CHANGE_30D: { description: "Of an account: change of the balance over 30 days." },
    ...FIGURE_DESCRIPTIONS,
  },
});

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

@ObjectType("MetricAbsence", {
  description: "Why there is no figure, for clients that word it themselves.",
})
class MetricAbsenceObject {
  @Field(() => String, { description: "Stable code of the reason, such as `TOO_FEW_RETURNS`." })
  code!: string;

  @Directive("@listSize(assumedSize: 2)")
  @Field(() => [MetricInputObject], { description: "What the sentence names." })
  arguments!: readonly MetricInputObject[];
}

@ObjectType("Metric", {
  description: "A figure with its date, method and inputs, or the reason why there is none.",
})
export class MetricObject {
  @Field(() => MetricName, { description: "Which figure it is." })
  metric!: MetricName;

  @Field(() => String, {
    description: "Stable name, such as `netAssetValue`.",
    deprecationReason: "Use `metric`: the same name as a value of an enum. Removal: 2027-06-30.",
  })
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

  @Field(() => MetricAbsenceObject, {
    nullable: true,
    description: "The same as a code with its arguments; null with a figure.",
  })
  absence!: MetricAbsenceObject | null;
}

/** The arguments of every `values` field. */
@ArgsType()
export class MetricSelectionArgs implements MetricSelection {
  @Field(() => [MetricName], {
    nullable: true,
    description: "Which figures, in this order; one the subject does not have is INVALID_INPUT.",
  })
  metrics?: MetricName[] | null;

  @Field(() => [String], {
    nullable: true,
    description: "The same by name, such as `netAssetValue`.",
    deprecationReason: "Use `metrics`. Removal: 2027-06-30.",
  })
  names?: string[] | null;
}

/** Money as clients see it; null stays null. */
export const moneyOrNull = (money: Money | null): MoneyJson | null => money && moneyToJson(money);

export const toMetricObject = (metric: Metric): MetricObject => ({
  ...metric,
  metric: metric.name,
  money: moneyOrNull(metric.money),
  absence: metric.unavailable === null ? null : readAbsence(metric.unavailable),
});
