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

@Directive('@key(fields: "id")')
@ObjectType("Account", { description: "An account of the ledger, here with its figures." })
export class AccountEntity {
  @Field(() => ID, { description: "UUID of the account." })
  id!: string;

  @Directive("@external")
  @Field(() => FundEntity, { description: "The fund whose book the account is in." })
  fund!: FundEntity;
}

@Directive('@key(fields: "id")')
@ObjectType("ShareClass", { description: "A share class of the ledger, here with its figures." })
export class ShareClassEntity {
  @Field(() => ID, { description: "UUID of the class." })
  id!: string;

  @Directive("@external")
  @Field(() => FundEntity, { description: "The fund whose book the class is in." })
  fund!: FundEntity;
}
