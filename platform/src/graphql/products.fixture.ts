import "reflect-metadata";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "../context.ts";
import type { SubgraphDefinition } from "./build-subgraph.ts";
import { connectionType, toConnection } from "./connection.ts";
import { DateScalar, DecimalScalar, JsonScalar } from "./scalars.ts";
import { MoneyObject } from "./shared-types.ts";

@Directive('@key(fields: "id")')
@ObjectType("Product")
class Product {
  @Field(() => ID)
  id!: string;

  @Field(() => MoneyObject)
  price!: MoneyObject;
}
@InputType()
class RestockInput {
  @Field(() => ID)
  productId!: string;

  @Field(() => [DecimalScalar])
  amounts!: string[];

  @Field(() => JsonScalar, { nullable: true })
  note?: unknown;
}
/** The signals of requests for discontinued products. */
export const waitsFor: (AbortSignal | undefined)[] = [];

const ProductConnection = connectionType("Product", Product);
const product = (id: string): Product => ({ id, price: { amount: "1.50", currency: "EUR" } });

@Resolver(() => Product)
class ProductResolver {
  @Query(() => Product)
  product(@Arg("id", () => ID) id: string): Product {
    if (id === "none") throw new AppError("NOT_FOUND", "No such product.", { detail: "shelf 7" });
    if (id === "bug") throw new TypeError("secret path /etc/x");
    return product(id);
  }

  /** Answers when nothing waits for the answer any more. */
  @Query(() => Product, { nullable: true })
  async discontinued(@Ctx() { request: { signal } }: { request: RequestContext }): Promise<null> {
    waitsFor.push(signal);
    await new Promise((resolve) => {
      signal?.addEventListener("abort", resolve, { once: true });
    });
    return null;
  }

  @Query(() => ProductConnection)
  products() {
    return toConnection([product("a"), product("b"), product("c")], {
      first: 2,
      after: null,
      cursorOf: ({ id }) => id,
    });
  }

  @Mutation(() => String)
  reprice(
    @Arg("amount", () => DecimalScalar) amount: string,
    @Arg("on", () => DateScalar) on: string,
  ): string {
    return `${amount} on ${on}`;
  }

  @Mutation(() => String)
  restock(@Arg("input", () => RestockInput) { productId, amounts, note }: RestockInput): string {
    return `${productId}: ${amounts.join(" + ")}, ${JSON.stringify(note)}`;
  }

  @Subscription(() => Product, {
    subscribe: async function* () {
      yield product("one");
      yield product("two");
    },
  })
  productRestocked(@Root() restocked: Product): Product {
    return restocked;
  }
}

/** A minimal subgraph with every kind of operation. */
export const products: SubgraphDefinition = {
  resolvers: [ProductResolver],
  referenceResolvers: { Product: ({ id }: { id: string }) => product(id) },
};
