import type { AccountOpened, AccountType } from "@allfunds/contract/events";
import { parseAmount, type MoneyJson } from "@allfunds/contract/money";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DecimalScalar,
  MoneyObject,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { Command } from "../../engine/book.ts";
import { requireEvent } from "../../engine/event-log.ts";
import { requireFund } from "../funds/fund-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import {
  AccountConnection,
  AccountObject,
  AccountTypeEnum,
  moneyOn,
  toAccountObject,
} from "./account-object.ts";
import { findAccount, readAccountByCode, readAccountPage, requireAccount } from "./account-sql.ts";
import { FundObject } from "../funds/fund-object.ts";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { OpenAccount } from "./account-slice.ts";

@InputType({ description: "An account to open." })
class OpenAccountInput {
  @Field(() => ID, {
    nullable: true,
    description: "UUID of the account; made by the ledger when absent.",
  })
  id?: string | null;

  @Field(() => ID, { description: "The fund whose chart it joins." })
  fundId!: string;

  @Field(() => String, {
    description: "Unique in the fund: 1 to 64 letters, digits, `.`, `:`, `_` or `-`.",
  })
  code!: string;

  @Field(() => String, { description: "Name, 1 to 200 characters." })
  name!: string;

  @Field(() => AccountTypeEnum, { description: "Kind of account, which decides its normal side." })
  type!: AccountType;

  @Field(() => String, {
    nullable: true,
    description:
      "ISO 4217, or an asset with its 0 to 18 decimals such as `BTC/8`; the fund's when absent.",
  })
  currency?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "Minimum balance on the normal side, zero or below: postings that would take the account under it are refused. No limit when absent.",
  })
  minimumBalance?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether its balance is cash of the fund. When absent, ASSET accounts whose code begins with "10", "CASH" or "BANK" count.',
  })
  countsAsCash?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: "Repeats with the same key open one account.",
  })
  idempotencyKey?: string | null;
}

@Resolver(() => AccountObject)
export class AccountResolver {
  readonly #books: CommandPort<OpenAccount>;

  constructor({ books }: { readonly books: CommandPort<OpenAccount> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => AccountObject, {
    nullable: true,
    description: "One account, null when there is none.",
  })
  account(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<AccountObject | null> {
    return findAccount(context, id);
  }

  @FieldResolver(() => FundObject, { description: "The fund in whose chart it is." })
  fund(@Root() { fundId }: AccountObject, @Ctx() context: LedgerContext): Promise<FundObject> {
    return requireFund(context, fundId);
  }

  @FieldResolver(() => MoneyObject, {
    nullable: true,
    description:
      "Minimum balance on the normal side: `available` may not fall below it. Null when there is no limit; negative allows an overdraft.",
  })
  minimumBalance(@Root() account: AccountObject): MoneyJson | null {
    return account.minimumMinor === null ? null : moneyOn(account, account.minimumMinor);
  }

  @FieldResolver(() => AccountObject, {
    nullable: true,
    description: "The account it is part of in the chart; null when it stands by itself.",
  })
  async parent(
    @Root() { parentId }: AccountObject,
    @Ctx() context: LedgerContext,
  ): Promise<AccountObject | null> {
    return parentId === null ? null : findAccount(context, parentId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => AccountObject, { description: "Adds an account to a fund's chart." })
  async openAccount(
    @Arg("input", () => OpenAccountInput) input: OpenAccountInput,
    @Ctx() { request }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountObject> {
    const { id, idempotencyKey: inInput, fundId, code, name, type } = input;
    const currency = input.currency ?? undefined;
    const minimumBalance = input.minimumBalance ?? undefined;
    const countsAsCash = input.countsAsCash ?? undefined;
    const details = { code, name, type, currency, minimumBalance, countsAsCash };
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: {
        kind: "OpenAccount",
        accountId: id ?? newId(),
        fundId,
        ...details,
      },
      key: idempotencyKey(request, inInput, info.path.key),
      content: { id: id ?? undefined, fundId, ...details },
      clientChoseId: typeof id === "string",
    });
    const account = requireEvent(events, "AccountOpened").payload as AccountOpened;
    const row = {
      ...account,
      id: account.accountId,
      balance: "0",
      minimumBalance: minorText(account.minimumBalance, account.currency),
      held: "0",
      status: "OPEN" as const,
      version: 1,
      parentId: null,
      metadata: "{}",
      countsAsCash: account.countsAsCash ?? false,
      managed: account.managed ?? false,
    };
    return toAccountObject(row, replayed);
  }
}

const minorText = (amount: string | undefined, currency: string): string | null =>
  amount === undefined ? null : parseAmount(amount, currency).toString();

const codeCursor = ({ code }: AccountObject): string => encodeCursor([code]);

@ArgsType()
class AccountsArgs extends PageArgs {
  @Field(() => Boolean, {
    nullable: true,
    description:
      "True: only accounts in currencies. False: only those of units and positions. All when absent.",
  })
  inMoney?: boolean | null;
}

/** The accounts of a fund, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class FundAccountsResolver {
  @FieldResolver(() => AccountConnection, { description: "The fund's chart of accounts, by code." })
  async accounts(
    @Root() { id }: FundObject,
    @Args(() => AccountsArgs) args: AccountsArgs,
    @Ctx() { stores, request: { tenantId } }: LedgerContext,
  ): Promise<Connection<AccountObject>> {
    const page = { ...toPage(args), inMoney: args.inMoney ?? null };
    const rows = await stores.orm.as(tenantId, (em) => readAccountPage(em, tenantId, id, page));
    return toConnection(
      rows.map((row) => toAccountObject(row)),
      { ...page, cursorOf: codeCursor },
    );
  }

  @FieldResolver(() => AccountObject, {
    nullable: true,
    description: "The account with this code.",
  })
  async account(
    @Root() { id }: FundObject,
    @Arg("code", () => String) code: string,
    @Ctx() { stores, request: { tenantId } }: LedgerContext,
  ): Promise<AccountObject | null> {
    const row = await stores.orm.as(tenantId, (em) => readAccountByCode(em, tenantId, id, code));
    return row === null ? null : toAccountObject(row);
  }
}

/** Carries out a command on one account, which holds all that the client requested, and answers with the account. */
export async function changeAccount<Kinds extends Command>(
  books: CommandPort<Kinds>,
  context: LedgerContext,
  { accountId, key }: { readonly accountId: string; readonly key: string | undefined },
  toCommand: (fundId: string) => Kinds,
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
