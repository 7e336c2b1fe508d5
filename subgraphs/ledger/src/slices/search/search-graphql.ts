import {
  DecimalScalar,
  encodeCursor,
  JsonScalar,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { Args, ArgsType, Ctx, Field, FieldResolver, Resolver, Root } from "type-graphql";
import { FundObject } from "../funds/fund-object.ts";
import { readBookPosition } from "../funds/fund-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { awaitProjection } from "../../projections/await-projection.ts";
import {
  TransactionConnection,
  type TransactionObject,
} from "../transactions/transaction-object.ts";
import { searchTransactions } from "./search-sql.ts";
import { TRANSACTION_SEARCH } from "./transaction-search.ts";

@ArgsType()
class SearchArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description:
      "Words; each must begin a word of the description, the reference or the counterparty.",
  })
  text?: string | null;

  @Field(() => String, { nullable: true, description: "The whole reference, in any case." })
  reference?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "An entry has at least this amount, in its currency.",
  })
  amountFrom?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "An entry has at most this amount, in its currency.",
  })
  amountTo?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: "A JSON object whose every member the metadata has, at any depth.",
  })
  metadata?: Record<string, unknown> | null;
}

const positionCursor = ({ position }: TransactionObject): string => encodeCursor([position]);

/** Search in a fund's book, which belongs to this slice though it hangs on the fund. */
@Resolver(() => FundObject)
export class SearchResolver {
  @FieldResolver(() => TransactionConnection, {
    description:
      "Transactions that fit everything given, last recorded first. Sees all that was posted before the request.",
  })
  async search(
    @Root() { id }: FundObject,
    @Args(() => SearchArgs) args: SearchArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<TransactionObject>> {
    const page = toPage(args);
    const { request, stores } = context;
    const { pool, projectionsMoved } = stores;
    const book = { tenantId: request.tenantId, bookId: id };
    const { text, reference, amountFrom, amountTo, metadata } = args;
    const position = await readBookPosition(context, id);
    await awaitProjection(pool, projectionsMoved, book, TRANSACTION_SEARCH.name, position);
    const filter = { text, reference, amountFrom, amountTo, metadata };
    const found = await searchTransactions(pool, book, filter, page);
    return toConnection(found, { ...page, cursorOf: positionCursor });
  }
}
