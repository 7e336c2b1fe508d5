import { connectionType, DateScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { REPLAYED } from "../../graph/shared-types.ts";

@ObjectType("ExchangeRate", {
  description: "A rate as it was quoted. A correction is a newer record of the same day and pair.",
})
export class ExchangeRateObject {
  @Field(() => DateScalar, { description: "The day it is for." })
  date!: string;

  @Field(() => String, { description: "ISO 4217 currency of which one unit is meant." })
  base!: string;

  @Field(() => String, { description: "ISO 4217 currency in which that unit is quoted." })
  quote!: string;

  @Field(() => DecimalScalar, { description: "Units of `quote` for one of `base`, as quoted." })
  rate!: string;

  @Field(() => String, { description: "Who quoted it: `ECB`." })
  source!: string;

  @Field(() => Int, { description: "Position of its event in the tenant's own book." })
  position!: number;

  @Field(() => Int, { description: "Its place in that event, from 0." })
  line!: number;
}

export const ExchangeRateConnection = connectionType("ExchangeRate", ExchangeRateObject);

@ObjectType("RecordedExchangeRates", { description: "Rates that were recorded together." })
export class RecordedExchangeRatesObject {
  @Field(() => ID, { description: "UUID of the batch." })
  batchId!: string;

  @Field(() => Int, { description: "How many rates." })
  count!: number;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

@InputType({ description: "A rate as it was quoted." })
export class ExchangeRateInput {
  @Field(() => DateScalar, { description: "The day it is for." })
  date!: string;

  @Field(() => String, { description: "ISO 4217 currency of which one unit is meant." })
  base!: string;

  @Field(() => String, { description: "ISO 4217 currency in which that unit is quoted." })
  quote!: string;

  @Field(() => DecimalScalar, { description: "Units of `quote` for one of `base`, above zero." })
  rate!: string;

  @Field(() => String, { description: "Who quoted it, 1 to 40 characters: `ECB`." })
  source!: string;
}

@InputType({ description: "Rates to record together." })
export class RecordExchangeRatesInput {
  @Field(() => [ExchangeRateInput], { description: "1 to 10,000 rates; all are recorded or none." })
  rates!: ExchangeRateInput[];

  @Field(() => String, { nullable: true, description: "Repeats with the same key record once." })
  idempotencyKey?: string | null;
}
