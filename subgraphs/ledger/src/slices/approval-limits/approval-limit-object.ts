import { formatAmount } from "@allfunds/contract/money";
import { DateTimeScalar, DecimalScalar, connectionType } from "@allfunds/platform/graphql/types";
import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { REPLAYED } from "../../graph/shared-types.ts";

/** What a limit is of. */
export const LIMIT_SCOPES = {
  POSTING: "POSTING",
  DAY: "DAY",
  FUND_DAY: "FUND_DAY",
  COUNTERPARTY_DAY: "COUNTERPARTY_DAY",
  IMPORT_DAY: "IMPORT_DAY",
  CHANGE: "CHANGE",
} as const;
export type LimitScope = keyof typeof LIMIT_SCOPES;
registerEnumType(LIMIT_SCOPES, {
  name: "ApprovalLimitPer",
  description:
    "POSTING: the debits of one posting. DAY: the debits of one person in one day (UTC) in a fund, API clients counted as their owners. FUND_DAY: the debits of all people in one day in a fund. COUNTERPARTY_DAY: what is posted in one day in a fund with one counterparty, by the dimension `counterparty` of entries. Lines of bank statements count for none of these. IMPORT_DAY: lines of bank statements that one person imports in one day in a fund, money in and money out each by itself; a file that is above it waits with all of its lines. CHANGE: what one person may change: the balance of an account that is unfrozen, how far a minimum balance falls, the amount of a limit; 0 lets nothing pass, and with a limit of any currency reopening a period or year needs approval, too. What only tightens passes always. Without such a limit nothing passes where the tenant has a second administrator.",
});

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

  @Field(() => LIMIT_SCOPES, {
    description: "Whether it is of one posting, of one day or of sensitive changes.",
  })
  per!: LimitScope;

  @Field(() => Int, {
    description: "How many other people have to approve a posting above it: 1, 2 or 3.",
  })
  approvers!: number;

  @Field(() => String, { description: "Who set it." })
  setBy!: string;

  @Field(() => DateTimeScalar, { description: "When it was set." })
  setAt!: Date;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  /** Null for the tenant's. */
  fundId!: string | null;
  /** What it is of, as lists are ordered by it. */
  place!: LimitRow["per"];
}

export const ApprovalLimitConnection = connectionType("ApprovalLimit", ApprovalLimitObject);

export interface LimitRow {
  readonly book_id: string;
  readonly currency: string;
  readonly of_tenant: boolean;
  readonly per: LimitScope | "TWO_APPROVERS" | "THREE_APPROVERS";
  readonly amount: string | null;
  readonly set_by: string;
  readonly set_at: Date;
}

function scopeOf(per: LimitRow["per"]): { readonly per: LimitScope; readonly approvers: number } {
  if (per === "TWO_APPROVERS") return { per: "POSTING", approvers: 2 };
  if (per === "THREE_APPROVERS") return { per: "POSTING", approvers: 3 };
  return { per, approvers: 1 };
}

export const toLimitObject = (row: LimitRow): ApprovalLimitObject =>
  Object.assign(new ApprovalLimitObject(), {
    currency: row.currency,
    ...scopeOf(row.per),
    place: row.per,
    amount: row.amount === null ? null : formatAmount(BigInt(row.amount), row.currency),
    setBy: row.set_by,
    setAt: row.set_at,
    replayed: false,
    fundId: row.of_tenant ? null : row.book_id,
  });
