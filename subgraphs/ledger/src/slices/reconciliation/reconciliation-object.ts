import type { MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DateTimeScalar,
  MoneyObject,
} from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { ActorObject } from "../../graph/shared-types.ts";
import { MATCH_REASONS, type MatchReason } from "./suggest-matches.ts";

registerEnumType(MATCH_REASONS, {
  name: "MatchReason",
  description: "What speaks for a match: the amount or sum, the value date, the texts.",
});

export const ITEM_SIDES = { BANK: "BANK", BOOK: "BOOK" } as const;
registerEnumType(ITEM_SIDES, {
  name: "ReconcilingItemSide",
  description:
    "BANK: a line of a statement without a transaction; BOOK: a transaction without a line.",
});

@ObjectType("ReconcilingItem", {
  description:
    "A line of a bank statement, or a transaction of the account, that has no counterpart.",
})
export class ReconcilingItemObject {
  @Field(() => ITEM_SIDES, { description: "On which side it stands alone." })
  side!: keyof typeof ITEM_SIDES;

  @Field(() => ID, { nullable: true, description: "The statement of the line." })
  statementId!: string | null;

  @Field(() => Int, { nullable: true, description: "Number of the line in its statement, from 1." })
  line!: number | null;

  @Field(() => ID, { nullable: true, description: "The transaction." })
  transactionId!: string | null;

  @Field(() => DateScalar, { description: "Value date." })
  effectiveDate!: string;

  @Field(() => Int, { description: "Days from the value date to the day of the reconciliation." })
  ageDays!: number;

  @Field(() => MoneyObject, { description: "As the bank sees it: positive came in." })
  amount!: MoneyJson;

  @Field(() => String, { description: "Remittance text, or description." })
  description!: string;

  @Field(() => String, { nullable: true, description: "Reference of the bank or the client." })
  reference!: string | null;

  @Field(() => String, { nullable: true, description: "The other party." })
  counterparty!: string | null;

  @Field(() => Boolean, { description: "True of a line above an approval limit that waits." })
  awaitsApproval!: boolean;

  @Field(() => String, { nullable: true, description: "Who sees to it: the id of a user." })
  owner!: string | null;

  @Field(() => ActorObject, { nullable: true, description: "Who that is, by name." })
  assignee!: ActorObject | null;

  @Field(() => String, { nullable: true, description: "Why it stands alone." })
  explanation!: string | null;

  @Field(() => Boolean, { description: "True when nothing more is to be done about it." })
  isClosed!: boolean;
}

@ObjectType("MatchedLine", { description: "A line of a bank statement in a match." })
export class MatchedLineObject {
  @Field(() => ID, { description: "The statement." })
  statementId!: string;

  @Field(() => Int, { description: "Number of the line in its statement, from 1." })
  line!: number;
}

@ObjectType("SuggestedMatch", {
  description: "Lines and transactions that are likely the same money. Nothing is matched by it.",
})
export class SuggestedMatchObject {
  @Field(() => [MatchedLineObject], { description: "The lines." })
  lines!: MatchedLineObject[];

  @Field(() => [ID], { description: "The transactions." })
  transactionIds!: string[];

  @Field(() => MoneyObject, { description: "What each side comes to." })
  amount!: MoneyJson;

  @Field(() => Int, { description: "How much speaks for it, 0 to 100." })
  score!: number;

  @Field(() => [MATCH_REASONS], { description: "What speaks for it." })
  reasons!: MatchReason[];
}

@RequiresScopes("ledger:read")
@ObjectType("StatementMatch", {
  description:
    "Lines of bank statements that a person found to be what these transactions recorded.",
})
export class StatementMatchObject {
  @Field(() => ID, { description: "UUID of the match." })
  id!: string;

  @Field(() => [MatchedLineObject], { description: "The lines; none when transactions are even." })
  lines!: MatchedLineObject[];

  @Field(() => [ID], { description: "The transactions." })
  transactionIds!: string[];

  @Field(() => MoneyObject, { description: "What each side comes to, as the bank sees it." })
  amount!: MoneyJson;

