import { RequiresScopes } from "@allfunds/platform/graphql";
import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import { find } from "./find.ts";
import type { LedgerContext } from "./ledger-context.ts";
import { NodeObject } from "./node-object.ts";

@Resolver()
export class NodeResolver {
  @RequiresScopes("ledger:read")
  @Query(() => NodeObject, {
    nullable: true,
    description: "The fund, account or transaction with this id, null when there is none.",
  })
  async node(
    @Arg("id", () => ID) id: string,
    @Ctx() { funds, accounts, transactions }: LedgerContext,
  ): Promise<NodeObject | null> {
    const [fund, account, transaction] = await Promise.all([
      find(funds, id),
      find(accounts, id),
      find(transactions, id),
    ]);
    return fund ?? account ?? transaction;
  }
}
