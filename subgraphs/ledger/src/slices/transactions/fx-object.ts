import type { FxRate } from "@allfunds/contract/events";
import type { MoneyJson } from "@allfunds/contract/money";
import { DecimalScalar, MoneyObject } from "@allfunds/platform/graphql/types";
import { Field, InputType, Int, ObjectType } from "type-graphql";

@InputType({
  description:
    "The rate at which a transaction exchanges two currencies. Its amounts must agree with it to one minor unit of either currency.",
})
export class FxRateInput {
  @Field(() => String, { description: "Currency of which one unit is priced." })
  base!: string;

  @Field(() => String, { description: "Currency of the price." })
  quote!: string;

  @Field(() => DecimalScalar, {
    description: "Units of quote for one of base; up to 18 decimals, which become its scale.",
  })
  rate!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "What was exchanged of base; all its debits when absent.",
  })
  baseAmount?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "What was exchanged of quote; all its debits when absent.",
  })
  quoteAmount?: string | null;
}

@ObjectType("FxRate", { description: "The recorded rate of an exchange within a transaction." })
export class FxRateObject {
  @Field(() => String, { description: "Currency of which one unit is priced." })
  base!: string;

  @Field(() => String, { description: "Currency of the price." })
  quote!: string;

  @Field(() => DecimalScalar, { description: "Units of quote for one of base, as it was given." })
  rate!: string;

  @Field(() => Int, { description: "Decimals of the rate." })
  scale!: number;

  @Field(() => MoneyObject, { description: "What was exchanged of base." })
  baseAmount!: MoneyJson;

  @Field(() => MoneyObject, { description: "What was exchanged of quote." })
  quoteAmount!: MoneyJson;
}

export const toFxObject = (fx: FxRate): FxRateObject => ({
  base: fx.base,
  quote: fx.quote,
  rate: fx.rate,
  scale: fx.scale,
  baseAmount: { amount: fx.baseAmount, currency: fx.base },
  quoteAmount: { amount: fx.quoteAmount, currency: fx.quote },
});
