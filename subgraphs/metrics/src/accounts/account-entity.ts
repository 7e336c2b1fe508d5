import { Directive, Field, ID, ObjectType } from "type-graphql";
import { FundEntity } from "../funds/fund-entity.ts";

@Directive('@key(fields: "id")')
@ObjectType("Account", { description: "An account of the ledger, here with its figures." })
export class AccountEntity {
  @Field(() => ID, { description: "UUID of the account." })
  id!: string;

  @Directive("@external")
  @Field(() => FundEntity, { description: "The fund whose book the account is in." })
  fund!: FundEntity;
}
