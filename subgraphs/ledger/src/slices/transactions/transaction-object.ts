import type { TransactionPosted } from "@allfunds/contract/events";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DateTimeScalar,
  JsonScalar,
  SafeIntScalar,
} from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, ObjectType } from "type-graphql";
import type { PublishedEvent } from "../../engine/book.ts";
import { NodeObject, REPLAYED } from "../../graph/shared-types.ts";
import { FxRateObject, toFxObject } from "./fx-object.ts";

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

  @Field(() => String, { description: "What it was for, as the client or the bank content." })
  description!: string;

  @Field(() => String, { nullable: true, description: "Reference of the client or the bank." })
  reference!: string | null;

  @Field(() => JsonScalar, {
    description: "Whatever the client keeps with it; for statement lines what the bank told.",
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
