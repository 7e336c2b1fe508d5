import { DateScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, Float, ID, ObjectType } from "type-graphql";

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

@Directive('@key(fields: "id")')
@ObjectType("Instrument", {
  description: "An instrument; here: where its price may go, and the news about it.",
})
export class InstrumentEntity {
  @Field(() => ID, { description: "UUID of the instrument." })
  id!: string;

  @Directive("@external")
  @Field(() => DateScalar, { nullable: true, description: "Day of the latest price." })
  lastPriceDate!: string | null;

  @Directive("@external")
  @Field(() => [Float], { description: "The latest 1,500 closes of days, oldest first." })
  dailyCloses!: readonly number[];
}
