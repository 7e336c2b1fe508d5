import { idempotencyKey, RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, Resolver } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { changeAccount } from "../accounts/account-graphql.ts";
import { AccountObject } from "../accounts/account-object.ts";
import type { AccountStatusCommand } from "./account-status.ts";

@InputType({ description: "An account whose status should change, and why." })
class AccountStatusInput {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description: "Repeats with the same key take effect once.",
  })
  idempotencyKey?: string | null;
}

@Resolver()
export class AccountStatusResolver {
  readonly #books: CommandPort<AccountStatusCommand>;

  constructor({ books }: { readonly books: CommandPort<AccountStatusCommand> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => AccountObject, {
    description: "Refuses new entries and holds on an account until it is unfrozen.",
  })
  freezeAccount(
    @Arg("input", () => AccountStatusInput) input: AccountStatusInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    return this.#change("FreezeAccount", input, context, info);
  }

  @RequiresScopes("ledger:write")
  @RequiresMfa()
  @Mutation(() => AccountObject, {
    description:
      "Lets a frozen account take entries again. APPROVAL_REQUIRED with the id of a change proposal where its balance is above a limit of changes.",
  })
  unfreezeAccount(
    @Arg("input", () => AccountStatusInput) input: AccountStatusInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    return this.#change("UnfreezeAccount", input, context, info);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => AccountObject, {
    description:
      "Ends an account for ever. Refused with ACCOUNT_NOT_EMPTY unless its balance is zero and nothing is held.",
  })
  closeAccount(
    @Arg("input", () => AccountStatusInput) input: AccountStatusInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    return this.#change("CloseAccount", input, context, info);
  }

  #change(
    kind: AccountStatusCommand["kind"],
    { accountId, reason, idempotencyKey: inInput }: AccountStatusInput,
    context: LedgerContext,
    info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    const key = idempotencyKey(context.request, inInput, info.path.key);
    return changeAccount(this.#books, context, { accountId, key }, (fundId) => ({
      kind,
      fundId,
      accountId,
      reason,
    }));
  }
}
