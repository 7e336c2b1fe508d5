import { connectionType, DateScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { REPLAYED } from "../../graph/shared-types.ts";
import { PRICE_KINDS, type PriceKind } from "./price.ts";

registerEnumType(PRICE_KINDS, {
  name: "PriceKind",
  description: "What a price of a security is.",
  valuesConfig: {
    LAST: { description: "The last trade." },
    BID: { description: "What is bid." },
    MID: { description: "Between bid and ask." },
    NOMINAL_PERCENT: { description: "Percent of a bond's nominal, without accrued interest." },
  },
});

const PRICE = "Currency units of one unit, or percent of the nominal, zero or more.";

@ObjectType("SecurityPrice", {
  description: "A price as it was given. A correction is a newer record of the same day.",
})
export class SecurityPriceObject {
  @Field(() => String, { description: "ISIN of the security." })
  isin!: string;

  @Field(() => DateScalar, { description: "The day it is for." })
  date!: string;

  @Field(() => DecimalScalar, { description: PRICE })
  price!: string;

  @Field(() => String, { description: "ISO 4217 currency." })
  currency!: string;

  @Field(() => PRICE_KINDS, { description: "What it is." })
  kind!: PriceKind;

  @Field(() => String, { description: "Who gave it." })
  source!: string;

  @Field(() => ID, { nullable: true, description: "The one fund it is for; null for all." })
  fundId!: string | null;

  @Field(() => Int, { description: "Position of its event in its book." })
  position!: number;

  @Field(() => Int, { description: "Its place in that event, from 0." })
  line!: number;
}

export const SecurityPriceConnection = connectionType("SecurityPrice", SecurityPriceObject);

@ObjectType("RecordedPrices", { description: "Prices that were recorded together." })
export class RecordedPricesObject {
  @Field(() => ID, { description: "UUID of the batch." })
  batchId!: string;

  @Field(() => Int, { description: "How many prices." })
  count!: number;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

@InputType({ description: "The price of a security on a day." })
export class SecurityPriceInput {
  @Field(() => String, { description: "ISIN of the security." })
  isin!: string;

  @Field(() => DateScalar, { description: "The day it is for." })
  date!: string;

  @Field(() => DecimalScalar, { description: PRICE })
  price!: string;

  @Field(() => String, { description: "ISO 4217 currency." })
  currency!: string;

  @Field(() => PRICE_KINDS, { description: "What it is." })
  kind!: PriceKind;

  @Field(() => String, { description: "Who gave it, 1 to 40 characters." })
  source!: string;
}

@InputType({ description: "Prices to record together." })
export class RecordPricesInput {
  @Field(() => ID, {
    nullable: true,
    description:
      "The one fund they are for, where they go before the tenant's of the same day; every fund when absent.",
  })
  fundId?: string | null;

  @Field(() => [SecurityPriceInput], {
    description: "1 to 10,000 prices; all are recorded or none.",
  })
  prices!: SecurityPriceInput[];

  @Field(() => String, { nullable: true, description: "Repeats with the same key record once." })
  idempotencyKey?: string | null;
}
