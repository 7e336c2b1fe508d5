import { DateScalar, DateTimeScalar, DecimalScalar, JsonScalar } from "@allfunds/platform";
import { Field, ID, InputType } from "type-graphql";

@InputType({ description: "A part of an account's balance to reserve." })
export class PlaceHoldInput {
  @Field(() => ID, {
    nullable: true,
    description: "UUID of the hold; made by the ledger when absent.",
  })
  id?: string | null;

  @Field(() => ID, { description: "The account whose balance is reserved." })
  accountId!: string;

  @Field(() => DecimalScalar, { description: "Positive amount in the account's currency." })
  amount!: string;

  @Field(() => ID, {
    nullable: true,
    description: "Where captures go unless they say otherwise: another account, same currency.",
  })
  contraAccountId?: string | null;

  @Field(() => String, { description: "What it is for, 1 to 500 characters." })
  description!: string;

  @Field(() => String, {
    nullable: true,
    description: "A reference of yours, up to 140 characters.",
  })
  reference?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: "A JSON object kept with it, up to 16,384 characters.",
  })
  metadata?: Record<string, unknown> | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it ends by itself; it stands until captured or voided when absent.",
  })
  expiresAt?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key place one hold." })
  idempotencyKey?: string | null;
}

@InputType({ description: "A hold to turn into a transaction, wholly or in part." })
export class CaptureHoldInput {
  @Field(() => ID, { description: "The hold." })
  holdId!: string;

  @Field(() => DecimalScalar, { nullable: true, description: "All that is left when absent." })
  amount?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "Set free what this capture leaves, instead of keeping it reserved.",
  })
  releaseRest!: boolean;

  @Field(() => ID, {
    nullable: true,
    description: "The account that receives it; the one the hold names when absent.",
  })
  contraAccountId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "UUID of the transaction; made by the ledger when absent.",
  })
  transactionId?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Value date; today (UTC) when absent." })
  effectiveDate?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Of the transaction, 1 to 500 characters; the hold's when absent.",
  })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Of the transaction, unique in the fund, up to 140 characters.",
  })
  reference?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: "Kept with the transaction." })
  metadata?: Record<string, unknown> | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key capture once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "A hold to set free." })
export class VoidHoldInput {
  @Field(() => ID, { description: "The hold." })
  holdId!: string;

  @Field(() => String, { nullable: true, description: "Why, 1 to 500 characters." })
  reason?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key void once." })
  idempotencyKey?: string | null;
}
