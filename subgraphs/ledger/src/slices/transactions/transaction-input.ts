import type { EntrySide } from "@allfunds/contract/events";
import { DateScalar, DecimalScalar, JsonScalar } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import { Field, ID, InputType } from "type-graphql";
import { EntrySideEnum } from "../accounts/account-object.ts";
import { EntryDimensionInput, toDimensions } from "../dimensions/dimension-object.ts";
import type { PostTransaction, RequestedEntry } from "./transaction.ts";
import { CONFIRM_FAR_DATE } from "../value-dates/value-date.ts";
import type { CommandRequest } from "../../engine/command-bus.ts";
import { FxRateInput } from "./transaction-object.ts";

@InputType({ description: "One leg of a transaction to post." })
export class EntryInput {
  @Field(() => ID, { description: "An account of the same fund." })
  accountId!: string;

  @Field(() => EntrySideEnum, { description: "Side of the account to post on." })
  side!: EntrySide;

  @Field(() => DecimalScalar, { description: "Positive amount in the account's currency." })
  amount!: string;

  @Field(() => String, {
    nullable: true,
    description: "When given, must be the account's currency.",
  })
  currency?: string | null;

  @Field(() => [EntryDimensionInput], {
    nullable: true,
    description: "Its values of dimensions, such as a cost centre; up to 20, one of each.",
  })
  dimensions?: EntryDimensionInput[] | null;
}

@InputType({
  description: "A journal transaction to post: entries that balance in every currency.",
})
export class PostTransactionInput {
  @Field(() => ID, {
    nullable: true,
    description: "UUID of the transaction; made by the ledger when absent.",
  })
  id?: string | null;

  @Field(() => ID, { description: "The fund in whose book it is recorded." })
  fundId!: string;

  @Field(() => DateScalar, { description: "Value date." })
  effectiveDate!: string;

  @Field(() => String, { description: "What it is for, 1 to 500 characters." })
  description!: string;

  @Field(() => String, {
    nullable: true,
    description: "A reference of yours, unique in the fund, up to 140 characters.",
  })
  reference?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: "A JSON object kept with it, up to 16,384 characters.",
  })
  metadata?: Record<string, unknown> | null;

  @Field(() => [EntryInput], { description: "2 to 1,000 entries." })
  entries!: EntryInput[];

  @Field(() => [FxRateInput], {
    nullable: true,
    description: "Rates at which it exchanges currencies, to be checked and recorded; up to 20.",
  })
  fx?: FxRateInput[] | null;

  @Field(() => Boolean, { nullable: true, description: CONFIRM_FAR_DATE })
  confirmFarValueDate?: boolean | null;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      "Of an accrual: a later value date, on which the ledger reverses it by itself. `Fund.dueJournals` shows a reversal that is refused.",
  })
  reversesOn?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key post once." })
  idempotencyKey?: string | null;
}

/** Entries as commands take them. */
export function toRequestedEntries(entries: readonly EntryInput[]): readonly RequestedEntry[];
export function toRequestedEntries(
  entries: readonly EntryInput[] | undefined,
): readonly RequestedEntry[] | undefined;
export function toRequestedEntries(
  entries: readonly EntryInput[] | undefined,
): readonly RequestedEntry[] | undefined {
  return entries?.map(({ accountId, side, amount, currency, dimensions }) => ({
    accountId,
    side,
    amount,
    currency: currency ?? undefined,
    dimensions: toDimensions(dimensions),
  }));
}

/** The command that a posting requests; `key` is its idempotency key, `owner` that of the API client. */
export function toPostOrder(
  input: PostTransactionInput,
  key: string | undefined,
  owner?: string,
): CommandRequest<PostTransaction> {
  const content = {
    id: input.id ?? undefined,
    fundId: input.fundId,
    effectiveDate: input.effectiveDate,
    description: input.description,
    reference: input.reference ?? null,
    metadata: input.metadata ?? {},
    entries: toRequestedEntries(input.entries),
    fx: input.fx?.map(({ base, quote, rate, baseAmount, quoteAmount }) => ({
      base,
      quote,
      rate,
      baseAmount: baseAmount ?? undefined,
      quoteAmount: quoteAmount ?? undefined,
    })),
    reversesOn: input.reversesOn ?? undefined,
  };
  const { id, reversesOn, ...posting } = content;
  return {
    bookId: input.fundId,
    command: {
      kind: "PostTransaction",
      ...posting,
      transactionId: id ?? newId(),
      confirmsFarDate: input.confirmFarValueDate === true,
      source:
        reversesOn === undefined
          ? { kind: "API" }
          : { kind: "ACCRUAL", reversesOn, ...(owner === undefined ? {} : { owner }) },
    },
    key,
    content,
    clientChoseId: id !== undefined,
  };
}
