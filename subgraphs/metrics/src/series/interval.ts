import { registerEnumType } from "type-graphql";

/** Length of the buckets of a series. */
export const Interval = { DAY: "DAY", MONTH: "MONTH" } as const;
export type Interval = (typeof Interval)[keyof typeof Interval];

registerEnumType(Interval, {
  name: "Interval",
  description: "Length of the buckets of a time series: calendar days or calendar months.",
});
