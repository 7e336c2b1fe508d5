import { SafeIntScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, ObjectType } from "type-graphql";

/** Stubs of the ledger's entities: the keys and the fields this subgraph requires from it. */
@Directive('@key(fields: "id")')
@ObjectType("Fund", { description: "A fund; here: what its texts and patterns show." })
export class FundEntity {
  @Field(() => ID, { description: "Id of the fund." })
  id!: string;

  @Directive("@external")
  @Field(() => SafeIntScalar, { description: "Last position of the fund's book." })
  position!: number;
}

@Directive('@key(fields: "id")')
@ObjectType("Transaction", { description: "A posted transaction; here: its category." })
export class TransactionEntity {
  @Field(() => ID, { description: "Id of the transaction." })
  id!: string;

  @Directive("@external")
  @Field(() => SafeIntScalar, { description: "Position of the transaction in its book." })
  position!: number;

  @Directive("@external")
  @Field(() => FundEntity, { description: "The fund the transaction belongs to." })
  fund!: FundEntity;
}
