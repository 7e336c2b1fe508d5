import { DateScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { Field, ObjectType } from "type-graphql";
import type { RateUsed } from "../exchange-rates/rate-between.ts";

@ObjectType("QuotedRate", { description: "A rate that was recorded, as it was quoted." })
export class QuotedRateObject {
  @Field(() => String, { description: "Currency of which one unit is priced." })
  base!: string;

  @Field(() => String, { description: "Currency of the price." })
  quote!: string;

  @Field(() => DecimalScalar, { description: "Units of `quote` for one of `base`." })
  rate!: string;

  @Field(() => DateScalar, { description: "The day it is for." })
  date!: string;

  @Field(() => String, { description: "Who quoted it." })
  source!: string;
}

/** The records that a rate was made of; none of a currency against itself. */
export const toQuotedRates = ({ records }: RateUsed): QuotedRateObject[] =>
  records.map(({ base, quote, rate, date, source }) => ({ base, quote, rate, date, source }));
