import { moneyToJson } from "@allfunds/contract/money";
import { DateScalar, MoneyObject, SafeIntScalar } from "@allfunds/platform/graphql/types";
import type { MoneyJson } from "@allfunds/contract/money";
import { Field, Float, ID, ObjectType } from "type-graphql";
import { moneyOrNull } from "../metric/metric-object.ts";
import type { Metric } from "../metric/metric.ts";
import type { FundFigures } from "./fund-figures.ts";
import { fundMetrics, otherNetAssets } from "./fund-metrics.ts";

@ObjectType("FundMetrics", {
  description:
    "A fund's figures at one book position. A null figure has its reason under `values`. Cash accounts are those that count as cash now, see `Account.countsAsCash`; the mark holds for all days.",
})
export class FundMetricsObject {
  @Field(() => ID, { description: "UUID of the fund." })
  fundId!: string;

  @Field(() => DateScalar, {
    description: "Last effective day with entries, not after today: the day the figures are of.",
  })
  asOf!: string;

  @Field(() => SafeIntScalar, { description: "Book position the figures include." })
  position!: number;

  @Field(() => String, { description: "The fund's ISO 4217 currency." })
  currency!: string;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Cash and bank balances in the fund's currency; null without a cash account.",
  })
  cash!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Assets less liabilities; null while `otherCurrencies` are held.",
  })
  netAssetValue!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Cash that came in over 30 days, transfers between cash accounts not counted.",
  })
  inflow30d!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Cash that went out over 30 days, as a positive amount.",
  })
  outflow30d!: MoneyJson | null;

  @Field(() => MoneyObject, { nullable: true, description: "Inflow less outflow over 30 days." })
  netFlow30d!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Net outflow of 30 days, averaged over 90; null when the fund is not burning.",
  })
  monthlyBurn!: MoneyJson | null;

  @Field(() => Float, {
    nullable: true,
    description: "Months of 30 days the cash lasts at `monthlyBurn`; null when not burning.",
  })
  runwayMonths!: number | null;

  @Field(() => [MoneyObject], {
    description: "Net assets held in other currencies, which are not converted.",
  })
  otherCurrencies!: MoneyJson[];

  // Not a field: `values` picks from it.
  metrics!: readonly Metric[];
}

/** Shapes a fund's figures for clients. */
export function toFundMetricsObject(figures: FundFigures): FundMetricsObject {
  const metrics = fundMetrics(figures);
  const metric = (name: string) => metrics.find((candidate) => candidate.name === name);
  const money = (name: string) => moneyOrNull(metric(name)?.money ?? null);
  return {
    fundId: figures.fundId,
    asOf: figures.asOf,
    position: figures.position,
    currency: figures.currency,
    cash: money("cash"),
    netAssetValue: money("netAssetValue"),
    inflow30d: money("inflow30d"),
    outflow30d: money("outflow30d"),
    netFlow30d: money("netFlow30d"),
    monthlyBurn: money("monthlyBurn"),
    runwayMonths: metric("runwayMonths")?.value ?? null,
    otherCurrencies: otherNetAssets(figures).map(moneyToJson),
    metrics,
  };
}
