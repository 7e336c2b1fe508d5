import "reflect-metadata";
import {
  Arg,
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
import type { SubgraphDefinition } from "./build-subgraph.ts";
import { connectionType, toConnection } from "./connection.ts";
import { DateScalar, DecimalScalar, JsonScalar } from "./scalars.ts";
import { MoneyObject } from "./shared-types.ts";

@Directive('@key(fields: "id")')
@ObjectType("Jar")
class Jar {
  @Field(() => ID)
  id!: string;

  @Field(() => MoneyObject)
  money!: MoneyObject;
}
@InputType()
class FillInput {
  @Field(() => ID)
  jarId!: string;

  @Field(() => [DecimalScalar])
  amounts!: string[];

  @Field(() => JsonScalar, { nullable: true })
  note?: unknown;
}
const JarConnection = connectionType("Jar", Jar);
const jar = (id: string): Jar => ({ id, money: { amount: "1.50", currency: "EUR" } });

@Resolver(() => Jar)
class JarResolver {
  @Query(() => Jar)
  jar(@Arg("id", () => ID) id: string): Jar {
    if (id === "none") throw new AppError("NOT_FOUND", "No such jar.", { detail: "shelf 7" });
    if (id === "bug") throw new TypeError("secret path /etc/x");
    return jar(id);
  }

  @Query(() => JarConnection)
  jars() {
    return toConnection([jar("a"), jar("b"), jar("c")], {
      first: 2,
      after: null,
      cursorOf: ({ id }) => id,
    });
  }

  @Mutation(() => String)
  spend(
    @Arg("amount", () => DecimalScalar) amount: string,
    @Arg("on", () => DateScalar) on: string,
  ): string {
    return `${amount} on ${on}`;
  }

  @Mutation(() => String)
  fill(@Arg("input", () => FillInput) { jarId, amounts, note }: FillInput): string {
    return `${jarId}: ${amounts.join(" + ")}, ${JSON.stringify(note)}`;
  }

  @Subscription(() => Jar, {
    subscribe: async function* () {
      yield jar("one");
      yield jar("two");
    },
  })
  jarFilled(@Root() filled: Jar): Jar {
    return filled;
  }
}

/** A subgraph as small as one can be and still have every kind of operation. */
export const jars: SubgraphDefinition = {
  resolvers: [JarResolver],
  referenceResolvers: { Jar: ({ id }: { id: string }) => jar(id) },
};
