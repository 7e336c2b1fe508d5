import { idempotencyKey, RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import { DecimalScalar } from "@allfunds/platform/graphql/types";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, Resolver } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { changeAccount } from "../accounts/account-graphql.ts";
import { AccountObject } from "../accounts/account-object.ts";
import type { SetMinimumBalance } from "./minimum-balance.ts";

@InputType({ description: "The minimum balance an account should have." })
class SetMinimumBalanceInput {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "Minimum balance on the normal side, negative to allow an overdraft; null or absent for no limit.",
  })
  minimumBalance?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Repeats with the same key take effect once.",
  })
  idempotencyKey?: string | null;
}

// The public name of before. Both mutations are one command: what is sent to one is a repeat at the other.
@InputType({ description: "The minimum balance an account should have." })
class SetAccountFloorInput extends SetMinimumBalanceInput {}

@Resolver()
export class MinimumBalanceResolver {
  readonly #books: CommandPort<SetMinimumBalance>;

  constructor({ books }: { readonly books: CommandPort<SetMinimumBalance> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:write")
  @RequiresMfa()
  @Mutation(() => AccountObject, {
    description:
      "Sets how low an account may fall. Refused with INSUFFICIENT_FUNDS when less than that is available; APPROVAL_REQUIRED with the id of a change proposal where it falls by more than a limit of changes.",
  })
  setMinimumBalance(
    @Arg("input", () => SetMinimumBalanceInput) input: SetMinimumBalanceInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    return this.#set(input, context, info);
  }

  @RequiresScopes("ledger:write")
  @RequiresMfa()
  @Mutation(() => AccountObject, {
    deprecationReason: "Use setMinimumBalance. Removal: 2027-06-30.",
    description:
      "Sets how low an account may fall. Refused with INSUFFICIENT_FUNDS when less than that is available; APPROVAL_REQUIRED with the id of a change proposal where it falls by more than a limit of changes.",
  })
  setAccountFloor(
    @Arg("input", () => SetAccountFloorInput) input: SetAccountFloorInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    return this.#set(input, context, info);
  }

  #set(
    input: SetMinimumBalanceInput,
    context: LedgerContext,
    info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    const { accountId, minimumBalance = null } = input;
    const key = idempotencyKey(context.request, input.idempotencyKey, info.path.key);
    return changeAccount<SetMinimumBalance>(this.#books, context, { accountId, key }, (fundId) => ({
      kind: "SetAccountFloor",
      fundId,
      accountId,
      minimumBalance,
    }));
  }
}
