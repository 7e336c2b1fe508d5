import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
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
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { requireEvent } from "../../engine/event-log.ts";
import { findTransaction } from "./transaction-sql.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { idempotencyKey } from "../../graph/idempotency-key.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { FundObject } from "../funds/fund-object.ts";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { PostTransaction } from "./transaction.ts";
import { BulkPostingObject, PostTransactionsInput, postBulk } from "./bulk-posting.ts";
import { readTransactionPage } from "./transaction-sql.ts";
import { PostTransactionInput, toPostOrder } from "./transaction-input.ts";
import {
  TransactionConnection,
  TransactionObject,
  toTransactionObject,
} from "./transaction-object.ts";

@ArgsType()
class TransactionsArgs extends PageArgs {
  @Field(() => DateScalar, { nullable: true, description: "Value dates from this day on." })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Value dates up to this day." })
  to?: string | null;

  @Field(() => ID, { nullable: true, description: "Only those with an entry on this account." })
  accountId?: string | null;
}

const dateCursor = ({ effectiveDate, position }: TransactionObject): string =>
  encodeCursor([effectiveDate, position]);

@Resolver(() => TransactionObject)
export class TransactionResolver {
  readonly #books: CommandPort<PostTransaction>;

  constructor({ books }: { readonly books: CommandPort<PostTransaction> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => TransactionObject, {
    nullable: true,
    description: "One transaction, null when there is none.",
  })
  transaction(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<TransactionObject | null> {
    return findTransaction(context, id);
  }

  @FieldResolver(() => FundObject, { description: "The fund in whose book it is." })
  fund(@Root() { fundId }: TransactionObject, @Ctx() context: LedgerContext): Promise<FundObject> {
    return requireFund(context, fundId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => TransactionObject, {
    description: "Posts a journal transaction. It is durable when this answers.",
  })
  async postTransaction(
    @Arg("input", () => PostTransactionInput) input: PostTransactionInput,
    @Ctx() { request }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TransactionObject> {
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    const { events, replayed } = await this.#books.carryOut(request, toPostOrder(input, key));
    return toTransactionObject(requireEvent(events, "TransactionPosted"), replayed);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => BulkPostingObject, {
    description: "Posts many transactions, with a verdict on each in order.",
  })
  postTransactions(
    @Arg("input", () => PostTransactionsInput) input: PostTransactionsInput,
    @Ctx() { request }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BulkPostingObject> {
    return postBulk(this.#books, request, input, (index) =>
      idempotencyKey(
        request,
        input.transactions[index]?.idempotencyKey,
        `${info.path.key}.${index}`,
      ),
    );
  }
}

/** The transactions of a fund, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class FundTransactionsResolver {
  @FieldResolver(() => TransactionConnection, {
    description: "The fund's transactions, newest value date first.",
  })
  async transactions(
    @Root() { id }: FundObject,
    @Args(() => TransactionsArgs) args: TransactionsArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<TransactionObject>> {
    const page = toPage(args);
    const { from, to, accountId } = args;
    if (typeof accountId === "string") await requireAccount(context, accountId);
    const filter = { fundId: id, from, to, accountId };
    const { tenantId } = context.request;
    const rows = await readTransactionPage(context.stores.pool, tenantId, filter, page);
    return toConnection(rows, { ...page, cursorOf: dateCursor });
  }
}
