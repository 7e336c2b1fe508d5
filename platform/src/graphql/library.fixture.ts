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

@RequiresScopes("vault:read")
@Directive('@key(fields: "id")')
@ObjectType("Vault")
class Vault {
  @Field(() => ID)
  id!: string;

  @RequiresScopes("gold:read")
  @Field(() => String)
  gold!: string;
}

@Directive('@key(fields: "id")')
@ObjectType("Guest")
class Guest {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;
}

const vault = (id: string): Vault => ({ id, gold: "a ton" });

/** How often anything was resolved: what is refused must not have been. */
export const resolved: string[] = [];

@Resolver(() => Guest)
class VaultResolver {
  @RequiresSignIn()
  @Query(() => Vault, { nullable: true })
  vault(): Vault {
    resolved.push("vault");
    return vault("v");
  }

  @Query(() => String)
  forgotten(): string {
    return "open";
  }

  @RequiresScopes("vault:open", ["vault:read", "master-key"])
  @RequiresMfa()
  @Mutation(() => String, { nullable: true })
  openVault(): string {
    resolved.push("openVault");
    return "open";
  }

  @RequiresScopes("vault:read")
  @Subscription(() => Vault, {
    subscribe: async function* () {
      resolved.push("vaultOpened");
      yield vault("one");
    },
  })
  vaultOpened(@Root() opened: Vault): Vault {
    return opened;
  }

  @RequiresScopes("guests:read")
  @FieldResolver(() => String, { nullable: true })
  visited(@Root() { id }: Guest): string {
    return `visited by ${id}`;
  }
}

/** A subgraph with every kind of rule, and two places where one was forgotten. */
export const vaults: SubgraphDefinition = {
  resolvers: [VaultResolver],
  orphanedTypes: [Guest],
  referenceResolvers: {
    Vault: ({ id }: { id: string }) => vault(id),
    Guest: ({ id }: { id: string }) => ({ id, name: "ann" }),
  },
};