  @Field(() => String, { nullable: true, description: "Why, where it was given." })
  note!: string | null;

  @Field(() => DateTimeScalar, { description: "When it was made." })
  matchedAt!: Date;

  @Field(() => ActorObject, { nullable: true, description: "Who made it." })
  matchedBy!: ActorObject;

  @Field(() => String, {
    nullable: true,
    description: "Why it was taken back; null while it holds.",
  })
  unmatchReason!: string | null;

  @Field(() => ActorObject, { nullable: true, description: "Who took it back." })
  unmatchedBy!: ActorObject | null;

  position!: number;
}

export const StatementMatchConnection = connectionType("StatementMatch", StatementMatchObject);

@RequiresScopes("ledger:read")
@ObjectType("AccountReconciliation", {
  description:
    "A bank account beside its statements on a day. Lines that posted a transaction are matched with it by themselves.",
})
export class AccountReconciliationObject {
  @Field(() => DateScalar, { description: "The day of the reconciliation." })
  asOf!: string;

  @Field(() => ID, { nullable: true, description: "The last statement that ends by the day." })
  statementId!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Where that statement ends: both balances are of this day.",
  })
  statementDate!: string | null;

  @Field(() => MoneyObject, { nullable: true, description: "Closing balance of that statement." })
  statementBalance!: MoneyJson | null;

  @Field(() => MoneyObject, {
    description: "Balance of the account, debits less credits: by value dates up to that day.",
  })
  bookBalance!: MoneyJson;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Statement balance less book balance; null without a statement.",
  })
  difference!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "By how much the first statement's opening balance differed from the book's.",
  })
  openingDifference!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "What of the difference neither the opening nor the open items of both sides explain; null when there are more than 1,000 of them.",
  })
  unexplained!: MoneyJson | null;

  @Field(() => Boolean, {
    description: "True when the two balances are equal and no item is open.",
  })
  isReconciled!: boolean;

  @Field(() => [ReconcilingItemObject], {
    description:
      "Open items by side and value date, closed ones included; the first 200 of each side.",
  })
  items!: ReconcilingItemObject[];

  @Field(() => Int, { description: "Open lines of statements; 1,001 when there are more." })
  lineCount!: number;

  @Field(() => Int, { description: "Open transactions; 1,001 when there are more." })
  transactionCount!: number;

  @Field(() => [SuggestedMatchObject], {
    description: "Likely matches among the first 1,000 of each side, best first; 100 at most.",
  })
  suggestions!: SuggestedMatchObject[];
}

@InputType({ description: "A line of a bank statement, by its number." })
export class StatementLineInput {
  @Field(() => ID, { description: "The statement." })
  statementId!: string;

  @Field(() => Int, { description: "Number of the line in it, from 1." })
  line!: number;
}

@InputType({ description: "Lines and transactions of an account that are the same money." })
export class MatchStatementLinesInput {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => [StatementLineInput], {
    description: "Lines left out as possible duplicates; none to match transactions that are even.",
  })
  lines!: StatementLineInput[];

  @Field(() => [ID], { description: "Transactions with an entry on the account, one at least." })
  transactionIds!: string[];

  @Field(() => String, { nullable: true, description: "Why, up to 500 characters." })
  note?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key match once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "A match to take back." })
export class UnmatchStatementLinesInput {
  @Field(() => ID, { description: "The match." })
  matchId!: string;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;
}

@InputType({ description: "What is known of a reconciling item from now on, whole." })
export class UpdateReconcilingItemInput {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => StatementLineInput, { nullable: true, description: "The line; or a transaction." })
  line?: StatementLineInput | null;

  @Field(() => ID, { nullable: true, description: "The transaction; or a line." })
  transactionId?: string | null;

  @Field(() => String, { nullable: true, description: "Who sees to it: the id of a user." })
  owner?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Why it stands alone, up to 1,000 characters.",
  })
  explanation?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "Whether nothing more is to be done about it; needs an explanation.",
  })
  isClosed!: boolean;
}
