import type { MoneyJson } from "@allfunds/contract/money";
import { DateScalar, MoneyObject, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { Arg, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { AccountObject, moneyOn } from "../accounts/account-object.ts";
import { readBalance } from "./point-in-time.ts";

/** The balance of an account, which belongs to this slice though it hangs on the account. */
@Resolver(() => AccountObject)
export class AccountBalanceResolver {
  @FieldResolver(() => MoneyObject, {
    description:
      "Balance on the normal side: now; of entries with a value date up to `asOf`; as of position `knownAt` of the book; or both.",
  })
  async balance(
    @Root() account: AccountObject,
    @Arg("asOf", () => DateScalar, { nullable: true }) asOf: string | null,
    @Arg("knownAt", () => SafeIntScalar, { nullable: true }) knownAt: number | null,
    @Ctx() context: LedgerContext,
  ): Promise<MoneyJson> {
    return moneyOn(account, await readBalance(context, account, { asOf, knownAt }));
  }
}
