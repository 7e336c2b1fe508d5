import "reflect-metadata";
import { SafeIntScalar } from "@allfunds/platform/graphql/types";
import { Field, ID, ObjectType } from "type-graphql";

@ObjectType("FundPredictions", {
  description: "What analytics expects for a fund; each with confidence, source and evidence.",
})
export class FundPredictionsObject {
  @Field(() => ID, { description: "Id of the fund." })
  fundId!: string;

  @Field(() => SafeIntScalar, {
    description: "Position of the fund's book these predictions rest on.",
  })
  position!: number;
}
