import { Field, Float, ObjectType, registerEnumType } from "type-graphql";
import type { SentimentLabel } from "./judge-sentiment.ts";

const SentimentLabelEnum = {
  POSITIVE: "POSITIVE",
  NEUTRAL: "NEUTRAL",
  NEGATIVE: "NEGATIVE",
} as const;
registerEnumType(SentimentLabelEnum, {
  name: "SentimentLabel",
  description: "The tone of a text about money.",
});

@ObjectType("Sentiment", { description: "The tone of a text about money, and why." })
export class SentimentObject {
  @Field(() => SentimentLabelEnum, { description: "Good, bad or neither." })
  label!: SentimentLabel;

  @Field(() => Float, { description: "-1 (bad) to 1 (good)." })
  score!: number;

  @Field(() => Float, { description: "Chance that the label is right, 0 to 1." })
  confidence!: number;

  @Field(() => String, { description: "Name and version of the model." })
  model!: string;

  @Field(() => [String], {
    description: "The figures or words that decided, such as `+ EPS 0.31 against 0.22`.",
  })
  evidence!: readonly string[];
}
