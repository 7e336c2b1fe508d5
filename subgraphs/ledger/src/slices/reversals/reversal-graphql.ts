import { invalidInput } from "@allfunds/contract/errors";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar, DecimalScalar, JsonScalar } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
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
  Resolver,
  Root,
} from "type-graphql";
import { requireEvent } from "../../engine/event-log.ts";
import { requireTransaction } from "../transactions/transaction-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { CONFIRM_FAR_DATE } from "../value-dates/value-date.ts";
import type { CommandPort } from "../../engine/command-bus.ts";
import { reversalsOf } from "./reversal-sql.ts";
import type { ReverseTransaction } from "./reversal.ts";
import {
  BulkPostingObject,
  requireFewFunds,
  toBulkPosting,
} from "../transactions/transaction-graphql.ts";
import { EntryInput, toRequestedEntries } from "../transactions/transaction-input.ts";
import { TransactionObject, toTransactionObject } from "../transactions/transaction-object.ts";

@InputType({ description: "A transaction to take back, wholly or in part." })
class ReverseTransactionInput {
  @Field(() => ID, { description: "The transaction to reverse." })
  transactionId!: string;

  @Field(() => ID, {
    nullable: true,
    description: "UUID of the reversing transaction; made by the ledger when absent.",
  })
  id?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "So much of a transaction with two entries; all that is left when this and `entries` are absent.",
  })
  amount?: string | null;

  @Field(() => [EntryInput], {
    nullable: true,
    description:
      "A part of any transaction: entries opposite to its own, none larger than what is left of it.",
  })
  entries?: EntryInput[] | null;

  @Field(() => DateScalar, { nullable: true, description: "Value date; today (UTC) when absent." })
  effectiveDate?: string | null;

  @Field(() => Boolean, { nullable: true, description: CONFIRM_FAR_DATE })
  confirmFarValueDate?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: "Why, 1 to 500 characters; made from the original's when absent.",
  })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "A reference of yours, unique in the fund, up to 140 characters.",
  })
  reference?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: "Kept with the reversal." })
  metadata?: Record<string, unknown> | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key reverse once." })
  idempotencyKey?: string | null;
}

const MAX_BULK = 1_000;

@InputType({ description: "Transactions to take back as a whole, all of them or none." })
class ReverseTransactionsInput {
  @Field(() => [ID], { description: "1 to 1,000 transactions, of at most 50 funds." })
  transactionIds!: string[];

  @Field(() => DateScalar, { nullable: true, description: "Value date; today (UTC) when absent." })
  effectiveDate?: string | null;

  @Field(() => Boolean, { nullable: true, description: CONFIRM_FAR_DATE })
  confirmFarValueDate?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: "Why, 1 to 500 characters; made from each original's when absent.",
  })
  description?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key reverse once." })
  idempotencyKey?: string | null;
}

@Resolver(() => TransactionObject)
export class ReversalResolver {
  readonly #books: CommandPort<ReverseTransaction>;

  constructor({ books }: { readonly books: CommandPort<ReverseTransaction> }) {
    this.#books = books;
  }

  @FieldResolver(() => TransactionObject, {
    nullable: true,
    description: "The transaction that this one takes back, wholly or in part.",
  })
  async reverses(
    @Root() { reversesId }: TransactionObject,
    @Ctx() context: LedgerContext,
  ): Promise<TransactionObject | null> {
    return reversesId === null ? null : requireTransaction(context, reversesId);
  }

  @FieldResolver(() => [TransactionObject], {
    description: "The transactions that take this one back, oldest first; several when in parts.",
  })
  async reversedBy(
    @Root() { id }: TransactionObject,
    @Ctx() context: LedgerContext,
  ): Promise<readonly TransactionObject[]> {
    return (await context.loader(reversalsOf).load(id)) ?? [];
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => TransactionObject, {
    description:
      "Takes a transaction back by posting its opposite. In parts up to the whole, never more.",
  })
  async reverseTransaction(
    @Arg("input", () => ReverseTransactionInput) input: ReverseTransactionInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TransactionObject> {
    const { request } = context;
    const original = await requireTransaction(context, input.transactionId);
    const { idempotencyKey: inInput, id, confirmFarValueDate, ...content } = input;
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: original.fundId,
      command: {
        kind: "ReverseTransaction",
        fundId: original.fundId,
        reverses: original.id,
        transactionId: id ?? newId(),
        amount: content.amount ?? undefined,
        entries: toRequestedEntries(content.entries ?? undefined),
        effectiveDate: content.effectiveDate ?? request.now.toISOString().slice(0, 10),
        description: content.description ?? `Reversal: ${original.description}`.slice(0, 500),
        reference: content.reference ?? null,
        metadata: content.metadata ?? {},
        confirmsFarDate: confirmFarValueDate === true,
      },
      key: idempotencyKey(request, inInput, info.path.key),
      content: { ...content, id },
      clientChoseId: typeof id === "string",
    });
    return toTransactionObject(requireEvent(events, "TransactionPosted"), replayed);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => BulkPostingObject, {
    description:
      "Takes back all that is left of many transactions, also of several funds: all of them, or none.",
  })
  async reverseTransactions(
    @Arg("input", () => ReverseTransactionsInput) input: ReverseTransactionsInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BulkPostingObject> {
    const { request } = context;
    const { transactionIds, effectiveDate = null, description = null, idempotencyKey: key } = input;
    if (transactionIds.length < 1 || transactionIds.length > MAX_BULK) {
      throw invalidInput("transactionIds", `must be 1 to ${MAX_BULK}`);
    }
    const originals = await Promise.all(
      transactionIds.map((id) => requireTransaction(context, id)),
    );
    const requests = originals.map((original, index) => {
      const { fundId } = original;
      const own = typeof key === "string" ? `${key}.${index}` : undefined;
      return {
        bookId: fundId,
        command: {
          kind: "ReverseTransaction",
          fundId,
          reverses: original.id,
          transactionId: newId(),
          effectiveDate: effectiveDate ?? request.now.toISOString().slice(0, 10),
          description: description ?? `Reversal: ${original.description}`.slice(0, 500),
          reference: null,
          metadata: {},
          confirmsFarDate: input.confirmFarValueDate === true,
        } as const,
        key: idempotencyKey(request, own, `${info.path.key}.${index}`),
        content: { transactionId: original.id, effectiveDate, description },
      };
    });
    requireFewFunds("transactionIds", requests);
    return toBulkPosting(await this.#books.executeTogether(request, requests));
  }
}
