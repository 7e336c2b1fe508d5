import { formatAmount } from "@allfunds/contract/money";
import { DateScalar, MoneyObject } from "@allfunds/platform/graphql/types";
import type { MoneyJson } from "@allfunds/contract/money";
import { Field, ObjectType } from "type-graphql";
import type { BalancePoint } from "./balance-points.ts";

@ObjectType("BalancePoint", { description: "A fund's balances at the end of a day or month." })
export class BalancePointObject {
  @Field(() => DateScalar, {
    description: "The day, or the last day of the month that has passed so far.",
  })
  date!: string;

  @Field(() => MoneyObject, { description: "Cash in the fund's currency." })
  cash!: MoneyJson;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Assets less liabilities; null while other currencies are held.",
  })
  netAssetValue!: MoneyJson | null;
}

@ObjectType("CashFlowPoint", {
  description:
    "Cash that came in and went out of a fund. Each transaction counts with its net effect on all cash accounts together, so transfers between them are no flow.",
})
export class CashFlowPointObject {
  @Field(() => DateScalar, { description: "First day of the day or month." })
  period!: string;

  @Field(() => MoneyObject, { description: "What came in." })
  inflow!: MoneyJson;

  @Field(() => MoneyObject, { description: "What went out, as a positive amount." })
  outflow!: MoneyJson;

  @Field(() => MoneyObject, { description: "Inflow less outflow." })
  net!: MoneyJson;
}

export function toBalancePoint(point: BalancePoint, currency: string): BalancePointObject {
  const money = (minor: bigint) => ({ amount: formatAmount(minor, currency), currency });
  return {
    date: point.date,
    cash: money(point.cash),
    netAssetValue: point.holdsOtherCurrencies ? null : money(point.assets - point.liabilities),
  };
}

export function toCashFlowPoint(
  period: string,
  { inflow, outflow }: { inflow: bigint; outflow: bigint },
  currency: string,
): CashFlowPointObject {
  const money = (minor: bigint) => ({ amount: formatAmount(minor, currency), currency });
  return { period, inflow: money(inflow), outflow: money(outflow), net: money(inflow - outflow) };
}
