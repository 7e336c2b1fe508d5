import { RequiresScopes } from "@allfunds/platform/graphql";
import { invalidInput } from "@allfunds/contract/errors";
import { Arg, Ctx, Directive, ID, Query, Resolver } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { NodeObject } from "../../graph/shared-types.ts";
import { findAccount } from "../accounts/account-sql.ts";
import { findFund } from "../funds/fund-sql.ts";
import { findInvestor } from "../investors/investor-sql.ts";
import { findOrder } from "../orders/order-sql.ts";
import { findSecurity } from "../securities/security-sql.ts";
import { findShareClass } from "../share-classes/share-class-sql.ts";
import { findAction } from "../corporate-actions/corporate-action-sql.ts";
import { findCurrencyTrade } from "../currency-trades/currency-trade-object.ts";
import { findTrade } from "../trades/trade-sql.ts";
import { findTransaction } from "../transactions/transaction-sql.ts";
import { findValuation } from "../valuations/valuation-sql.ts";

/** The most ids of one request; also the price of every request for several. */
const MOST_NODES = 20;

@Resolver()
export class NodeResolver {
  @RequiresScopes("ledger:read")
  @Query(() => NodeObject, {
    nullable: true,
    description:
      "The fund, account, transaction, security, share class, investor, order, valuation, trade, currency trade or corporate action with this id, null when there is none.",
  })
  node(@Arg("id", () => ID) id: string, @Ctx() context: LedgerContext): Promise<NodeObject | null> {
    return findNode(context, id);
  }

  @RequiresScopes("ledger:read")
  @Directive(`@listSize(assumedSize: ${MOST_NODES})`)
  @Query(() => [NodeObject], {
    nullable: "items",
    description:
      "The things with these ids, at most 20, in their order: what `node` finds for each, null where there is none.",
  })
  nodes(
    @Arg("ids", () => [ID], { description: "UUIDs." }) ids: string[],
    @Ctx() context: LedgerContext,
  ): Promise<(NodeObject | null)[]> {
    if (ids.length > MOST_NODES) throw invalidInput("ids", `must be ${MOST_NODES} ids at most`);
    return Promise.all(ids.map((id) => findNode(context, id)));
  }
}

/** One statement for each kind, however many ids are looked up at once. */
async function findNode(context: LedgerContext, id: string): Promise<NodeObject | null> {
  const found = await Promise.all([
    findFund(context, id),
    findAccount(context, id),
    findTransaction(context, id),
    findSecurity(context, id),
    findShareClass(context, id),
    findValuation(context, id),
    findInvestor(context, id),
    findOrder(context, id),
    findTrade(context, id),
    findAction(context, id),
    findCurrencyTrade(context, id),
  ]);
  return found.find((node) => node !== null) ?? null;
}
