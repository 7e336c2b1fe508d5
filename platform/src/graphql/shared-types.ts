import "reflect-metadata";
import { Directive, Field, ObjectType } from "type-graphql";
import { CursorScalar, DecimalScalar } from "./scalars.ts";

@Directive("@shareable")
@ObjectType("Money", {
  description: "An amount of money: an exact decimal string and its ISO 4217 currency.",
})
export class MoneyObject {
  @Field(() => DecimalScalar, {
    description: "In units of the currency, with exactly its number of decimals.",
  })
  amount!: string;

  @Field(() => String, { description: "ISO 4217 code, such as `EUR`." })
  currency!: string;
}

@Directive("@shareable")
@ObjectType("PageInfo", { description: "Where a page of a connection stands in its list." })
export class PageInfoObject {
  @Field(() => Boolean, { description: "More items follow this page." })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: "Items precede this page." })
  hasPreviousPage!: boolean;

  @Field(() => CursorScalar, {
    nullable: true,
    description: "Cursor of the first item, null when empty.",
  })
  startCursor!: string | null;

  @Field(() => CursorScalar, {
    nullable: true,
    description: "Cursor of the last item, null when empty.",
  })
  endCursor!: string | null;
}
