import { SafeIntScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, ObjectType } from "type-graphql";

@Directive('@key(fields: "id")')
@ObjectType("Fund", { description: "A fund of the ledger, here with its figures." })
export class FundEntity {
  @Field(() => ID, { description: "UUID of the fund." })
  id!: string;

  @Directive("@external")
  @Field(() => SafeIntScalar, { description: "Book position the figures must include." })
  position!: number;
}
