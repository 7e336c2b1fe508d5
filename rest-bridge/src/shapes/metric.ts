import { z } from "zod";
import { date, money } from "./scalars.ts";

export const metric = z
  .object({
    name: z.string().meta({ description: "Stable name, such as netAssetValue." }),
    value: z.number().nullable().meta({ description: "The figure, unless it is money." }),
    money: money.nullable().meta({ description: "The figure when it is money." }),
    unit: z
      .enum(["MONEY", "RATIO", "PERCENT", "COUNT", "MONTHS"])
      .meta({ description: "What it is counted in. RATIO: 0.25 is 25 %; MONTHS are of 30 days." }),
    asOf: date("The last day it takes into account."),
    method: z.string().meta({ description: "How it is defined." }),
    inputs: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .meta({ description: "What it was computed from." }),
    unavailable: z
      .string()
      .nullable()
      .meta({ description: "Why there is no figure; then value and money are null." }),
  })
  .meta({ id: "Metric", description: "A figure with its date, method and inputs." });
export type Metric = z.output<typeof metric>;

export const METRIC_FIELDS = /* GraphQL */ `
  fragment MetricFields on Metric {
    name
    value
    money {
      amount
      currency
    }
    unit
    asOf
    method
    inputs {
      name
      value
    }
    unavailable
  }
`;
