import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, Resolver } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { EntryInput, toRequestedEntries } from "../transactions/transaction-input.ts";
import { toTransactionObject, TransactionObject } from "../transactions/transaction-object.ts";
import type { RecordOpeningBalances } from "./opening-balances.ts";

@InputType({ description: "Balances of a fund whose books were kept elsewhere." })
class OpeningBalancesInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => DateScalar, { description: "Value date from which they count." })
  effectiveDate!: string;

  @Field(() => [EntryInput], {
    description:
      "The balances. What a currency lacks goes to its EQUITY account of the class OPENING_BALANCES.",
  })
  balances!: EntryInput[];

  @Field(() => String, {
    nullable: true,
    description: "Why, up to 300 characters; needed when something was posted before.",
  })
  reason?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key record once." })
  idempotencyKey?: string | null;
}

@Resolver()
export class OpeningBalancesResolver {
  readonly #books: CommandPort<RecordOpeningBalances>;

  constructor({ books }: { readonly books: CommandPort<RecordOpeningBalances> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => TransactionObject, {
    description:
      "Records the opening balances of a fund as one transaction. ALREADY_EXISTS until earlier ones are reversed; ACCOUNT_NOT_FOUND without an account of the class OPENING_BALANCES.",
  })
  async recordOpeningBalances(
    @Arg("input", () => OpeningBalancesInput) input: OpeningBalancesInput,
    @Ctx() { request }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TransactionObject> {
    const { fundId, effectiveDate } = input;
    const reason = input.reason ?? undefined;
    const content = {
      fundId,
      effectiveDate,
      balances: toRequestedEntries(input.balances),
      reason,
    };
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: {
        kind: "RecordOpeningBalances",
        ...content,
        transactionId: newId(),
        description: reason === undefined ? "Opening balances" : `Opening balances: ${reason}`,
        reference: null,
        metadata: {},
      },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content,
    });
    return toTransactionObject(requireEvent(events, "TransactionPosted"), replayed);
  }
}
