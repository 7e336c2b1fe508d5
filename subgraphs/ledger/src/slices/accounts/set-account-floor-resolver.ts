import { DecimalScalar, RequiresScopes } from "@allfunds/platform";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, Resolver } from "type-graphql";
import type { Books } from "../model.ts";
import { idempotencyKey } from "../../graph/idempotency-key.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { AccountObject } from "./account-object.ts";
import { changeAccount } from "./change-account.ts";

@InputType({ description: "The floor an account should have." })
class SetAccountFloorInput {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "Floor on the normal side, negative to allow an overdraft; null or absent for no limit.",
  })
  minimumBalance?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Repeats with the same key take effect once.",
  })
  idempotencyKey?: string | null;
}

@Resolver()
export class SetAccountFloorResolver {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => AccountObject, {
    description:
      "Sets how low an account may fall. Refused with INSUFFICIENT_FUNDS when less than that is available.",
  })
  setAccountFloor(
    @Arg("input", () => SetAccountFloorInput) input: SetAccountFloorInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    const { accountId, minimumBalance = null } = input;
    const key = idempotencyKey(context.request, input.idempotencyKey, info.path.key);
    return changeAccount(this.#books, context, { accountId, key }, (fundId) => ({
      kind: "SetAccountFloor",
      fundId,
      accountId,
      minimumBalance,
    }));
  }
}
