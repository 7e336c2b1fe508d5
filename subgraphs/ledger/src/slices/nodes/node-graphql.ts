import { RequiresScopes } from "@allfunds/platform/graphql";
import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
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

@Resolver()
export class NodeResolver {
  @RequiresScopes("ledger:read")
  @Query(() => NodeObject, {
    nullable: true,
    description:
      "The fund, account, transaction, security, share class, investor, order, valuation, trade, currency trade or corporate action with this id, null when there is none.",
  })
  async node(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<NodeObject | null> {
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
}
