import "reflect-metadata";
import {
  Directive,
  Field,
  FieldResolver,
  ID,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import type { SubgraphDefinition } from "./build-subgraph.ts";
import { RequiresMfa, RequiresScopes, RequiresSignIn } from "./requires.ts";

@RequiresScopes("shelf:read")
@Directive('@key(fields: "id")')
@ObjectType("Shelf")
class Shelf {
  @Field(() => ID)
  id!: string;

  @RequiresScopes("rare:read")
  @Field(() => String)
  rareBook!: string;
}

@Directive('@key(fields: "id")')
@ObjectType("Reader")
class Reader {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;
}

const shelf = (id: string): Shelf => ({ id, rareBook: "a first edition" });

/** The fields that were resolved; a refused operation resolves none. */
export const resolved: string[] = [];

@Resolver(() => Reader)
class LibraryResolver {
  @RequiresSignIn()
  @Query(() => Shelf, { nullable: true })
  shelf(): Shelf {
    resolved.push("shelf");
    return shelf("v");
  }

  @Query(() => String)
  unprotected(): string {
    return "open";
  }

  @RequiresScopes("shelf:open", ["shelf:read", "staff"])
  @RequiresMfa()
  @Mutation(() => String, { nullable: true })
  openShelf(): string {
    resolved.push("openShelf");
    return "open";
  }

  @RequiresScopes("shelf:read")
  @Subscription(() => Shelf, {
    subscribe: async function* () {
      resolved.push("shelfOpened");
      yield shelf("one");
    },
  })
  shelfOpened(@Root() opened: Shelf): Shelf {
    return opened;
  }

  @RequiresScopes("readers:read")
  @FieldResolver(() => String, { nullable: true })
  visited(@Root() { id }: Reader): string {
    return `visited by ${id}`;
  }
}

/** A subgraph with every kind of rule, and two fields without one. */
export const library: SubgraphDefinition = {
  resolvers: [LibraryResolver],
  orphanedTypes: [Reader],
  referenceResolvers: {
    Shelf: ({ id }: { id: string }) => shelf(id),
    Reader: ({ id }: { id: string }) => ({ id, name: "ann" }),
  },
};
