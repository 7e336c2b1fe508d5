import type { FxRate, TransactionPosted } from "@allfunds/contract/events";
import type { MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  DateTimeScalar,
  DecimalScalar,
  JsonScalar,
  MoneyObject,
  SafeIntScalar,
  connectionType,
} from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import type { PublishedEvent } from "../../engine/book.ts";
import { NodeObject, REPLAYED } from "../../graph/shared-types.ts";

@InputType({
  description:
    "The rate at which a transaction exchanges two currencies. Its amounts must agree with it to one minor unit of either currency.",
})
export class FxRateInput {
  @Field(() => String, { description: "Currency of which one unit is priced." })
  base!: string;

  @Field(() => String, { description: "Currency of the price." })
  quote!: string;

  @Field(() => DecimalScalar, {
    description: "Units of quote for one of base; up to 18 decimals, which become its scale.",
  })
  rate!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "What was exchanged of base; all its debits when absent.",
  })
  baseAmount?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "What was exchanged of quote; all its debits when absent.",
  })
  quoteAmount?: string | null;
}

@ObjectType("FxRate", { description: "The recorded rate of an exchange within a transaction." })
export class FxRateObject {
  @Field(() => String, { description: "Currency of which one unit is priced." })
  base!: string;

  @Field(() => String, { description: "Currency of the price." })
  quote!: string;

  @Field(() => DecimalScalar, { description: "Units of quote for one of base, as it was given." })
  rate!: string;

  @Field(() => Int, { description: "Decimals of the rate." })
  scale!: number;

  @Field(() => MoneyObject, { description: "What was exchanged of base." })
  baseAmount!: MoneyJson;

  @Field(() => MoneyObject, { description: "What was exchanged of quote." })
  quoteAmount!: MoneyJson;
}

const toFxObject = (fx: FxRate): FxRateObject => ({
  base: fx.base,
  quote: fx.quote,
  rate: fx.rate,
  scale: fx.scale,
  baseAmount: { amount: fx.baseAmount, currency: fx.base },
  quoteAmount: { amount: fx.quoteAmount, currency: fx.quote },
});

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("Transaction", {
  implements: NodeObject,
  description: "A posted journal transaction. It never changes.",
})
export class TransactionObject implements NodeObject {
  @Field(() => ID, { description: "UUID of the transaction." })
  id!: string;

  @Field(() => SafeIntScalar, { description: "Position of the event in the fund's book." })
  position!: number;

  @Field(() => DateScalar, { description: "Value date; may lie before the day of posting." })
  effectiveDate!: string;

  @Field(() => DateTimeScalar, { description: "When the ledger recorded it." })
  recordedAt!: Date;

  @Field(() => String, { description: "What it was for, as the client or the bank wrote it." })
  description!: string;

  @Field(() => String, { nullable: true, description: "Reference of the client or the bank." })
  reference!: string | null;

  @Field(() => JsonScalar, {
    description: "Whatever the client keeps with it; for statement lines what the bank sent.",
  })
  metadata!: Record<string, unknown>;

  @Field(() => [FxRateObject], {
    description: "The rates at which it exchanges currencies, where they were given.",
  })
  fx!: FxRateObject[];

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  fundId!: string;
  /** The transaction this one takes back. */
  reversesId!: string | null;
  postedEntries!: TransactionPosted["entries"];
}

export const TransactionConnection = connectionType("Transaction", TransactionObject);

/** Builds the transaction from its event, which holds all of it. */
export function toTransactionObject(
  event: Omit<PublishedEvent, "type">,
  replayed = false,
): TransactionObject {
  const posted = event.payload as TransactionPosted;
  return Object.assign(new TransactionObject(), {
    id: posted.transactionId,
    position: event.position,
    effectiveDate: posted.effectiveDate,
    recordedAt: event.recordedAt,
    description: posted.description,
    reference: posted.reference,
    metadata: posted.metadata,
    fx: (posted.fx ?? []).map(toFxObject),
    replayed,
    fundId: posted.fundId,
    reversesId: posted.source.reverses ?? null,
    postedEntries: posted.entries,
  });
}
