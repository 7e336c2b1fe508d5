import "reflect-metadata";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Info,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  UseMiddleware,
} from "type-graphql";

@InputType()
class LegInput {
  @Field(() => String)
  account!: string;

  @Field(() => Int, { defaultValue: 1 })
  weight!: number;
}

@InputType()
export class OrderInput {
  @Field(() => [LegInput])
  legs!: LegInput[];

  @Field(() => String, { nullable: true })
  note?: string | null;
}

@ArgsType()
class RangeArgs {
  @Field(() => Int, { defaultValue: 3 })
  first!: number;

  @Field(() => String, { nullable: true })
  after?: string | null;
}

@ObjectType()
class Receipt {
  @Field(() => String)
  text!: string;
}

/** The values that the methods received. */
export const seen: unknown[] = [];
const see = (value: unknown): Receipt => {
  seen.push(value);
  return { text: JSON.stringify(value) };
};

/** Methods with every kind of parameter, one of them with middleware. */
@Resolver(() => Receipt)
export class OrderResolver {
  readonly #name = "orders";

  @Query(() => Receipt)
  range(
    @Ctx() { actor }: { actor: string },
    @Args(() => RangeArgs) { first, after }: RangeArgs,
    @Info() { fieldName }: GraphQLResolveInfo,
  ): Receipt {
    return see({ first, after, actor, fieldName, name: this.#name });
  }

  @Mutation(() => Receipt, { name: "order" })
  place(@Arg("input", () => OrderInput) input: OrderInput): Receipt {
    return see(input);
  }

  @Query(() => Receipt)
  fails(): Receipt {
    throw new Error("no stock");
  }

  @UseMiddleware(async (_data, next) => next())
  @Query(() => Receipt)
  watched(@Arg("input", () => OrderInput) input: OrderInput): Receipt {
    return see(input);
  }

  @FieldResolver(() => String)
  twice(@Root() { text }: Receipt, @Arg("mark", () => String) mark: string): string {
    return `${text}${mark}${text}`;
  }
}
