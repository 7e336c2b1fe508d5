import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import { JsonScalar } from "@allfunds/platform/graphql/types";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, Resolver } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { changeAccount } from "../accounts/account-graphql.ts";
import { AccountObject } from "../accounts/account-object.ts";
import type { RenameAccount } from "./account-details.ts";

@InputType({ description: "Other details of an account; what is absent stays." })
class RenameAccountInput {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => String, { nullable: true, description: "Name, 1 to 200 characters." })
  name?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      "The account it becomes part of: of the same fund and type, not beneath it. Null for none.",
  })
  parentId?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: "A JSON object kept with it, up to 16,384 characters.",
  })
  metadata?: Record<string, unknown> | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether its balance is cash of the fund; only of an ASSET account.",
  })
  countsAsCash?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: "Repeats with the same key take effect once.",
  })
  idempotencyKey?: string | null;
}

@Resolver()
export class AccountDetailsResolver {
  readonly #books: CommandPort<RenameAccount>;

  constructor({ books }: { readonly books: CommandPort<RenameAccount> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => AccountObject, {
    description:
      "Gives an account another name, place in the chart, metadata, or mark as cash. Figures of cash are then those of the accounts that count now, for all days.",
  })
  renameAccount(
    @Arg("input", () => RenameAccountInput) input: RenameAccountInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    const { accountId, parentId } = input;
    const key = idempotencyKey(context.request, input.idempotencyKey, info.path.key);
    return changeAccount<RenameAccount>(this.#books, context, { accountId, key }, (fundId) => ({
      kind: "RenameAccount",
      fundId,
      accountId,
      name: input.name ?? undefined,
      parentId,
      metadata: input.metadata ?? undefined,
      countsAsCash: input.countsAsCash ?? undefined,
    }));
  }
}
