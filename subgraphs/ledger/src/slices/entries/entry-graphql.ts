import { invalidInput } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  SafeIntScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import type { GraphQLResolveInfo } from "graphql";
import {
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Info,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { ACCOUNT_FACT_FIELDS, knownAccount, requireAccount } from "../accounts/account-sql.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { requireTransaction } from "../transactions/transaction-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { selectsOnly } from "../../graph/selects-only.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { checkReached } from "../balances/point-in-time.ts";
import { EntryConnection, EntryObject, toEntryObjects } from "./entry-object.ts";
import { readEntryPage, type EntryFilter } from "./entry-sql.ts";
import { TransactionObject } from "../transactions/transaction-object.ts";

@ArgsType()
class DatedPageArgs extends PageArgs {
  @Field(() => DateScalar, { nullable: true, description: "Value dates from this day on." })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Value dates up to this day." })
  to?: string | null;
}

@ArgsType()
class AccountEntriesArgs extends DatedPageArgs {
  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "Only what was recorded up to this position.",
  })
  knownAt?: number | null;
}

@ArgsType()
class EntriesArgs extends DatedPageArgs {
  @Field(() => ID, { nullable: true, description: "Only entries in this fund's book." })
  fundId?: string | null;

  @Field(() => ID, { nullable: true, description: "Only entries on this account." })
  accountId?: string | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "Only what was recorded up to this position; needs a fund or an account.",
  })
  asOf?: number | null;
}

/** A page of entries, in recorded order, for the root query and for accounts alike. */
async function readPage(
  { stores, request }: LedgerContext,
  filter: EntryFilter,
  args: PageArgs,
): Promise<Connection<EntryObject>> {
  const page = toPage(args);
  const entries = await readEntryPage(stores.pool, request.tenantId, filter, page);
  return toConnection(entries, { ...page, cursorOf: ({ place }) => encodeCursor(place) });
}

@Resolver(() => EntryObject)
export class EntryResolver {
  @RequiresScopes("ledger:read")
  @Query(() => EntryConnection, {
    description: "Entries in the order they were recorded, with running balances.",
  })
  async entries(
    @Args(() => EntriesArgs) args: EntriesArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<EntryObject>> {
    const { fundId, accountId, asOf } = args;
    if (typeof fundId === "string") await requireFund(context, fundId);
    if (typeof accountId === "string") await requireAccount(context, accountId);
    if (typeof asOf === "number" && typeof fundId !== "string" && typeof accountId !== "string") {
      throw invalidInput(
        "asOf",
        "needs fundId or accountId, because positions count within a book",
      );
    }
    return readPage(context, args, args);
  }

  @FieldResolver(() => AccountObject, { description: "The account it stands on." })
  account(
    @Root() { accountId }: EntryObject,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): AccountObject | Promise<AccountObject> {
    const known = selectsOnly(info, ACCOUNT_FACT_FIELDS)
      ? knownAccount(context, accountId)
      : undefined;
    return known ?? requireAccount(context, accountId);
  }

  @FieldResolver(() => TransactionObject, { description: "The transaction it is part of." })
  transaction(
    @Root() { transactionId }: EntryObject,
    @Ctx() context: LedgerContext,
  ): Promise<TransactionObject> {
    return requireTransaction(context, transactionId);
  }
}

/** The entries of an account, which belong to this slice though they hang on the account. */
@Resolver(() => AccountObject)
export class AccountEntriesResolver {
  @FieldResolver(() => EntryConnection, {
    description: "The account's entries in the order they were recorded, with running balances.",
  })
  async entries(
    @Root() { id, fundId }: AccountObject,
    @Args(() => AccountEntriesArgs) args: AccountEntriesArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<EntryObject>> {
    const { from, to, knownAt } = args;
    if (typeof knownAt === "number") await checkReached(context, fundId, knownAt);
    const filter = { accountId: id, from, to, asOf: knownAt };
    return readPage(context, filter, args);
  }
}

/** The entries of a transaction, which belong to this slice though they hang on the transaction. */
@Resolver(() => TransactionObject)
export class TransactionEntriesResolver {
  // Two to four as a rule; a larger one costs its client what it really holds, afterwards.
  @Directive("@listSize(assumedSize: 8)")
  @FieldResolver(() => [EntryObject], { description: "Its entries, in the order they were given." })
  entries(@Root() transaction: TransactionObject): EntryObject[] {
    return toEntryObjects(transaction);
  }
}
