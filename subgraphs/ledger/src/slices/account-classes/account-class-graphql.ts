import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Mutation,
  registerEnumType,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { changeAccount } from "../accounts/account-graphql.ts";
import { AccountObject } from "../accounts/account-object.ts";
import {
  ACCOUNT_CLASSES,
  CASH_FLOW_ACTIVITIES,
  type AccountClass,
  type CashFlowActivity,
  type ClassifyAccount,
} from "./account-class.ts";
import { readClassification } from "./account-class-sql.ts";

registerEnumType(ACCOUNT_CLASSES, {
  name: "AccountClass",
  description:
    "Where an account stands in the statements. ASSET and LIABILITY: CURRENT, NON_CURRENT or SUSPENSE (to be cleared). EQUITY: CAPITAL, RETAINED_EARNINGS or OPENING_BALANCES. INCOME and EXPENSE: ORDINARY or CURRENCY_RESULT.",
});
registerEnumType(CASH_FLOW_ACTIVITIES, {
  name: "CashFlowActivity",
  description: "The part of the cash-flow statement that the movements of an account belong to.",
});

@InputType({ description: "The place of an account in the statements; what is absent stays." })
class ClassifyAccountInput {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => ACCOUNT_CLASSES, {
    nullable: true,
    description:
      "One of its type's classes; one account of a currency is RETAINED_EARNINGS, and one OPENING_BALANCES.",
  })
  class?: AccountClass | null;

  @Field(() => CASH_FLOW_ACTIVITIES, {
    nullable: true,
    description: "Its part of the cash-flow statement; that of the class when only that is given.",
  })
  cashFlow?: CashFlowActivity | null;

  @Field(() => String, {
    nullable: true,
    description: "Repeats with the same key take effect once.",
  })
  idempotencyKey?: string | null;
}

@Resolver(() => AccountObject)
export class AccountClassResolver {
  readonly #books: CommandPort<ClassifyAccount>;

  constructor({ books }: { readonly books: CommandPort<ClassifyAccount> }) {
    this.#books = books;
  }

  @FieldResolver(() => ACCOUNT_CLASSES, {
    description: "Where it stands in the statements; as its type usually does unless chosen.",
  })
  async class(
    @Root() account: AccountObject,
    @Ctx() context: LedgerContext,
  ): Promise<AccountClass> {
    return (await readClassification(context, account)).class;
  }

  @FieldResolver(() => CASH_FLOW_ACTIVITIES, {
    description: "The part of the cash-flow statement that its movements belong to.",
  })
  async cashFlow(
    @Root() account: AccountObject,
    @Ctx() context: LedgerContext,
  ): Promise<CashFlowActivity> {
    return (await readClassification(context, account)).cashFlow;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => AccountObject, {
    description: "Places an account in the balance sheet and in the cash-flow statement.",
  })
  classifyAccount(
    @Arg("input", () => ClassifyAccountInput) input: ClassifyAccountInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    const { accountId } = input;
    const key = idempotencyKey(context.request, input.idempotencyKey, info.path.key);
    return changeAccount<ClassifyAccount>(this.#books, context, { accountId, key }, (fundId) => ({
      kind: "ClassifyAccount",
      fundId,
      accountId,
      class: input.class ?? undefined,
      cashFlow: input.cashFlow ?? undefined,
    }));
  }
}
