import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, Int, ObjectType } from "type-graphql";
import type { Metric } from "../metric/metric.ts";

@RequiresScopes("metrics:read")
@Directive('@key(fields: "id")')
@ObjectType("Instrument", {
  description: "Something with a price history: an index, a share, a fund's unit.",
})
export class InstrumentObject {
  @Field(() => ID, { description: "UUID of the instrument." })
  id!: string;

  @Field(() => String, { description: "Unique short name, such as `^GSPC`." })
  symbol!: string;

  @Field(() => String, { description: "Name for people." })
  name!: string;

  @Field(() => String, { description: "ISO 4217 currency of its prices." })
  currency!: string;
}

@ObjectType("Price", { description: "The price of an instrument at the close of a day." })
export class PriceObject {
  @Field(() => DateScalar, { description: "The day." })
  date!: string;

  @Field(() => DecimalScalar, { description: "Closing price, exactly as imported." })
  close!: string;
}

@ObjectType("PriceImport", { description: "What an import of prices did." })
export class PriceImportObject {
  @Field(() => InstrumentObject, { description: "The instrument the prices belong to." })
  instrument!: InstrumentObject;

  @Field(() => Int, { description: "Days in the file." })
  rows!: number;

  @Field(() => Int, { description: "Days that had no price before." })
  inserted!: number;

  @Field(() => Int, { description: "Days that had the same price already." })
  unchanged!: number;

  @Field(() => Int, { description: "Days whose price differed and was replaced." })
  corrected!: number;
}

@ObjectType("InstrumentMetrics", {
  description: "Return and risk of a price history. A missing figure says why.",
})
export class InstrumentMetricsObject {
  @Field(() => ID, { description: "UUID of the instrument." })
  instrumentId!: string;

  @Field(() => DateScalar, { nullable: true, description: "First day with a price in the range." })
  from!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Last day with a price in the range." })
  to!: string | null;

  @Field(() => Int, { description: "Prices in the range." })
  prices!: number;

  // Not a field: `values` picks from it.
  metrics!: readonly Metric[];
}

export const InstrumentConnection = connectionType("Instrument", InstrumentObject);
export const PriceConnection = connectionType("Price", PriceObject);
