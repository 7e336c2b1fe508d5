import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar, DecimalScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, ObjectType, Resolver } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { CONFIRM_FAR_DATE } from "../value-dates/value-date.ts";
import type { AdjustBalance } from "./adjustment.ts";
import { EntryDimensionInput, toDimensions } from "../dimensions/dimension-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { REPLAYED } from "../../graph/shared-types.ts";
import { toTransactionObject, TransactionObject } from "../transactions/transaction-object.ts";
import { AccountObject } from "../accounts/account-object.ts";

@InputType({ description: "The balance an account should have, and why." })
class AdjustBalanceInput {
  @Field(() => ID, { description: "The account to adjust." })
  accountId!: string;

  @Field(() => DecimalScalar, {
    description: "Wanted balance on the account's normal side; may be negative.",
  })
  balance!: string;

  @Field(() => String, {
    description: "Why, 1 to 500 characters; becomes the transaction's description.",
  })
  reason!: string;

  @Field(() => DateScalar, { nullable: true, description: "Value date; today (UTC) when absent." })
  effectiveDate?: string | null;

  @Field(() => Boolean, { nullable: true, description: CONFIRM_FAR_DATE })
  confirmFarValueDate?: boolean | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "Refuse with VERSION_CONFLICT unless the account is at this version.",
  })
  expectedVersion?: number | null;

  @Field(() => ID, {
    nullable: true,
    description:
      "The other side; the fund's own equity account for balance adjustments when absent.",
  })
  contraAccountId?: string | null;

  @Field(() => [EntryDimensionInput], {
    nullable: true,
    description: "Values of dimensions that both entries have, one of each.",
  })
  dimensions?: EntryDimensionInput[] | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key adjust once." })
  idempotencyKey?: string | null;
}

@ObjectType("BalanceAdjustment", { description: "What an adjustment did." })
class BalanceAdjustmentObject {
  @Field(() => AccountObject, { description: "The account, now at the wanted balance." })
  account!: AccountObject;

  @Field(() => TransactionObject, {
    nullable: true,
    description: "The adjusting transaction; null when the balance was right already.",
  })
  transaction!: TransactionObject | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

@Resolver()
export class AdjustBalanceResolver {
  readonly #books: CommandPort<AdjustBalance>;

  constructor({ books }: { readonly books: CommandPort<AdjustBalance> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => BalanceAdjustmentObject, {
    description: "Brings an account to a stated balance by posting the difference.",
  })
  async adjustBalance(
    @Arg("input", () => AdjustBalanceInput) input: AdjustBalanceInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BalanceAdjustmentObject> {
    const { request } = context;
    const { fundId, currency } = await requireAccount(context, input.accountId);
    const { idempotencyKey: inInput, confirmFarValueDate, ...content } = input;
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: {
        kind: "AdjustBalance",
        fundId,
        accountId: input.accountId,
        balance: input.balance,
        reason: input.reason,
        effectiveDate: input.effectiveDate ?? request.now.toISOString().slice(0, 10),
        expectedVersion: input.expectedVersion ?? undefined,
        contra: {
          accountId: input.contraAccountId ?? undefined,
          own: {
            freshId: newId(),
            code: `BALANCE-ADJUSTMENTS-${currency.replace("/", ".")}`,
            name: "Balance adjustments",
            type: "EQUITY",
          },
          dimensions: toDimensions(input.dimensions),
        },
        transactionId: newId(),
        confirmsFarDate: confirmFarValueDate === true,
      },
      key: idempotencyKey(request, inInput, info.path.key),
      content,
    });
    const posted = events.find(({ type }) => type === "TransactionPosted");
    return {
      account: await requireAccount(context, input.accountId),
      transaction: posted === undefined ? null : toTransactionObject(posted, replayed),
      replayed,
    };
  }
}
