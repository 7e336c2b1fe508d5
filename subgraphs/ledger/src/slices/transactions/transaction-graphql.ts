import { invalidInput, type AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
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
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  registerEnumType,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { Verdict } from "../../engine/decide.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { PostTransactionInput, toPostOrder } from "./transaction-input.ts";
import { TransactionObject, toTransactionObject } from "./transaction-object.ts";
import { findTransaction } from "./transaction-sql.ts";
import type { PostTransaction } from "./transaction.ts";

const BULK_MODES = { ATOMIC: "ATOMIC", INDEPENDENT: "INDEPENDENT" } as const;
type BulkMode = keyof typeof BULK_MODES;
registerEnumType(BULK_MODES, {
  name: "BulkMode",
  description: "ATOMIC posts all or none; INDEPENDENT posts what it can.",
});

const MAX_BULK = 1_000;

@InputType({ description: "Transactions to post together." })
export class PostTransactionsInput {
  @Field(() => [PostTransactionInput], {
    description: "1 to 1,000; of at most 50 funds when ATOMIC.",
  })
  transactions!: PostTransactionInput[];

  @Field(() => BULK_MODES, {
    defaultValue: "ATOMIC",
    description: "What a refused item means for the others.",
  })
  mode!: BulkMode;
}

@ObjectType("BulkError", { description: "Why an item was not posted." })
export class BulkErrorObject {
  @Field(() => String, { description: "Stable error code." })
  code!: string;

  @Field(() => String, { description: "What is wrong, in a sentence." })
  message!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      "The proposal that waits for another person, with APPROVAL_REQUIRED or where its approval was refused.",
  })
  proposalId!: string | null;
}

@ObjectType("BulkResult", { description: "What became of one item of a bulk." })
class BulkResultObject {
  @Field(() => Int, { description: "Place of the item in the input, from 0." })
  index!: number;

  @Field(() => TransactionObject, { nullable: true, description: "The stored transaction." })
  transaction!: TransactionObject | null;

  @Field(() => BulkErrorObject, { nullable: true, description: "Set when it was refused." })
  error!: BulkErrorObject | null;
}

@ObjectType("BulkPosting", { description: "The verdicts on a bulk, in the order of its items." })
export class BulkPostingObject {
  @Field(() => [BulkResultObject], { description: "One per item, in order." })
  results!: BulkResultObject[];

  @Field(() => Int, { description: "Items that are stored." })
  posted!: number;

  @Field(() => Int, { description: "Items that are not." })
  refused!: number;
}

/** Posts many transactions; `keyOf` gives the idempotency key of the item at an index. */
async function postBulk(
  books: CommandPort<PostTransaction>,
  context: RequestContext,
  { transactions, mode }: PostTransactionsInput,
  keyOf: (index: number) => string | undefined,
): Promise<BulkPostingObject> {
  if (transactions.length < 1 || transactions.length > MAX_BULK) {
    throw invalidInput("transactions", `must be 1 to ${MAX_BULK}`);
  }
  const orders = transactions.map((input, index) =>
    toPostOrder(input, keyOf(index), context.caller?.owner),
  );
  if (mode === "ATOMIC") {
    requireFewFunds("transactions", orders);
    return toBulkPosting(await books.executeTogether(context, orders));
  }
  const verdicts = await Promise.all(
    orders.map((order) => books.executeEach(context, order.bookId, [order], false)),
  );
  return toBulkPosting(verdicts.flat());
}

/** Each book is read and locked as a whole for what goes into several of them together. */
const MOST_FUNDS = 50;

/** Refuses what is to go into more books together than one request may lock. */
export function requireFewFunds(field: string, requests: readonly { readonly bookId: string }[]) {
  const funds = new Set(requests.map(({ bookId }) => bookId));
  if (funds.size > MOST_FUNDS)
    throw invalidInput(
      field,
      `must be of at most ${MOST_FUNDS} funds to be carried out all or none`,
    );
}

/** The verdicts of commands that each post a transaction, in their order. */
export function toBulkPosting(verdicts: readonly Verdict[]): BulkPostingObject {
  const results = verdicts.map((verdict, index): BulkResultObject => {
    if (!verdict.accepted) return { index, transaction: null, error: toBulkError(verdict.refusal) };
    const posted = requireEvent(verdict.events, "TransactionPosted");
    return { index, transaction: toTransactionObject(posted, verdict.replayed), error: null };
  });
  const posted = results.filter(({ error }) => error === null).length;
  return { results, posted, refused: results.length - posted };
}

const toBulkError = ({ code, message, proposalId }: AppError): BulkErrorObject => ({
  code,
  message,
  proposalId: proposalId ?? null,
});

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
    const order = toPostOrder(input, key, request.caller?.owner);
    const { events, replayed } = await this.#books.carryOut(request, order);
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
