import { DateScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { ArgsType, Field, ID, InputType } from "type-graphql";
import { PageArgs } from "../../graph/page-args.ts";

@InputType({ description: "A fund to value, and the day its NAV is for." })
export class CalculateNavInput {
  @Field(() => ID, { nullable: true, description: "UUID; made by the ledger when absent." })
  id?: string | null;

  @Field(() => ID, { description: "The fund, which has terms on the NAV date." })
  fundId!: string;

  @Field(() => DateScalar, { description: "After the last published NAV." })
  navDate!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key calculate once." })
  idempotencyKey?: string | null;
}

@ArgsType()
export class NavsArgs extends PageArgs {
  @Field(() => DateScalar, { nullable: true, description: "First NAV date." })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Last NAV date." })
  to?: string | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "As the book had them at this position; as they are now when absent.",
  })
  knownAt?: number | null;
}

@InputType({ description: "From which published NAV on to restate, and why." })
export class RestateNavInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => DateScalar, { description: "The first NAV date whose prices or rates were wrong." })
  from!: string;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key restate once." })
  idempotencyKey?: string | null;
}
