import { formatAmount } from "@allfunds/contract/money";
import { DateTimeScalar, DecimalScalar, connectionType } from "@allfunds/platform/graphql/types";
import { Field, ObjectType } from "type-graphql";
import { REPLAYED } from "../../graph/shared-types.ts";

@ObjectType("ApprovalLimit", {
  description:
    "The most that one person may debit in one posting; above it another has to approve.",
})
export class ApprovalLimitObject {
  @Field(() => String, { description: "The currency it is about." })
  currency!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Debits up to and including this need no other person; null for no limit.",
  })
  amount!: string | null;

  @Field(() => String, { description: "Who set it." })
  setBy!: string;

  @Field(() => DateTimeScalar, { description: "When it was set." })
  setAt!: Date;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  /** Null for the tenant's. */
  fundId!: string | null;
}

export const ApprovalLimitConnection = connectionType("ApprovalLimit", ApprovalLimitObject);

export interface LimitRow {
  readonly book_id: string;
  readonly currency: string;
  readonly of_tenant: boolean;
  readonly amount: string | null;
  readonly set_by: string;
  readonly set_at: Date;
}

export const toLimitObject = (row: LimitRow): ApprovalLimitObject =>
  Object.assign(new ApprovalLimitObject(), {
    currency: row.currency,
    amount: row.amount === null ? null : formatAmount(BigInt(row.amount), row.currency),
    setBy: row.set_by,
    setAt: row.set_at,
    replayed: false,
    fundId: row.of_tenant ? null : row.book_id,
  });
