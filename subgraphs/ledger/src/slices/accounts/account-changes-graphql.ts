import { RequiresScopes } from "@allfunds/platform/graphql";
import { DecimalScalar, JsonScalar } from "@allfunds/platform/graphql/types";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, Resolver } from "type-graphql";
import { requireAccount } from "../../graph/find.ts";
import { idempotencyKey } from "../../graph/idempotency-key.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { AccountObject } from "./account-object.ts";
import type { ChangeAccountStatus } from "./account-slice.ts";
import type { BookCommand, Books } from "../model.ts";

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

/** What can be changed of an account that is there. */
@Resolver()
export class AccountChangesResolver {
  readonly #books: Books;

  constructor(books: Books) {
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
  @Mutation(() => AccountObject, { description: "Lets a frozen account take entries again." })
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
    return changeAccount(this.#books, context, { accountId, key }, (fundId) => ({
      kind: "RenameAccount",
      fundId,
      accountId,
      name: input.name ?? undefined,
      parentId,
      metadata: input.metadata ?? undefined,
      countsAsCash: input.countsAsCash ?? undefined,
    }));
  }

  #change(
    kind: ChangeAccountStatus["kind"],
    { accountId, reason, idempotencyKey: inInput }: AccountStatusInput,
    context: LedgerContext,
    info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    const key = idempotencyKey(context.request, inInput, info.path.key);
    const toCommand = (fundId: string): ChangeAccountStatus => ({
      kind,
      fundId,
      accountId,
      reason,
    });
    return changeAccount(this.#books, context, { accountId, key }, toCommand);
  }
}

/** Carries out a command on one account, which holds all that the client asked for, and answers with the account. */
async function changeAccount(
  books: Books,
  context: LedgerContext,
  { accountId, key }: { readonly accountId: string; readonly key: string | undefined },
  toCommand: (fundId: string) => BookCommand,
): Promise<AccountObject> {
  const { fundId } = await requireAccount(context, accountId);
  const command = toCommand(fundId);
  const { replayed } = await books.carryOut(context.request, {
    bookId: fundId,
    command,
    key,
    content: command,
  });
  return Object.assign(await requireAccount(context, accountId), { replayed });
}
