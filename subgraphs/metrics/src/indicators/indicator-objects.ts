import { connectionType, DateScalar } from "@allfunds/platform/graphql/types";
import { Field, Float, ObjectType, registerEnumType } from "type-graphql";

export const IndicatorKind = { SMA: "SMA", EMA: "EMA", WMA: "WMA" } as const;

registerEnumType(IndicatorKind, {
  name: "IndicatorKind",
  description: "A moving average of closing prices.",
  valuesConfig: {
    SMA: { description: "Arithmetic mean of the last `period` closes." },
    EMA: {
      description:
        "Exponential, smoothing 2 / (period + 1), seeded with the mean of the first `period` closes of the whole history, as TA-Lib does.",
    },
    WMA: { description: "Mean weighted 1 to `period`, the newest close heaviest." },
  },
});

@ObjectType("IndicatorPoint", { description: "An indicator's value at the close of a day." })
export class IndicatorPointObject {
  @Field(() => DateScalar, { description: "The day." })
  date!: string;

  @Field(() => Float, {
    nullable: true,
    description: "In units of the price; null until `period` closes are known.",
  })
  value!: number | null;
}

export const IndicatorConnection = connectionType("IndicatorPoint", IndicatorPointObject);
